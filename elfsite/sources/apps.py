from __future__ import annotations

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    name = "elfsite.sources"
    label = "sources"
    verbose_name = "Reading other databases"

    def ready(self) -> None:
        from elfsite.sources import context  # noqa: F401  (registers the sample's banner)
