"""A page of rows as the template prints it: heads with their sort links, rows as safe strings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.html import escape
from django.utils.safestring import SafeString

from elfsite.listings import cells, links, registry
from elfsite.listings.controls import label_of
from elfsite.listings.declare import Column, Listing
from elfsite.listings.limits import PAGE_MOST
from elfsite.listings.params import Asked, offered_orders
from elfsite.listings.query import NAME_OF, columns_only

DrawRow = Callable[[Any], SafeString]


@dataclass(frozen=True)
class Head:
    """The head of a column; ``url`` sorts by it, ``sort`` is its ``aria-sort`` where it does."""

    label: str
    css: str
    url: str
    sort: str


def heads_of(asked: Asked, columns: Sequence[Column]) -> list[Head]:
    """The heads of *columns*; a click turns the direction of the column that orders."""
    first = {order.lstrip("-"): order for order in offered_orders(asked.listing)}
    found = []
    for column in columns:
        name = column.order or column.name
        url = sort = ""
        if name in first:
            url = asked.url(order=first[name])
        if asked.order.lstrip("-") == name:
            down = asked.order.startswith("-")
            sort = "descending" if down else "ascending"
            url = asked.url(order=name if down else f"-{name}") if name in first else ""
        found.append(Head(_label(asked.listing, column), _css(asked.listing, column), url, sort))
    return found


def rows_of(
    asked: Asked, columns: Sequence[Column], rows: Sequence[Any], *, live: bool = True
) -> list[SafeString]:
    """*rows* as ``<tr>``: a number of milliseconds for 50 rows, no query.

    A *live* row is named, so that the live pages can put its new state in its place.
    """
    cells_of = _cells(asked, columns)
    css = ' class="gone"' if asked.get("gone") else ""
    named = f' data-row="{asked.listing.table}:%s"' if live else "%.0s"
    return [
        SafeString(f"<tr{css}{named % escape(str(row.pk))}>{cells_of(row)}</tr>") for row in rows
    ]


def render_rows(wanted: Mapping[str, Collection[str]]) -> dict[str, str]:
    """List rows by ``table:key``, as everybody sees them: for the live pages, one query a table.

    *wanted* are keys by table. Tables that not everybody may see, keys of rows that are gone and
    more than 200 rows of a table are left out: a page that misses one asks for it.
    """
    found: dict[str, str] = {}
    for table, keys in wanted.items():
        listing = registry.by_table(table)
        if listing is None or listing.audience != "member":
            continue
        columns = [each for each in listing.columns if each.name not in listing.private]
        rows = _by_key(listing, list(keys)[:PAGE_MOST])
        drawn = rows_of(Asked(listing, {}, {}), columns, rows)
        found.update({f"{table}:{row.pk}": tr for row, tr in zip(rows, drawn, strict=True)})
    return found


def _by_key(listing: Listing, keys: list[str]) -> list[Any]:
    present = {"gone_at__isnull": True} if listing.is_recorded else {}
    try:
        rows = listing.model._default_manager.filter(pk__in=keys, **present)
    except ValueError:  # a key that is no key of this table
        return []
    return list(columns_only(listing, rows))


def _cells(asked: Asked, columns: Sequence[Column]) -> DrawRow:
    """What draws the cells of a row: each ``<td>`` with its attributes, made once per page."""
    drawers = [
        (_attributes(asked.listing, each, first=not at), _drawer(asked, each, first=not at))
        for at, each in enumerate(columns)
    ]

    def draw(row: Any) -> SafeString:
        parts = [f"<td{attributes}>{cell(row)}</td>" for attributes, cell in drawers]
        return SafeString("".join(parts))

    return draw


def _label(listing: Listing, column: Column) -> str:
    if column.label:
        return column.label
    field = listing.fields.get(column.name)
    words = label_of(field) if field else column.name.replace("_", " ")
    return words[:1].upper() + words[1:]


def _css(listing: Listing, column: Column) -> str:
    field = listing.fields.get(column.name)
    if column.css or column.needs or field is None:
        return column.css
    return "n" if cells.is_number(field) else ""


def _attributes(listing: Listing, column: Column, *, first: bool) -> SafeString:
    css = _css(listing, column)
    label = "" if first else f' data-label="{escape(_label(listing, column))}"'
    return SafeString((f' class="{css}"' if css else "") + label)


def _drawer(asked: Asked, column: Column, *, first: bool) -> DrawRow:
    if column.needs and column.draw:
        return column.draw
    field = asked.listing.fields[column.name]
    target = registry.target_of(field)
    if target:
        return _reference(field, target)
    draw = column.draw or cells.draw_of(field)
    if asked.asof and draw is cells.moment:
        draw = cells.moment_written
    return _title(asked.listing, field, draw) if first else _value(field, draw)


def _value(field: models.Field[Any, Any], draw: cells.Draw) -> DrawRow:
    name = field.attname
    return lambda row: draw(getattr(row, name))


def _reference(field: models.Field[Any, Any], target: Listing) -> DrawRow:
    key, name = field.attname, NAME_OF + field.name
    return lambda row: links.reference(target, getattr(row, key), getattr(row, name))


def _title(listing: Listing, field: models.Field[Any, Any], draw: cells.Draw) -> DrawRow:
    """The first column leads to the row, whatever it holds."""

    def drawn(row: Any) -> SafeString:
        value = getattr(row, field.attname)
        words = escape(f"{listing.one} {row.pk}") if value in (None, "") else draw(value)
        return SafeString(f'<a class="rule" href="{links.row_path(listing, row.pk)}">{words}</a>')

    return drawn
