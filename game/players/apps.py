from __future__ import annotations

from django.apps import AppConfig


class PlayersConfig(AppConfig):
    name = "game.players"
    label = "players"
    verbose_name = "People"
