"""Numbers that other pages show: how many rows a list has, with the address of that very list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db import models
from django.db.models import QuerySet
from django.http import QueryDict

from elfsite.errors import Refused
from elfsite.listings import limits, params, registry
from elfsite.listings.links import list_url
from elfsite.listings.query import Count, narrowed


@dataclass(frozen=True)
class Counted:
    """A number and the list that it counts; both come from one address, so they agree."""

    count: Count
    href: str

    @property
    def number(self) -> int:
        """At least so many; 0 where nothing could be counted in time."""
        return self.count.number or 0

    @property
    def words(self) -> str:
        return self.count.words

    def __bool__(self) -> bool:
        return self.count.number is None or self.count.number > 0


def rows_of(model: type[models.Model], **filters: Any) -> QuerySet[Any]:
    """The rows of ``list_url(model, **filters)``, in no order. Raises Refused as the list would."""
    return narrowed(_asked(model, list_url(model, **filters)))


def counted(model: type[models.Model], **filters: Any) -> Counted:
    """Count the rows of ``list_url(model, **filters)`` up to the bound of lists (1,000), in one
    query of at most 0.1 s. Raises LookupError for a model without pages, Refused as the list."""
    href = list_url(model, **filters)
    most = limits.COUNT_MOST
    rows = narrowed(_asked(model, href)).order_by().values_list("pk")
    try:
        with limits.time_limit(limits.COUNT_MS):
            number = len(rows[: most + 1])
    except Refused as refused:
        if refused.code != "too_slow":
            raise
        return Counted(Count(None), href)
    return Counted(Count(min(number, most), number > most), href)


def _asked(model: type[models.Model], href: str) -> params.Asked:
    listing = registry.of_model(model)
    if listing is None:
        raise LookupError(f"{model.__name__} has no pages.")
    return params.read(listing, QueryDict(urlsplit(href).query))
