"""The columns of ELF's tables, by table: what a file may fill.

Everything else in our tables is the product's own (roles, evidence, signatures) and no file may
set it. Held against the seed by ``tests/contracts``.
"""

from __future__ import annotations

COLUMNS: dict[str, tuple[str, ...]] = {
    table: tuple(names.split())
    for table, names in {
        "learnings": "id type filepath title summary tags domain severity created_at updated_at",
        "heuristics": (
            "id domain rule explanation source_type source_id confidence times_validated "
            "times_violated is_golden status dormant_since revival_conditions times_revived "
            "times_contradicted min_applications last_confidence_update update_count_today "
            "update_count_reset_date last_used_at confidence_ema ema_alpha ema_warmup_remaining "
            "last_ema_update fraud_flags is_quarantined last_fraud_check project_path "
            "created_at updated_at"
        ),
        "experiments": "id name hypothesis status cycles_run folder_path created_at updated_at",
        "cycles": (
            "id experiment_id cycle_number try_summary break_summary analysis "
            "learning_extracted heuristic_id created_at"
        ),
        "decisions": (
            "id title context options_considered decision rationale files_touched tests_added "
            "status domain superseded_by created_at updated_at"
        ),
        "invariants": (
            "id statement rationale domain scope validation_type validation_code severity "
            "status violation_count last_validated_at last_violated_at created_at updated_at"
        ),
        "violations": "id rule_id rule_name violation_date description session_id acknowledged",
        "assumptions": (
            "id assumption context source confidence status domain verified_count "
            "challenged_count last_verified_at created_at updated_at"
        ),
        "spike_reports": (
            "id title topic question findings gotchas resources time_invested_minutes domain "
            "tags usefulness_score access_count created_at updated_at"
        ),
        "ceo_reviews": "id title context recommendation status created_at reviewed_at",
        "workflows": "id name description nodes_json config_json created_at updated_at",
        "workflow_edges": "id workflow_id from_node to_node condition priority created_at",
        "workflow_runs": (
            "id workflow_id workflow_name status phase input_json output_json context_json "
            "total_nodes completed_nodes failed_nodes started_at completed_at created_at "
            "error_message"
        ),
        "node_executions": (
            "id run_id node_id node_name node_type agent_id session_id prompt prompt_hash "
            "status result_json result_text findings_json files_modified duration_ms "
            "token_count retry_count started_at completed_at created_at error_message "
            "error_type"
        ),
        "trails": (
            "id run_id location location_type scent strength agent_id node_id message tags "
            "created_at expires_at"
        ),
        "conductor_decisions": "id run_id decision_type decision_data reason created_at",
        "metrics": "id timestamp metric_type metric_name metric_value tags context",
        "system_health": (
            "id timestamp status db_integrity db_size_mb disk_free_mb git_status stale_locks "
            "details"
        ),
        "schema_version": "version applied_at description",
        "db_operations": (
            "id operation_count last_vacuum last_analyze total_vacuums total_analyzes"
        ),
        "fraud_reports": (
            "id heuristic_id fraud_score classification likelihood_ratio signal_count "
            "created_at reviewed_at reviewed_by review_outcome"
        ),
        "anomaly_signals": (
            "id fraud_report_id heuristic_id detector_name score severity reason evidence "
            "created_at"
        ),
        "fraud_responses": (
            "id fraud_report_id response_type parameters executed_at executed_by rollback_at"
        ),
        "confidence_updates": (
            "id heuristic_id old_confidence new_confidence delta update_type reason session_id "
            "agent_id rate_limited raw_target_confidence smoothed_delta alpha_used created_at"
        ),
        "domain_metadata": (
            "domain soft_limit hard_limit ceo_override_limit current_count state "
            "overflow_entered_at expansion_min_confidence expansion_min_validations "
            "expansion_min_novelty grace_period_days max_overflow_days avg_confidence "
            "health_score last_health_check created_at updated_at"
        ),
        "domain_baselines": (
            "domain avg_success_rate std_success_rate avg_update_frequency std_update_frequency "
            "sample_count last_updated"
        ),
        "expansion_events": (
            "id domain heuristic_id event_type count_before count_after quality_score "
            "novelty_score health_score reason created_at"
        ),
        "heuristic_merges": (
            "id source_ids target_id merge_reason merge_strategy similarity_score merged_at"
        ),
        "session_summaries": (
            "id session_id project tool_summary content_summary conversation_summary "
            "files_touched tool_counts message_count session_file_path session_file_size "
            "session_last_modified summarized_at summarizer_model summary_version is_stale "
            "needs_resummarize"
        ),
        "building_queries": (
            "id query_type session_id agent_id domain tags limit_requested max_tokens_requested "
            "results_returned tokens_approximated duration_ms status error_message error_code "
            "golden_rules_returned heuristics_count learnings_count experiments_count "
            "ceo_reviews_count query_summary created_at completed_at"
        ),
        "session_contexts": (
            "id session_id agent_id context_hash context_preview heuristics_applied created_at"
        ),
        "meta_observer_config": (
            "id metric_name threshold auto_adjust trend_window_hours trend_sensitivity "
            "baseline_window_hours z_score_threshold false_positive_count true_positive_count "
            "created_at updated_at"
        ),
        "meta_alerts": (
            "id alert_type severity state metric_name current_value baseline_value message "
            "context first_seen last_seen acknowledged_at resolved_at created_by"
        ),
        "plans": (
            "id task_id title description approach risks expected_outcome domain status "
            "created_at completed_at"
        ),
        "postmortems": (
            "id plan_id title actual_outcome divergences went_well went_wrong lessons "
            "heuristics_extracted domain created_at"
        ),
        "users": "id github_id username avatar_url created_at",
        "game_state": "user_id score unlocked_weapons unlocked_cursors active_weapon",
    }.items()
}
