from __future__ import annotations

from django.apps import AppConfig


class ObserverConfig(AppConfig):
    name = "learning.observer"
    label = "observer"
    verbose_name = "Learning · observer"
