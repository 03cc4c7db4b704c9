from __future__ import annotations

from django.apps import AppConfig


class TrailsConfig(AppConfig):
    name = "workflows.trails"
    label = "trails"
    verbose_name = "Workflows · trails"

    def ready(self) -> None:
        from workflows.conductor import hooks
        from workflows.trails.services import lay_files

        if lay_files not in hooks.on_files:
            hooks.on_files.append(lay_files)
