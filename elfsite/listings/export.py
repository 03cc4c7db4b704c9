"""A list as a file: the seed's columns by their names in the table, and where each row came from.

Rows are read by keyset in batches, so no cursor stays open and nothing is held in memory: a
reader that is slow or leaves costs the database nothing.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse

from elfsite.errors import Refused
from elfsite.listings import limits
from elfsite.listings.declare import ORIGIN_COLUMNS, Listing
from elfsite.listings.paging import order_of, page_of
from elfsite.listings.params import Asked
from elfsite.listings.query import narrowed

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "ndjson": "application/x-ndjson",
}
# a spreadsheet takes a cell that begins so for a formula
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Columns = dict[str, models.Field[Any, Any]]
CUT = "Elf-Cut"  # header: the file does not hold every row


def exported(listing: Listing, user: Any) -> Columns:
    """The columns of a file that *user* may have, by their name in the table."""
    return {
        str(field.column): field
        for name, field in listing.fields.items()
        if not (listing.is_recorded and name in ORIGIN_COLUMNS) and listing.shows(name, user)
    }


def record(listing: Listing, row: Any, columns: Columns) -> dict[str, Any]:
    """One row as plain values: times in ISO, JSON columns parsed, ``origin`` the source's name."""
    found = {name: _plain(getattr(row, field.attname)) for name, field in columns.items()}
    if listing.is_recorded:
        found["origin"] = row.origin.name if row.origin_id else None
        found["origin_key"] = row.origin_key
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, dt.date) else value


def response(request: HttpRequest, asked: Asked, kind: str) -> StreamingHttpResponse:
    """The list as a file, streamed. Raises Refused where even the first rows take too long."""
    listing = asked.listing
    columns = exported(listing, request.user)
    rows = _rows(asked, columns)
    chunks = WRITERS[kind](listing, columns, _batches(asked, rows))
    first = next(chunks)  # the first query runs here, where it can still be refused in words
    answer = StreamingHttpResponse(
        _stream(request, _with_first(first, chunks)), content_type=FORMATS[kind]
    )
    answer["Content-Disposition"] = f'attachment; filename="{listing.slug}.{kind}"'
    if _is_cut(rows):
        most = f"{limits.EXPORT_MOST:,}"
        answer[CUT] = f"The first {most} rows; narrow the list by a filter for the others."
    return answer


def _rows(asked: Asked, columns: Columns) -> QuerySet[Any]:
    rows = narrowed(asked)
    names = [field.name for field in columns.values()]
    if asked.listing.is_recorded:
        rows = rows.select_related("origin")
        names += ["origin", "origin_key", "origin__name"]
    return rows.only(*names)


def _is_cut(rows: QuerySet[Any]) -> bool:
    most = limits.EXPORT_MOST
    try:
        with limits.time_limit(limits.LIST_MS):
            return rows.order_by()[most : most + 1].exists()
    except Refused:
        return True  # not known to be whole: say the bound


def _batches(asked: Asked, rows: QuerySet[Any]) -> Iterator[list[Any]]:
    order = order_of(asked.listing.model, asked.order)
    left, after = limits.EXPORT_MOST, asked.after
    while left > 0:
        with limits.time_limit(limits.LIST_MS):
            page = page_of(rows, order, min(limits.EXPORT_BATCH, left), after, "")
        yield page.rows
        left, after = left - len(page.rows), page.next
        if not after:
            return


def _write_csv(listing: Listing, columns: Columns, batches: Iterator[list[Any]]) -> Iterator[bytes]:
    names = [*columns, *(["origin", "origin_key"] if listing.is_recorded else [])]
    head: list[list[Any]] = [names]
    for rows in batches:
        lines = [[_guarded(v) for v in record(listing, r, columns).values()] for r in rows]
        buffer = io.StringIO()
        csv.writer(buffer).writerows([*head, *lines])
        head = []
        yield buffer.getvalue().encode()


def _guarded(value: Any) -> Any:
    """Text that a spreadsheet would run is text again; numbers are left alone."""
    if isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False)
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA) else value


def _write_json(
    listing: Listing, columns: Columns, batches: Iterator[list[Any]]
) -> Iterator[bytes]:
    before = "["
    for rows in batches:
        lines = [_dumped(record(listing, row, columns)) for row in rows]
        yield (before + "\n" + ",\n".join(lines)).encode() if lines else before.encode()
        before = ","
    yield b"\n]\n"


def _write_ndjson(
    listing: Listing, columns: Columns, batches: Iterator[list[Any]]
) -> Iterator[bytes]:
    for rows in batches:
        yield "".join(_dumped(record(listing, row, columns)) + "\n" for row in rows).encode()


def _dumped(found: dict[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False, default=str)


WRITERS: dict[str, Callable[..., Iterator[bytes]]] = {
    "csv": _write_csv,
    "json": _write_json,
    "ndjson": _write_ndjson,
}


def _with_first(first: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from chunks


def _stream(request: HttpRequest, chunks: Iterator[bytes]) -> Any:
    """Under ASGI a plain iterator would be read whole before the first byte is sent."""
    return _steps(chunks) if isinstance(request, ASGIRequest) else chunks


async def _steps(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    def step() -> bytes | None:
        return next(chunks, None)

    while (chunk := await sync_to_async(step)()) is not None:
        yield chunk
