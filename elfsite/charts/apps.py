from __future__ import annotations

from django.apps import AppConfig


class ChartsConfig(AppConfig):
    name = "elfsite.charts"
    label = "charts"
    verbose_name = "Drawings"
