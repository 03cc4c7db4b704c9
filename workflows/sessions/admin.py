"""Admin pages of sessions."""

from __future__ import annotations

from django.contrib import admin

from elfsite.origins.admin import LedgerAdmin, RecordAdmin
from workflows.sessions.models import BuildingQuery, SessionContext, SessionSummary


@admin.register(SessionSummary)
class SessionSummaryAdmin(RecordAdmin):
    list_display = (
        "session_id",
        "project",
        "message_count",
        "is_stale",
        "summarized_at",
    )
    list_filter = (
        "is_stale",
        "needs_resummarize",
        "summarizer_model",
        "origin",
    )
    search_fields = (
        "session_id",
        "project",
        "content_summary",
    )
    date_hierarchy = "summarized_at"


@admin.register(SessionContext)
class SessionContextAdmin(LedgerAdmin):
    list_display = (
        "session_id",
        "agent_id",
        "context_hash",
        "created_at",
    )
    list_filter = ("origin",)
    search_fields = (
        "session_id",
        "agent_id",
        "context_hash",
    )
    date_hierarchy = "created_at"


@admin.register(BuildingQuery)
class BuildingQueryAdmin(LedgerAdmin):
    list_display = (
        "query_type",
        "status",
        "domain",
        "results_returned",
        "duration_ms",
        "created_at",
    )
    list_filter = (
        "query_type",
        "status",
        "origin",
    )
    search_fields = (
        "query_summary",
        "session_id",
        "domain",
        "error_message",
    )
    date_hierarchy = "created_at"
