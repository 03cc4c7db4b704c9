"""Admin pages of what agents noted down."""

from __future__ import annotations

from django.contrib import admin

from elfsite.origins.admin import LedgerAdmin, RecordAdmin
from learning.knowledge.models import (
    Assumption,
    Cycle,
    Decision,
    Experiment,
    Invariant,
    Learning,
    SpikeReport,
    Violation,
)


@admin.register(Learning)
class LearningAdmin(RecordAdmin):
    list_display = (
        "title",
        "type",
        "domain",
        "severity",
        "created_at",
        "origin",
    )
    list_filter = (
        "type",
        "severity",
        "origin",
    )
    search_fields = (
        "title",
        "summary",
        "tags",
        "domain",
        "filepath",
    )
    date_hierarchy = "created_at"
    list_select_related = ("origin",)


@admin.register(Experiment)
class ExperimentAdmin(RecordAdmin):
    list_display = (
        "name",
        "status",
        "cycles_run",
        "created_at",
    )
    list_filter = (
        "status",
        "origin",
    )
    search_fields = (
        "name",
        "hypothesis",
    )
    date_hierarchy = "created_at"


@admin.register(Cycle)
class CycleAdmin(RecordAdmin):
    list_display = (
        "experiment",
        "cycle_number",
        "learning_extracted",
        "created_at",
    )
    list_filter = ("origin",)
    search_fields = (
        "try_summary",
        "break_summary",
        "analysis",
        "learning_extracted",
    )
    date_hierarchy = "created_at"
    list_select_related = ("experiment",)
    autocomplete_fields = (
        "experiment",
        "heuristic",
    )


@admin.register(Decision)
class DecisionAdmin(RecordAdmin):
    list_display = (
        "title",
        "status",
        "domain",
        "superseded_by",
        "created_at",
    )
    list_filter = (
        "status",
        "origin",
    )
    search_fields = (
        "title",
        "context",
        "decision",
        "rationale",
    )
    date_hierarchy = "created_at"
    list_select_related = ("superseded_by",)
    autocomplete_fields = ("superseded_by",)


@admin.register(Invariant)
class InvariantAdmin(RecordAdmin):
    list_display = (
        "statement",
        "severity",
        "status",
        "scope",
        "violation_count",
        "created_at",
    )
    list_filter = (
        "severity",
        "status",
        "scope",
        "validation_type",
        "origin",
    )
    search_fields = (
        "statement",
        "rationale",
        "domain",
    )
    date_hierarchy = "created_at"


@admin.register(Violation)
class ViolationAdmin(LedgerAdmin):
    list_display = (
        "rule_name",
        "rule_id",
        "acknowledged",
        "session_id",
        "violation_date",
    )
    list_filter = (
        "acknowledged",
        "origin",
    )
    search_fields = (
        "rule_name",
        "description",
        "session_id",
    )
    date_hierarchy = "violation_date"


@admin.register(Assumption)
class AssumptionAdmin(RecordAdmin):
    list_display = (
        "assumption",
        "status",
        "confidence",
        "verified_count",
        "challenged_count",
        "created_at",
    )
    list_filter = (
        "status",
        "origin",
    )
    search_fields = (
        "assumption",
        "context",
        "source",
        "domain",
    )
    date_hierarchy = "created_at"


@admin.register(SpikeReport)
class SpikeReportAdmin(RecordAdmin):
    list_display = (
        "title",
        "topic",
        "domain",
        "usefulness_score",
        "access_count",
        "created_at",
    )
    list_filter = ("origin",)
    search_fields = (
        "title",
        "topic",
        "question",
        "findings",
        "gotchas",
        "tags",
    )
    date_hierarchy = "created_at"
