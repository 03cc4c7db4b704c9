from __future__ import annotations

from django.apps import AppConfig


class ArenaConfig(AppConfig):
    name = "game.arena"
    label = "arena"
    verbose_name = "Game · arena"

    def ready(self) -> None:
        from elfsite.timeline.hiding import hide
        from game.arena.access import hidden_topics

        hide(hidden_topics)
