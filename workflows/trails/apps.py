from __future__ import annotations

from django.apps import AppConfig


class TrailsConfig(AppConfig):
    name = "workflows.trails"
    label = "trails"
    verbose_name = "Workflows · trails"
