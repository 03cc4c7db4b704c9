from __future__ import annotations

from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    name = "workflows.upkeep"
    label = "upkeep"
    verbose_name = "Workflows · upkeep"
