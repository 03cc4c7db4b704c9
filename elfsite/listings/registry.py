"""Every table that has pages, by table, slug and model; filled by each area's ``listings.py``."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.db import models

from elfsite.listings.declare import Listing

_by_table: dict[str, Listing] = {}


def register(listing: Listing) -> Listing:
    """Raises ValueError where a table is declared a second time."""
    if listing.table in _by_table:
        raise ValueError(f"The table {listing.table} is declared twice.")
    _by_table[listing.table] = listing
    return listing


def all_listings() -> list[Listing]:
    """In the order of their declaration, which is the order of the rooms in the settings."""
    return list(_by_table.values())


def by_slug(slug: str) -> Listing | None:
    return _by_table.get(slug.replace("-", "_")) if "_" not in slug else None


def by_table(table: str) -> Listing | None:
    return _by_table.get(table)


def of_model(model: type[models.Model]) -> Listing | None:
    """The pages of *model*; None for a model without."""
    found = _by_table.get(model._meta.db_table)
    return found if found and found.model is model else None


def target_of(field: models.Field[Any, Any]) -> Listing | None:
    """The pages of the table that *field* refers to; None for no reference, or none with pages."""
    return of_model(field.related_model) if isinstance(field, models.ForeignKey) else None


# what agents know, what they do, play; then the site itself
PACKAGES = ("learning", "workflows", "game", "elfsite")


def rooms() -> list[tuple[str, list[Listing]]]:
    """The listings grouped by room, rooms by package and name."""
    ordered = sorted(_by_table.values(), key=_place)
    return [(room, list(group)) for room, group in groupby(ordered, key=lambda each: each.room)]


def _place(listing: Listing) -> tuple[int, str]:
    return PACKAGES.index(listing.model.__module__.partition(".")[0]), listing.room
