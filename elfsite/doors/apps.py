from __future__ import annotations

from django.apps import AppConfig


class DoorsConfig(AppConfig):
    name = "elfsite.doors"
    label = "doors"
    verbose_name = "Doors"
