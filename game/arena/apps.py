from __future__ import annotations

from django.apps import AppConfig


class ArenaConfig(AppConfig):
    name = "game.arena"
    label = "arena"
    verbose_name = "Game · arena"
