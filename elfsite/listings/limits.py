"""A bound on the time that a query may take, on both databases, and the bounds of lists."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.utils import OperationalError

from elfsite.errors import Refused

LIST_MS = 2000  # one page of rows
COUNT_MS = 100  # its number; "many" is said when it takes longer
FACETS_MS = 200  # the values that filters offer
SEARCH_MS = 1500  # the page that searches everything
COUNT_MOST = 1000  # counted exactly up to here
PAGE, PAGES, PAGE_MOST = 50, (15, 50, 200), 200  # rows of a page: usual, offered, most
EXPORT_MOST, EXPORT_BATCH = 50_000, 2000
TEXT_MOST, WORDS_MOST = 200, 8  # of a text search
FACET_MOST = 200  # values offered by a filter
RELATED = 10  # rows of a child table on a detail page

STEPS = 4000  # SQLite calls back after so many instructions of its machine: about 0.1 ms
_deadlines = threading.local()


@contextmanager
def time_limit(ms: int) -> Iterator[None]:
    """Queries inside that together run longer than *ms* raise Refused ``too_slow``.

    May be nested: the shorter limit holds. On PostgreSQL the bound is that of each statement and
    the block is one transaction. It bounds reads; a write belongs in ``write()``.
    """
    guard = _sqlite if connection.vendor == "sqlite" else _postgres
    outer: int = getattr(_deadlines, "ms", 0)
    ms = max(1, min(ms, outer) if outer else ms)  # PostgreSQL takes 0 for no bound at all
    _deadlines.ms = ms
    try:
        with guard(ms, outer):
            yield
    except OperationalError as error:
        if not _was_interrupted(error):
            raise
        seconds = f"{ms / 1000:g} s"
        raise Refused(
            "too_slow",
            f"This search took longer than {seconds}. Narrow it by a filter or a shorter time.",
        ) from error
    finally:
        _deadlines.ms = outer


def _was_interrupted(error: OperationalError) -> bool:
    words = str(error)
    return "interrupted" in words or "statement timeout" in words


@contextmanager
def _sqlite(ms: int, outer: int) -> Iterator[None]:
    connection.ensure_connection()
    raw: Any = connection.connection
    until: float | None = getattr(_deadlines, "until", None) if outer else None
    mine = time.monotonic() + ms / 1000
    _watch(raw, mine if until is None else min(mine, until))
    try:
        yield
    finally:
        _watch(raw, until)


def _watch(raw: Any, deadline: float | None) -> None:
    _deadlines.until = deadline
    if deadline is None:
        raw.set_progress_handler(None, 0)
        return
    raw.set_progress_handler(lambda: time.monotonic() > deadline, STEPS)


@contextmanager
def _postgres(ms: int, outer: int) -> Iterator[None]:
    nested = connection.in_atomic_block
    # a savepoint where a transaction is open, so that a stopped statement does not break it
    with transaction.atomic():
        _bound_statements(ms)
        yield
        if nested:
            _bound_statements(outer)


def _bound_statements(ms: int) -> None:
    """Until the transaction ends; 0 is no bound. A savepoint that rolls back takes it along."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{ms}ms"])
