from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "elfsite.jobs"
    label = "jobs"
    verbose_name = "Background work"

    def ready(self) -> None:
        import elfsite.checks  # noqa: F401  (registers the checks of the whole site)

        autodiscover_modules("jobs")
