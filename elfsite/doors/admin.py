"""Agent keys in Django admin: a ledger; keys are made and revoked on their page."""

from __future__ import annotations

from django.contrib import admin

from elfsite.doors.models import AgentKey
from elfsite.origins.admin import LedgerAdmin


@admin.register(AgentKey)
class AgentKeyAdmin(LedgerAdmin):
    list_display = (
        "name",
        "owner",
        "prefix",
        "trust_class",
        "created_at",
        "last_used_at",
        "expires_at",
        "revoked_at",
    )
    list_filter = ("trust_class",)
    search_fields = ("name", "prefix", "owner__username")
    list_select_related = ("owner",)
    date_hierarchy = "created_at"
    exclude = ("key_hash",)
