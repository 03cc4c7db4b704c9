"""The game in Django admin: ledgers to read. With the game off there is no such section."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest

from elfsite.origins.admin import LedgerAdmin
from game.arena.models import Achievement, Manifest, Pilot, Replay, ScoreEvent, Sortie


class GameAdmin(LedgerAdmin):
    """A table of the game, to read."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return settings.GAME and super().has_module_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return settings.GAME and super().has_view_permission(request, obj)


@admin.register(Manifest)
class ManifestAdmin(GameAdmin):
    list_display = ("key", "day", "training", "seed", "digest", "frozen_at")
    list_filter = ("training",)


@admin.register(Sortie)
class SortieAdmin(GameAdmin):
    list_display = ("id", "player", "weapon", "issued_at", "expires_at", "used_at")
    list_select_related = ("player",)
    search_fields = ("player__username",)


@admin.register(Replay)
class ReplayAdmin(GameAdmin):
    list_display = ("id", "player", "status", "score", "claimed_score", "day", "sent_at", "reason")
    list_filter = ("status", "training")
    list_select_related = ("player",)
    search_fields = ("player__username",)
    exclude = ("log",)


@admin.register(ScoreEvent)
class ScoreEventAdmin(GameAdmin):
    list_display = ("id", "player", "points", "kind", "reason", "summary", "day", "at")
    list_filter = ("kind", "reason")
    list_select_related = ("player",)
    search_fields = ("player__username", "summary")


@admin.register(Achievement)
class AchievementAdmin(GameAdmin):
    list_display = ("code", "player", "at")
    list_filter = ("code",)
    list_select_related = ("player",)


@admin.register(Pilot)
class PilotAdmin(GameAdmin):
    list_display = ("player", "cursor", "imported_score", "star_given", "star_checked_at")
    list_select_related = ("player",)
