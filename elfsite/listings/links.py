"""Addresses of lists and rows, so that each number on a page links to the list that it counts."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import quote, urlencode

from django.db import models
from django.utils.html import escape
from django.utils.safestring import SafeString

from elfsite.listings import registry
from elfsite.listings.controls import NONE
from elfsite.listings.declare import Listing

NAME_SHOWN = 60  # characters of the name of another row


def list_path(listing: Listing) -> str:
    return f"/{listing.slug}/"


def row_path(listing: Listing, key: Any) -> str:
    """Keys are numbers, but for domains, which may hold any letter."""
    return f"/{listing.slug}/{quote(str(key), safe='')}/"


def url_of(row: models.Model) -> str:
    """The page of *row*; "" for a table without pages."""
    listing = registry.of_model(type(row))
    return row_path(listing, row.pk) if listing else ""


def list_url(model: type[models.Model], **filters: Any) -> str:
    """The list of *model*, narrowed: ``list_url(Heuristic, is_golden=True, days=30)``.

    Filters are named as fields, as columns or as parameters of lists. True is 1, None is "without
    a value", a row is its key, a tuple "any of these" (for choices). Raises LookupError for a
    model without pages.
    """
    listing = registry.of_model(model)
    if listing is None:
        raise LookupError(f"{model.__name__} has no pages.")
    query = {_parameter(listing, name): _written(value) for name, value in filters.items()}
    return list_path(listing) + (f"?{urlencode(query)}" if query else "")


def _parameter(listing: Listing, name: str) -> str:
    name = name.rstrip("_")  # ``from_`` where Python keeps the word for itself
    field = listing.fields.get(name)
    return str(field.column) if field else name


def _written(value: Any) -> str:
    if value is None:
        return NONE
    if isinstance(value, tuple):
        return ",".join(_written(each) for each in value)
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value.pk) if isinstance(value, models.Model) else str(value)


def title(row: models.Model, words: str, second: str = "") -> SafeString:
    """What a list's first column shows: *words* as the link to the row, *second* below it.

    *words* is escaped here, *second* is safe HTML.
    """
    below = f'<span class="second">{second}</span>' if second else ""
    return SafeString(f'<a class="rule" href="{url_of(row)}">{escape(words)}</a>{below}')


def reference(listing: Listing, key: Any, name: Any) -> SafeString:
    """A link to the row *key* of *listing*; flagged where *name* is None: no such row is here."""
    if key is None:
        return SafeString('<span class="quiet">–</span>')
    if name is None:
        words = escape(f"{listing.one} {key}")
        return SafeString(f'<span class="flag" title="No such row is here">{words}</span>')
    line = " ".join(str(name).split())
    shown = line if len(line) <= NAME_SHOWN else line[: NAME_SHOWN - 1] + "…"
    label = escape(shown or f"{listing.one} {key}")
    return SafeString(f'<a class="soft" href="{row_path(listing, key)}">{label}</a>')
