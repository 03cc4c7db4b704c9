"""Admin pages of metrics and alerts."""

from __future__ import annotations

from django.contrib import admin

from elfsite.origins.admin import LedgerAdmin, RecordAdmin
from learning.observer.models import MetaAlert, MetaObserverConfig, Metric


@admin.register(Metric)
class MetricAdmin(LedgerAdmin):
    list_display = (
        "metric_type",
        "metric_name",
        "metric_value",
        "tags",
        "timestamp",
    )
    list_filter = ("origin",)
    search_fields = (
        "metric_type",
        "metric_name",
        "tags",
    )
    date_hierarchy = "timestamp"


@admin.register(MetaObserverConfig)
class MetaObserverConfigAdmin(RecordAdmin):
    list_display = (
        "metric_name",
        "threshold",
        "z_score_threshold",
        "trend_window_hours",
        "auto_adjust",
    )
    list_filter = (
        "auto_adjust",
        "origin",
    )
    search_fields = ("metric_name",)
    date_hierarchy = "created_at"


@admin.register(MetaAlert)
class MetaAlertAdmin(LedgerAdmin):
    list_display = (
        "message",
        "severity",
        "state",
        "metric_name",
        "last_seen",
    )
    list_filter = (
        "severity",
        "state",
        "alert_type",
        "origin",
    )
    search_fields = (
        "message",
        "metric_name",
    )
    date_hierarchy = "last_seen"
