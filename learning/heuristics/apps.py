from __future__ import annotations

from django.apps import AppConfig


class HeuristicsConfig(AppConfig):
    name = "learning.heuristics"
    label = "heuristics"
    verbose_name = "Learning · heuristics"
