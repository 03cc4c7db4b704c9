from __future__ import annotations

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "workflows.planning"
    label = "planning"
    verbose_name = "Workflows · planning"
