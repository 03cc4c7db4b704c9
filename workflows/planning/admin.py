"""Admin pages of plans."""

from __future__ import annotations

from django.contrib import admin

from elfsite.origins.admin import RecordAdmin
from workflows.planning.models import Plan, Postmortem


@admin.register(Plan)
class PlanAdmin(RecordAdmin):
    list_display = (
        "title",
        "status",
        "domain",
        "task_id",
        "created_at",
    )
    list_filter = (
        "status",
        "origin",
    )
    search_fields = (
        "title",
        "task_id",
        "description",
    )
    date_hierarchy = "created_at"


@admin.register(Postmortem)
class PostmortemAdmin(RecordAdmin):
    list_display = (
        "title",
        "plan",
        "domain",
        "created_at",
    )
    list_filter = ("origin",)
    search_fields = (
        "title",
        "lessons",
        "actual_outcome",
    )
    date_hierarchy = "created_at"
    list_select_related = ("plan",)
