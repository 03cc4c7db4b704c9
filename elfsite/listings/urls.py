"""Addresses of every declared table. Included last: only declared slugs match."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from elfsite.listings import registry, views
from elfsite.listings.declare import Listing
from elfsite.listings.export import FORMATS


class Slug(StringConverter):
    """The slug of a declared table; anything else is no address of a list."""

    regex = "[a-z][a-z0-9-]*"

    def to_python(self, value: str) -> Listing:  # type: ignore[override]
        found = registry.by_slug(value)
        if found is None:
            raise ValueError(value)
        return found

    def to_url(self, value: str | Listing) -> str:
        return value if isinstance(value, str) else value.slug


class Format(StringConverter):
    regex = "|".join(FORMATS)


register_converter(Slug, "listing")
register_converter(Format, "format")

app_name = "listing"
urlpatterns = [
    path("tables/", views.tables, name="tables"),
    path("<listing:listing>/", views.show_list, name="list"),
    path("<listing:listing>.<format:fmt>", views.export, name="export"),
    path("<listing:listing>/<path:pk>.json", views.show_json, name="json"),
    path("<listing:listing>/<path:pk>/", views.show_row, name="detail"),
]
