"""Admin pages of domains."""

from __future__ import annotations

from django.contrib import admin

from elfsite.origins.admin import LedgerAdmin, RecordAdmin
from learning.domains.models import DomainBaseline, DomainMetadata, ExpansionEvent


@admin.register(DomainMetadata)
class DomainMetadataAdmin(RecordAdmin):
    list_display = (
        "domain",
        "state",
        "current_count",
        "soft_limit",
        "hard_limit",
        "health_score",
    )
    list_filter = (
        "state",
        "origin",
    )
    search_fields = ("domain",)
    date_hierarchy = "created_at"


@admin.register(DomainBaseline)
class DomainBaselineAdmin(LedgerAdmin):
    list_display = (
        "domain",
        "avg_success_rate",
        "std_success_rate",
        "sample_count",
        "last_updated",
    )
    list_filter = ("origin",)
    search_fields = ("domain",)
    date_hierarchy = "last_updated"


@admin.register(ExpansionEvent)
class ExpansionEventAdmin(LedgerAdmin):
    list_display = (
        "domain",
        "event_type",
        "count_before",
        "count_after",
        "created_at",
    )
    list_filter = (
        "event_type",
        "origin",
    )
    search_fields = (
        "domain",
        "reason",
    )
    date_hierarchy = "created_at"
    autocomplete_fields = ("heuristic",)
