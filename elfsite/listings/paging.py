"""Keyset paging: a page begins after a row, so page 1,000 costs what page 1 costs.

The order is a column and the primary key. NULL stands where the database puts it: SQLite holds it
for the smallest value, PostgreSQL for the largest. A page that crosses the border between NULL and
values is read in two queries, because one condition for both could not use an index.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import F, Func, Q, QuerySet, Value

from elfsite.errors import Refused
from elfsite.listings.controls import INTEGER_MOST

WRITTEN = "written_order"  # annotation: the order column as it is stored


class Written(Func):
    """A column as it is stored. SQLite's driver would make a time of it and lose how it is
    written; the unary plus is an expression, which no converter touches."""

    template = "%(expressions)s"
    arity = 1
    output_field = models.TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


@dataclass(frozen=True)
class Order:
    """A column and then the primary key. ``tie_down`` is the key's direction: that of an index."""

    model: type[models.Model]
    column: str
    down: bool
    tie_down: bool

    @property
    def by_key(self) -> bool:
        return self.column in {"pk", self.model._meta.pk.name}

    @property
    def names(self) -> tuple[str, ...]:
        sign, tie = "-" * self.down, "-" * self.tie_down
        return (f"{sign}pk",) if self.by_key else (f"{sign}{self.column}", f"{tie}pk")

    @property
    def word(self) -> str:
        return "-" * self.down + self.column

    def reversed(self) -> Order:
        return replace(self, down=not self.down, tie_down=not self.tie_down)


@dataclass(frozen=True)
class Page:
    """Rows in order, and the cursors of the pages beside it; "" where there is none."""

    rows: list[Any]
    next: str
    back: str


def order_of(model: type[models.Model], word: str) -> Order:
    """The order named *word*. Raises FieldDoesNotExist for no column of *model*.

    Rows that tie follow the key in the direction in which an index holds them: an index that is
    declared descending holds its keys ascending, so walking it down the column walks up the keys.
    """
    column, down = word.removeprefix("-"), word.startswith("-")
    if column != "pk":
        model._meta.get_field(column)
    inverse = any((column, "DESC") in index.fields_orders for index in model._meta.indexes)
    return Order(model, column, down, down != inverse)


def page_of(rows: QuerySet[Any], order: Order, limit: int, after: str, before: str) -> Page:
    """At most *limit* rows after or before a cursor. Raises Refused for a cursor that is none."""
    walk = order.reversed() if before else order
    found = _walk(rows, walk, limit + 1, _decode(order, after or before))
    more = len(found) > limit
    del found[limit:]
    if before:
        found.reverse()
    has_next, has_back = (bool(before) or more), (bool(after) or (bool(before) and more))
    return Page(
        found,
        _encode(order, found[-1]) if found and has_next else "",
        _encode(order, found[0]) if found and has_back else "",
    )


def _walk(rows: QuerySet[Any], order: Order, most: int, mark: tuple[Any, Any] | None) -> list[Any]:
    found: list[Any] = []
    ordered = rows.order_by(*order.names)
    if not order.by_key:
        ordered = ordered.annotate(**{WRITTEN: Written(F(order.column))})
    for condition in _segments(order, mark):
        found += ordered.filter(condition)[: most - len(found)]
        if len(found) >= most:
            break
    return found


def _segments(order: Order, mark: tuple[Any, Any] | None) -> list[Q]:
    """What lies after *mark*, in stretches of which each is one range of an index."""
    if mark is None:
        return [Q()]
    value, key = mark
    beyond_key = Q(**{f"pk__{'lt' if order.tie_down else 'gt'}": key})
    if order.by_key:
        return [beyond_key]
    null = Q(**{f"{order.column}__isnull": True})
    nulls_first = (connection.vendor == "sqlite") != order.down
    if value is None:
        return [null & beyond_key, ~null] if nulls_first else [null & beyond_key]
    side = "lt" if order.down else "gt"
    bound = _bind(order, value)
    here_or_on = Q(**{f"{order.column}__{side}e": bound})
    on = Q(**{f"{order.column}__{side}": bound})
    rest = here_or_on & (on | beyond_key)
    nullable = order.model._meta.get_field(order.column).null
    return [rest, null] if nullable and not nulls_first else [rest]


def _bind(order: Order, value: Any) -> Any:
    """On SQLite the stored value as it is (a time is text there), elsewhere in the field's type."""
    return Value(value) if connection.vendor == "sqlite" else value


def _encode(order: Order, row: Any) -> str:
    value = None if order.by_key else getattr(row, WRITTEN)
    text = json.dumps([order.word, value, row.pk], default=str, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(order: Order, cursor: str) -> tuple[Any, Any] | None:
    """(value of the order column, key). Cursors are not signed: they can name a row, no more."""
    if not cursor:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        word, value, key = json.loads(raw)
        if word != order.word or not _bindable(value) or not _bindable(key) or key is None:
            raise ValueError(word)
        return _typed(order, value), order.model._meta.pk.to_python(key)
    except (ValueError, TypeError, ValidationError):
        raise Refused(
            "bad_cursor", "This link to a page belongs to another order or is damaged. Begin anew."
        ) from None


def _bindable(value: Any) -> bool:
    """Whether both drivers take *value*; anybody may write a cursor."""
    if isinstance(value, int):
        return abs(value) <= INTEGER_MOST
    if isinstance(value, str):
        return "\x00" not in value and value.isprintable()
    return value is None or isinstance(value, float)


def _typed(order: Order, value: Any) -> Any:
    if value is None or connection.vendor == "sqlite":
        return value
    field = order.model._meta.get_field(order.column)
    return field.to_python(value) if isinstance(field, models.Field) else value
