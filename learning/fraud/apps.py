from __future__ import annotations

from django.apps import AppConfig


class FraudConfig(AppConfig):
    name = "learning.fraud"
    label = "fraud"
    verbose_name = "Learning · fraud"
