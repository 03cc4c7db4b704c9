"""Admin pages of fraud reports, signals and responses."""

from __future__ import annotations

from django.contrib import admin

from elfsite.origins.admin import LedgerAdmin
from learning.fraud.models import AnomalySignal, FraudReport, FraudResponse


@admin.register(FraudReport)
class FraudReportAdmin(LedgerAdmin):
    list_display = (
        "heuristic",
        "classification",
        "fraud_score",
        "signal_count",
        "review_outcome",
        "created_at",
    )
    list_filter = (
        "classification",
        "review_outcome",
        "origin",
    )
    search_fields = (
        "heuristic__rule",
        "reviewed_by",
    )
    date_hierarchy = "created_at"
    list_select_related = ("heuristic",)
    autocomplete_fields = ("heuristic",)


@admin.register(AnomalySignal)
class AnomalySignalAdmin(LedgerAdmin):
    list_display = (
        "detector_name",
        "score",
        "severity",
        "fraud_report",
        "created_at",
    )
    list_filter = (
        "detector_name",
        "severity",
        "origin",
    )
    search_fields = (
        "reason",
        "detector_name",
    )
    date_hierarchy = "created_at"
    list_select_related = ("fraud_report",)
    autocomplete_fields = (
        "fraud_report",
        "heuristic",
    )


@admin.register(FraudResponse)
class FraudResponseAdmin(LedgerAdmin):
    list_display = (
        "fraud_report",
        "response_type",
        "executed_by",
        "executed_at",
        "rollback_at",
    )
    list_filter = (
        "response_type",
        "origin",
    )
    search_fields = (
        "executed_by",
        "parameters",
    )
    date_hierarchy = "executed_at"
    list_select_related = ("fraud_report",)
    autocomplete_fields = ("fraud_report",)
