"""Sessions of agents: summaries, the context they were given, what they asked (seed: §8)."""

from __future__ import annotations

from django.db import models

from elfsite.origins.fields import SeedDateTimeField, recorded_at, words
from elfsite.origins.models import Recorded, from_origin, gone_index, is_flag, unique_per_origin


class SessionSummary(Recorded):
    """What one session did, in three texts; file lists and tool counts are JSON text."""

    EDITABLE = ("tool_summary", "content_summary", "conversation_summary")

    session_id = models.TextField()
    project = models.TextField()
    tool_summary = models.TextField(null=True, blank=True)
    content_summary = models.TextField(null=True, blank=True)
    conversation_summary = models.TextField(null=True, blank=True)
    files_touched = models.TextField(default="[]", db_default="[]", blank=True)
    tool_counts = models.TextField(default="{}", db_default="{}", blank=True)
    message_count = models.IntegerField(default=0, db_default=0)
    session_file_path = models.TextField(null=True, blank=True)
    session_file_size = models.BigIntegerField(null=True, blank=True)
    session_last_modified = SeedDateTimeField(null=True, blank=True)
    summarized_at = recorded_at()
    summarizer_model = models.TextField(default="haiku", db_default="haiku", blank=True)
    summary_version = models.IntegerField(default=1, db_default=1)
    is_stale = models.BooleanField(default=False, db_default=False)
    needs_resummarize = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "session_summaries"
        verbose_name = "session"
        constraints = [
            from_origin("session_summaries"),
            *unique_per_origin("session_id", "session_summaries"),
            is_flag("is_stale", "session_summaries"),
            is_flag("needs_resummarize", "session_summaries"),
        ]
        indexes = [
            models.Index(fields=["project", "summarized_at"], name="idx_session_summaries_project"),
            models.Index(fields=["summarized_at"], name="idx_session_summaries_when"),
            models.Index(fields=["is_stale", "summarized_at"], name="idx_session_summaries_stale"),
            models.Index(fields=["message_count"], name="idx_session_summaries_messages"),
            models.Index(fields=["origin", "summarized_at"], name="session_summaries_by_origin"),
            models.Index(
                fields=["session_id", "summarized_at"], name="session_summaries_by_session"
            ),
            gone_index("session_summaries"),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.session_id[:8]}"


class SessionContext(Recorded):
    """The context a session worked in, as a hash; ``heuristics_applied`` is a JSON list of ids."""

    session_id = models.TextField()
    agent_id = models.TextField(null=True, blank=True)
    context_hash = models.TextField()
    context_preview = models.TextField(null=True, blank=True)
    heuristics_applied = models.TextField(null=True, blank=True)
    created_at = recorded_at()
    # ours: ids of the rules that the context called for, told before it is reduced to a hash
    heuristics_offered = models.TextField(null=True, blank=True)

    class Meta:
        db_table = "session_contexts"
        constraints = [from_origin("session_contexts")]
        indexes = [
            models.Index(fields=["session_id", "created_at"], name="idx_session_contexts_session"),
            models.Index(fields=["created_at"], name="idx_session_contexts_created"),
            models.Index(fields=["context_hash"], name="idx_session_contexts_hash"),
            models.Index(fields=["agent_id", "created_at"], name="idx_session_contexts_agent"),
            models.Index(fields=["origin", "created_at"], name="session_contexts_by_origin"),
            gone_index("session_contexts"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.context_hash[:8]}"


class BuildingQuery(Recorded):
    """One question that an agent put to the memory, and what came back."""

    VALID_STATUSES = ("success", "error", "timeout")

    query_type = models.TextField()
    session_id = models.TextField(null=True, blank=True)
    agent_id = models.TextField(null=True, blank=True)
    domain = models.TextField(null=True, blank=True)
    tags = models.TextField(null=True, blank=True)
    limit_requested = models.IntegerField(null=True, blank=True, default=10, db_default=10)
    max_tokens_requested = models.IntegerField(null=True, blank=True)
    results_returned = models.IntegerField(null=True, blank=True, default=0, db_default=0)
    tokens_approximated = models.IntegerField(null=True, blank=True)
    duration_ms = models.IntegerField(null=True, blank=True)
    status = models.TextField(
        choices=words(*VALID_STATUSES), default="success", db_default="success"
    )
    error_message = models.TextField(null=True, blank=True)
    error_code = models.TextField(null=True, blank=True)
    golden_rules_returned = models.IntegerField(default=0, db_default=0)
    heuristics_count = models.IntegerField(default=0, db_default=0)
    learnings_count = models.IntegerField(default=0, db_default=0)
    experiments_count = models.IntegerField(default=0, db_default=0)
    ceo_reviews_count = models.IntegerField(default=0, db_default=0)
    query_summary = models.TextField(null=True, blank=True)
    created_at = recorded_at()
    completed_at = SeedDateTimeField(null=True, blank=True)

    class Meta:
        db_table = "building_queries"
        verbose_name = "query"
        verbose_name_plural = "queries"
        constraints = [from_origin("building_queries")]
        indexes = [
            models.Index(fields=["query_type", "created_at"], name="idx_building_queries_type"),
            models.Index(fields=["session_id", "created_at"], name="idx_building_queries_session"),
            models.Index(fields=["created_at"], name="idx_building_queries_created_at"),
            models.Index(fields=["status", "created_at"], name="idx_building_queries_status"),
            models.Index(fields=["domain", "created_at"], name="idx_building_queries_domain"),
            models.Index(fields=["duration_ms"], name="idx_building_queries_duration"),
            models.Index(fields=["origin", "created_at"], name="idx_building_queries_origin"),
            gone_index("building_queries"),
        ]

    def __str__(self) -> str:
        return self.query_summary or self.query_type
