"""Every filter of every growing table walks an index in the order that is shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict

from elfsite.listings import registry
from elfsite.listings.controls import NONE, Control
from elfsite.listings.declare import Listing
from elfsite.listings.paging import order_of, page_of
from elfsite.listings.params import Asked, known_controls, offered_orders, read
from elfsite.listings.query import columns_only, narrowed
from tests.factories import make

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the plans of SQLite"),
]

GROWING = [each.table for each in registry.all_listings() if each.growing]


def values_of(control: Control) -> Iterator[str]:
    """Values that the control takes; links are left out, the rows of one parent are few."""
    if control.kind == "link" or control.ask:
        return
    if control.kind == "flag":
        yield from ("0", "1")
    elif control.kind == "choice":
        yield control.choices[0][0]
    else:
        yield "0.5" if control.kind == "number" else "1"
    if control.none:
        yield NONE


def asks_of(listing: Listing) -> Iterator[str]:
    yield ""
    yield "days=30"
    yield "asof=2026-01-01"
    if listing.is_recorded:
        yield from ("source=1", "source=ours", "gone=1")
    for order in offered_orders(listing):
        yield from (f"order={order.lstrip('-')}", f"order=-{order.lstrip('-')}")
    for name, control in known_controls(listing).items():
        yield from (f"{name}={value}" for value in values_of(control))


def plan_of(asked: Asked, *, later: bool) -> list[str]:
    """The steps of the query of a first page, or of one behind a cursor."""
    order = order_of(asked.listing.model, asked.order)
    rows = columns_only(asked.listing, narrowed(asked))
    ordered = rows.order_by(*order.names)
    if later:
        first = page_of(asked.listing.model._default_manager.all(), order, 1, "", "")
        ordered = behind(rows, order, first.next)
    sql, params = ordered[:51].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        return [str(step[3]) for step in cursor.fetchall()]


def behind(rows: Any, order: Any, cursor: str) -> Any:
    from elfsite.listings import paging

    condition = paging._segments(order, paging._decode(order, cursor))[0]
    return rows.filter(condition).order_by(*order.names)


def is_slow(step: str, table: str) -> bool:
    if "TEMP B-TREE FOR ORDER BY" in step or "MULTI-INDEX OR" in step:
        return True
    return step.startswith(f"SCAN {table}") and "USING" not in step


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("table", GROWING)
def test_no_page_reads_or_sorts_all_rows(table: str, later: bool) -> None:
    listing = registry.by_table(table)
    assert listing is not None
    make(listing.model), make(listing.model)
    by_key = order_of(listing.model, listing.order).by_key  # its order is that of the table
    for text in asks_of(listing):
        asked = read(listing, QueryDict(text))
        slow = [step for step in plan_of(asked, later=later) if is_slow(step, table)]
        if by_key:
            slow = [step for step in slow if not step.startswith("SCAN")]
        assert not slow, (text, slow)
