from __future__ import annotations

from django.apps import AppConfig


class ArenaConfig(AppConfig):
    name = "game.arena"
    label = "arena"
    verbose_name = "Game · arena"

    def ready(self) -> None:
        from elfsite.timeline.hiding import hide
        from game.arena.access import TOPIC, WORDS, hidden_topics
        from game.arena.services.stars import note_star
        from game.players import hooks

        hide(hidden_topics, {TOPIC: WORDS})
        if note_star not in hooks.after_star:
            hooks.after_star.append(note_star)
