from __future__ import annotations

from django.apps import AppConfig


class DomainsConfig(AppConfig):
    name = "learning.domains"
    label = "domains"
    verbose_name = "Learning · domains"

    def ready(self) -> None:
        import learning.domains.joined  # noqa: F401  (hangs domains onto the life of rules)
