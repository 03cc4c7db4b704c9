from __future__ import annotations

from django.apps import AppConfig


class ConductorConfig(AppConfig):
    name = "workflows.conductor"
    label = "conductor"
    verbose_name = "Workflows · conductor"
