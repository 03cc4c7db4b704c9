"""Admin page of the event log."""

from __future__ import annotations

from django.contrib import admin

from elfsite.origins.admin import LedgerAdmin
from elfsite.timeline.models import TimelineEvent


@admin.register(TimelineEvent)
class TimelineEventAdmin(LedgerAdmin):
    list_display = (
        "id",
        "at",
        "topic",
        "verb",
        "summary",
        "actor",
    )
    list_filter = (
        "topic",
        "verb",
    )
    search_fields = (
        "summary",
        "actor",
        "subject_id",
    )
    date_hierarchy = "at"
