"""Walking a list page by page shows each row once, in one order, ties and missing values too."""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import Any

import pytest
from django.db import connection, models

from elfsite.errors import Refused
from elfsite.listings import registry
from elfsite.listings.declare import Listing
from elfsite.listings.paging import Order, order_of, page_of
from elfsite.listings.params import offered_orders
from learning.heuristics.models import Heuristic
from learning.knowledge.models import Decision, Learning
from tests.factories import make

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

ORDERS = [
    (each.table, sign + order.lstrip("-"))
    for each in registry.all_listings()
    for order in offered_orders(each)
    for sign in ("", "-")
]


def a_value(field: models.Field[Any, Any], number: int) -> Any:
    """One of four: none where the column allows it, one that ties with others, two more."""
    if field.null and number % 4 == 0:
        return None
    if isinstance(field, models.DateTimeField):
        return dt.datetime(2026, 1, 1 + number % 3, 12, 0, 0, 5 * number % 3, tzinfo=dt.UTC)
    if isinstance(field, models.FloatField):
        return number % 3 / 3
    return number % 3 if isinstance(field, models.IntegerField) else f"word {number % 3}"


def some_rows(listing: Listing, column: str) -> None:
    field = listing.model._meta.pk if column == "pk" else listing.fields[column]
    if listing.table == "db_operations":
        make(listing.model)
        return
    for number in range(9):
        row = make(listing.model)
        if not field.unique:
            rows = listing.model._default_manager.filter(pk=row.pk)
            rows.update(**{field.name: a_value(field, number)})


def walk(order: Order, start: str, *, back: bool = False) -> list[list[Any]]:
    """The keys of each page from *start* on, two rows a page."""
    pages, cursor = [], start
    rows = order.model._default_manager.all()
    for _ in range(20):
        after, before = ("", cursor) if back else (cursor, "")
        page = page_of(rows, order, 2, after, before)
        pages.append([row.pk for row in page.rows])
        cursor = page.back if back else page.next
        if not cursor:
            return pages
    raise AssertionError("The pages do not end.")


@pytest.mark.parametrize(("table", "word"), ORDERS)
def test_each_order_walks_all_rows_once_and_back(table: str, word: str) -> None:
    listing = registry.by_table(table)
    assert listing is not None
    some_rows(listing, word.lstrip("-"))
    order = order_of(listing.model, word)
    whole = [row.pk for row in listing.model._default_manager.order_by(*order.names)]
    pages = walk(order, "")
    assert [key for page in pages for key in page] == whole
    assert all(len(page) == 2 for page in pages[:-1])
    last = page_of(listing.model._default_manager.all(), order, 2, "", "")
    for _ in pages[1:]:
        last = page_of(listing.model._default_manager.all(), order, 2, last.next, "")
    behind = walk(order, last.back, back=True) if last.back else []
    assert [key for page in behind[::-1] for key in page] == whole[: len(whole) - len(last.rows)]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only there a time is kept as it came")
def test_times_are_walked_as_they_are_written() -> None:
    """Agents write local ISO times, epochs and nonsense; SQLite orders what is written."""
    written = ["2026-01-02T10:00:00", "2026-01-02 11:00:00", "2026-01-02T09:00:00+05:00"]
    written += ["soon", "1767348000", "", "2026-01-02 11:00:00.5", "2026-01-02T10:00:00"]
    for text in written:
        row = make(Learning)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE learnings SET created_at = %s WHERE id = %s", [text, row.pk])
    for word in ("created_at", "-created_at"):
        order = order_of(Learning, word)
        whole = list(Learning.objects.order_by(*order.names).values_list("pk", flat=True))
        assert [key for page in walk(order, "") for key in page] == whole


def test_rows_that_tie_follow_the_direction_of_their_index() -> None:
    assert order_of(Heuristic, "-confidence").names == ("-confidence", "pk")
    assert order_of(Heuristic, "confidence").names == ("confidence", "-pk")
    assert order_of(Decision, "-created_at").names == ("-created_at", "-pk")


def test_a_row_that_comes_while_one_reads_moves_nothing() -> None:
    order = order_of(Decision, "-created_at")
    for _ in range(4):
        make(Decision)
    first = page_of(Decision.objects.all(), order, 2, "", "")
    make(Decision, created_at=dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
    second = page_of(Decision.objects.all(), order, 2, first.next, "")
    seen = [row.pk for row in (*first.rows, *second.rows)]
    assert len(set(seen)) == 4


def cursor_of(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


BAD = [
    "x",
    "{}",
    cursor_of(17),
    cursor_of(["created_at", None, 1]),
    cursor_of(["-created_at", {"a": 1}, 1]),
    cursor_of(["-created_at", None, None]),
    cursor_of(["-created_at", None, "no key"]),
    cursor_of(["-created_at", None, 2**80]),
    cursor_of(["-created_at", 2**80, 1]),
    cursor_of(["-created_at", "\ud800", 1]),
    cursor_of(["-created_at", "2026\x00", 1]),
    cursor_of(["-created_at", None, 1, 2]),
]


@pytest.mark.parametrize("cursor", BAD)
def test_a_damaged_cursor_is_refused(cursor: str) -> None:
    make(Decision)
    order = order_of(Decision, "-created_at")
    with pytest.raises(Refused, match="another order or is damaged"):
        page_of(Decision.objects.all(), order, 2, cursor, "")
