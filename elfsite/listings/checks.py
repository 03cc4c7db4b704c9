"""What is wrong with a declaration is told at start, in a sentence, not by a slow page later."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.db import models

from elfsite.listings import registry
from elfsite.listings.declare import AUDIENCES, PLAYERS, Filter, Listing, Related
from elfsite.listings.detail import related_of
from elfsite.listings.params import offered_orders


@register()
def declarations(**kwargs: Any) -> list[CheckMessage]:
    """Every declared listing."""
    return [error for each in registry.all_listings() for error in check(each)]


def check(listing: Listing) -> list[CheckMessage]:
    """The mistakes of one declaration; indexes are looked at only where every name is known."""
    unknown = list(_unknown(listing))
    tests = (_orders, _filters, _growing, _related, _words)
    model = listing.model
    found = unknown or [sentence for test in tests for sentence in test(listing)]
    return [Error(words[0].upper() + words[1:], id="listings.E001", obj=model) for words in found]


def _unknown(listing: Listing) -> Iterator[str]:
    known = {*listing.fields, "pk"}
    for place, names in _names(listing).items():
        for name in names:
            if name not in known:
                yield f"{place} names {name!r}, which is no field of it."
    for name, audience in {**listing.private, "the list": listing.audience}.items():
        if audience not in (*AUDIENCES, PLAYERS):
            yield f"{name} is for {audience!r}, which is no audience."


def _names(listing: Listing) -> dict[str, list[str]]:
    """Every field that the declaration names, by the place where it does."""
    plain = [each.name for each in listing.columns if not each.needs]
    needs = [name for each in listing.columns for name in (*each.needs, each.order) if name]
    orders = [order.lstrip("-") for order in offered_orders(listing)]
    single = [name for name in (listing.when, listing.named_by) if name]
    return {
        "columns": [*plain, *needs],
        "filters": [each.name for each in listing.filters],
        "search": list(listing.search),
        "orders": orders,
        "panels": [name for panel in listing.panels for name in panel.names],
        "hidden or private": [*listing.hidden, *listing.private],
        "when or named_by": single,
    }


def _orders(listing: Listing) -> Iterator[str]:
    for order in offered_orders(listing):
        column = order.lstrip("-")
        if not has_index(listing.model, column):
            yield f"the order {order!r} has no index that starts with {column!r}."
    first = listing.columns[0]
    if not first.needs and listing.fields[first.name].is_relation:
        yield f"the first column {first.name!r} is a reference; it has to lead to the row itself."


def _filters(listing: Listing) -> Iterator[str]:
    order = listing.order.lstrip("-")
    for each in listing.filters:
        if not _is_served(listing, each, order):
            more = f" and goes on with {order!r}" if listing.growing else ""
            yield f"the filter {each.name!r} has no index that starts with it{more}."


def _is_served(listing: Listing, declared: Filter, order: str) -> bool:
    """Whether the filter costs what it shows: by a closed choice in a table of bounded size, by an
    index, in a growing table by one that goes on with the order. The rows of one parent are few."""
    field = listing.fields[declared.name]
    if field.is_relation or declared.kind == "between":
        return has_index(listing.model, field.name) or not listing.growing
    if listing.growing:
        return has_index(listing.model, field.name, order)
    closed = bool(field.flatchoices) or isinstance(field, models.BooleanField)
    return closed or declared.typed or has_index(listing.model, field.name)


def _growing(listing: Listing) -> Iterator[str]:
    if not listing.growing:
        return
    order = listing.order.lstrip("-")
    if listing.search and not listing.search_note:
        yield "a search in a growing table reads all of it: say so in search_note."
    if listing.has_origin and not has_index(listing.model, "origin", order):
        yield f"the source filter has no index on 'origin' that goes on with {order!r}."
    if listing.is_recorded and not has_index(listing.model, "gone_at"):
        yield "rows that are gone cannot be found without an index on 'gone_at'."


def _related(listing: Listing) -> Iterator[str]:
    for each in listing.related:
        try:
            related = each if isinstance(each, Related) else related_of(listing, each)
        except LookupError as error:
            yield f"related: {error}"
            continue
        child = registry.by_table(related.table)
        if child is None or related.column not in child.fields:
            yield f"related: {related.table}.{related.column} has no pages."
        elif not has_index(child.model, related.column):
            yield f"related: {related.table}.{related.column} has no index."


def _words(listing: Listing) -> Iterator[str]:
    for name in ("about", "empty"):
        if not getattr(listing, name).endswith("."):
            yield f"{name} has to be a sentence."


def has_index(model: type[models.Model], *columns: str) -> bool:
    """Whether an index starts with *columns* in this order, the primary key at its end implied."""
    wanted = tuple(column for column in columns if column not in {"pk", model._meta.pk.name})
    return not wanted or any(found[: len(wanted)] == wanted for found in _indexes(model))


def _indexes(model: type[models.Model]) -> Iterator[tuple[str, ...]]:
    """The columns of each index. A partial one counts if it leaves out only what has no value."""
    for field in model._meta.concrete_fields:
        if field.unique or getattr(field, "db_index", False):
            yield (field.name,)
    for index in model._meta.indexes:
        names = tuple(name for name, _ in index.fields_orders)
        if index.condition is None or index.condition == _present(names[0]):
            yield names
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.condition is None:
            yield tuple(constraint.fields)


def _present(name: str) -> models.Q:
    return models.Q(**{f"{name}__isnull": False})
