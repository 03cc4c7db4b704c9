from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OriginsConfig(AppConfig):
    name = "elfsite.origins"
    label = "origins"
    verbose_name = "Sources and origins"

    def ready(self) -> None:
        from elfsite.origins.fields import tolerate_nonsense
        from elfsite.origins.statistics import gather_statistics

        tolerate_nonsense()
        post_migrate.connect(gather_statistics, sender=self)
