from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ListingsConfig(AppConfig):
    name = "elfsite.listings"
    label = "listings"
    verbose_name = "Listings"

    def ready(self) -> None:
        from elfsite.listings import checks  # noqa: F401  (registers them)

        autodiscover_modules("listings")
