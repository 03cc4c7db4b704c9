from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ReviewsConfig(AppConfig):
    name = "learning.reviews"
    label = "reviews"
    verbose_name = "Learning · reviews"

    def ready(self) -> None:
        import learning.reviews.tray  # noqa: F401  (lays requests into the inbox)

        autodiscover_modules("inbox")
