"""Admin pages of rules and their ledgers."""

from __future__ import annotations

from django.contrib import admin

from elfsite.origins.admin import LedgerAdmin, RecordAdmin
from learning.heuristics.models import ConfidenceUpdate, Heuristic, HeuristicMerge


@admin.register(Heuristic)
class HeuristicAdmin(RecordAdmin):
    list_display = (
        "rule",
        "domain",
        "confidence",
        "status",
        "is_golden",
        "times_validated",
        "times_violated",
        "last_used_at",
        "origin",
    )
    list_filter = (
        "status",
        "is_golden",
        "is_quarantined",
        "origin",
    )
    search_fields = (
        "rule",
        "explanation",
        "domain",
    )
    date_hierarchy = "created_at"
    list_select_related = ("origin",)


@admin.register(ConfidenceUpdate)
class ConfidenceUpdateAdmin(LedgerAdmin):
    list_display = (
        "heuristic",
        "update_type",
        "old_confidence",
        "new_confidence",
        "rate_limited",
        "agent_id",
        "created_at",
    )
    list_filter = (
        "update_type",
        "rate_limited",
        "grader_class",
        "origin",
    )
    search_fields = (
        "reason",
        "agent_id",
        "session_id",
    )
    date_hierarchy = "created_at"
    list_select_related = ("heuristic",)
    autocomplete_fields = ("heuristic",)


@admin.register(HeuristicMerge)
class HeuristicMergeAdmin(LedgerAdmin):
    list_display = (
        "target",
        "merge_reason",
        "merge_strategy",
        "similarity_score",
        "merged_at",
    )
    list_filter = (
        "merge_strategy",
        "origin",
    )
    search_fields = (
        "merge_reason",
        "source_ids",
    )
    date_hierarchy = "merged_at"
    list_select_related = ("target",)
    autocomplete_fields = ("target",)
