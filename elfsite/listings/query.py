"""From what is asked to rows: the filters as conditions, the columns that are read, the count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from operator import or_
from typing import Any, NamedTuple

from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery

from elfsite.errors import Refused
from elfsite.listings import limits, registry
from elfsite.listings.declare import Listing
from elfsite.listings.paging import Page, order_of, page_of
from elfsite.listings.params import OURS, Asked

NAME_OF = "name_of_"  # annotation: what names the row that a reference points to


class Reference(NamedTuple):
    """A foreign key of a row, and the listing of the table that it leads to."""

    field: models.ForeignKey[Any, Any]
    target: Listing


@dataclass(frozen=True)
class Count:
    """How many rows: exact, or at least so many, or only "many" where counting took too long."""

    number: int | None
    more: bool = False

    @property
    def words(self) -> str:
        if self.number is None:
            return "many"
        return f"more than {self.number:,}" if self.more else f"{self.number:,}"

    def of(self, one: str, many: str) -> str:
        return f"{self.words} {one if self.number == 1 and not self.more else many}"


def narrowed(asked: Asked) -> QuerySet[Any]:
    """The rows that *asked* is about, in no order and with every column."""
    listing = asked.listing
    rows: QuerySet[Any] = listing.model._default_manager.all()
    if listing.is_recorded:
        rows = rows.filter(gone_at__isnull=not asked.get("gone", False))
    for control, value in asked.controls:
        rows = rows.filter(control.condition(value))
    rows = rows.filter(_of_source(asked.get("source")) & _within(asked))
    text = asked.get("q")
    return matching(listing, rows, text) if text else rows


def _of_source(source: str | int | None) -> Q:
    if source is None:
        return Q()
    return Q(origin__isnull=True) if source == OURS else Q(origin_id=source)


def _within(asked: Asked) -> Q:
    since, until = asked.window
    found = Q()
    if since:
        found &= Q(**{f"{asked.listing.when_field}__gte": since})
    if until:
        found &= Q(**{f"{asked.listing.when_field}__lte": until})
    return found


def matching(listing: Listing, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Rows that hold every word of *text*, each in any of the searched columns, in any order."""
    if listing.fulltext:
        return listing.fulltext(rows, text)
    for word in text.split():
        conditions = (Q(**{f"{name}__icontains": word}) for name in listing.search)
        rows = rows.filter(reduce(or_, conditions))
    return rows


def read_page(asked: Asked) -> Page:
    """The rows of one page. Raises Refused ``too_slow`` beyond the limit of a list."""
    order = order_of(asked.listing.model, asked.order)
    rows = columns_only(asked.listing, narrowed(asked))
    with limits.time_limit(limits.LIST_MS):
        return page_of(rows, order, asked.limit, asked.after, asked.before)


def count(asked: Asked, page: Page) -> Count:
    """The number of rows: known from a first page that is the last, else counted up to a bound."""
    if not asked.after and not asked.before and not page.next:
        return Count(len(page.rows))
    most = limits.COUNT_MOST
    try:
        with limits.time_limit(limits.COUNT_MS):
            number = narrowed(asked).order_by()[: most + 1].count()
    except Refused:
        return Count(None)
    return Count(min(number, most), number > most)


def last_before(asked: Asked) -> Any:
    """The time of the last row outside the window of *asked*, where a window emptied the list.

    History that was imported long ago is not dead: the page leads to its time. None where no
    window is set, where there is no such row, or where finding it takes too long.
    """
    when = asked.listing.when_field
    values = {name: v for name, v in asked.values.items() if name not in {"days", "from", "to"}}
    if not when or len(values) == len(asked.values):
        return None
    rows = narrowed(replace(asked, values=values)).filter(**{f"{when}__isnull": False})
    try:
        with limits.time_limit(limits.COUNT_MS):
            return rows.order_by(f"-{when}").values_list(when, flat=True).first()
    except Refused:
        return None


def columns_only(listing: Listing, rows: QuerySet[Any]) -> QuerySet[Any]:
    """*rows* with the columns that the list draws, and the names of what they refer to."""
    fields, references = _needed(listing)
    return with_names(rows.only(*fields), references)


@lru_cache(maxsize=256)
def _needed(listing: Listing) -> tuple[tuple[str, ...], tuple[Reference, ...]]:
    names = [listing.model._meta.pk.name]
    names += ["origin", "gone_at"] if listing.is_recorded else []
    for column in listing.columns:
        names += column.needs or (column.name,)
    fields = [listing.fields[name] for name in dict.fromkeys(names)]
    return tuple(each.name for each in fields), references_in(fields)


def references_in(fields: Iterable[Any]) -> tuple[Reference, ...]:
    """The foreign keys among *fields* that lead to a table with pages."""
    found = []
    for each in fields:
        target = registry.target_of(each)
        if target:
            found.append(Reference(each, target))
    return tuple(found)


def with_names(rows: QuerySet[Any], references: Iterable[Reference]) -> QuerySet[Any]:
    """*rows* annotated with the name of what each reference leads to, NULL where it is not there.

    A join would drop the row of a required reference that dangles: agents write such rows.
    """
    for field, target in references:
        found = target.model._base_manager.filter(pk=OuterRef(field.attname))
        name = found.values(target.named_by or target.columns[0].name)[:1]
        rows = rows.annotate(**{NAME_OF + field.name: Subquery(name)})
    return rows
