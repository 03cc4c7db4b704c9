"""Admin pages of trails and places."""

from __future__ import annotations

from django.contrib import admin

from elfsite.origins.admin import LedgerAdmin
from workflows.trails.models import Collision, Place, PlaceScent, Trail, TrailDay


@admin.register(Trail)
class TrailAdmin(LedgerAdmin):
    list_display = (
        "location",
        "scent",
        "strength",
        "agent_id",
        "run",
        "created_at",
        "expires_at",
    )
    list_filter = (
        "scent",
        "location_type",
        "origin",
    )
    search_fields = (
        "location",
        "message",
        "agent_id",
    )
    date_hierarchy = "created_at"
    list_select_related = ("run",)
    autocomplete_fields = ("run",)


@admin.register(Place)
class PlaceAdmin(LedgerAdmin):
    list_display = (
        "location",
        "trails",
        "heat",
        "last_at",
        "origin",
    )
    list_filter = ("origin",)
    search_fields = ("location",)
    date_hierarchy = "last_at"
    list_select_related = ("origin",)


@admin.register(PlaceScent)
class PlaceScentAdmin(LedgerAdmin):
    list_display = (
        "location",
        "scent",
        "trails",
        "heat",
        "last_at",
        "origin",
    )
    list_filter = (
        "scent",
        "origin",
    )
    search_fields = ("location",)
    list_select_related = ("origin",)


@admin.register(TrailDay)
class TrailDayAdmin(LedgerAdmin):
    list_display = (
        "location",
        "scent",
        "day",
        "trails",
        "strength",
        "origin",
    )
    list_filter = ("scent", "origin")
    search_fields = ("location",)
    date_hierarchy = "day"
    list_select_related = ("origin",)


@admin.register(Collision)
class CollisionAdmin(LedgerAdmin):
    list_display = (
        "location",
        "one",
        "two",
        "scents",
        "times",
        "met_at",
        "origin",
    )
    list_filter = ("origin",)
    search_fields = (
        "location",
        "one",
        "two",
    )
    date_hierarchy = "met_at"
    list_select_related = ("origin",)
