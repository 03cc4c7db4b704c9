"""The sample: a file of ELF as a small team would have after two months, written by us.

It is imported like any other source. The same seed and the same moment make the same file.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from elfsite.sources.sample.book import Book
from elfsite.sources.sample.guarding import guard
from elfsite.sources.sample.knowledge import know
from elfsite.sources.sample.lives import live_all
from elfsite.sources.sample.telemetry import record
from elfsite.sources.sample.work import work

SEED = 42


def write_sample(path: Path, *, now: dt.datetime, seed: int = SEED) -> dict[str, int]:
    """Write the sample to *path*, its last activity a minute before *now*; rows per table."""
    book = Book(now, seed)
    rules = live_all(book)
    work(book)
    know(book, rules)
    guard(book, rules)
    record(book)
    book.write(path)
    return {table: len(rows) for table, rows in book.rows.items()}
