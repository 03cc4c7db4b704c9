from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class KnowledgeConfig(AppConfig):
    name = "learning.knowledge"
    label = "knowledge"
    verbose_name = "Learning · knowledge"

    def ready(self) -> None:
        post_migrate.connect(_make_index, sender=self)


def _make_index(**kwargs: Any) -> None:
    from learning.knowledge.fulltext import make_index

    make_index(using=kwargs["using"])
