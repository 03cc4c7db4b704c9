from __future__ import annotations

from django.apps import AppConfig


class TimelineConfig(AppConfig):
    name = "elfsite.timeline"
    label = "timeline"
    verbose_name = "Timeline"
