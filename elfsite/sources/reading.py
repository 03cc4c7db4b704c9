"""Rows of a file in batches, each with the key and the hash by which it is known again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from elfsite.sources.dialect import quoted
from elfsite.sources.plans import FileTable, Plan
from elfsite.sources.values import Damaged

BATCH = 2_000  # rows in one transaction of ours: 0.05 to 0.3 s of write lock
BATCH_BYTES = 8 * 2**20  # characters of text in one batch; rows may carry whole transcripts
PAGE = 250  # rows fetched before their size is looked at
WEIGHED = 10  # one row in so many is weighed: weighing all is an eighth of the whole work
RULES = "1"  # counts up when a rule of reading changes, so that every row is read anew


@dataclass(frozen=True)
class SourceRow:
    """A row as it stands in the file. ``key`` is its primary key as text."""

    key: str
    cells: tuple[Any, ...]


class Hasher:
    """What a row looks like, in 16 hex digits, and its governed columns alone in 8 more.

    The names of the columns and the time zone count: a row is read anew when either changes.
    """

    def __init__(self, plan: Plan, zone: str) -> None:
        self._salt = blake2b(
            "|".join((RULES, zone, *plan.targets)).encode(), digest_size=16
        ).digest()
        governed = plan.declaration.governed_columns
        self._governed = [i for i, name in enumerate(plan.targets) if name in governed]

    def __call__(self, cells: tuple[Any, ...]) -> str:
        whole = self._digest(cells, 8)
        if not self._governed:
            return whole
        return f"{whole}.{self._digest([cells[i] for i in self._governed], 4)}"

    def _digest(self, cells: Iterable[Any], size: int) -> str:
        text = repr(cells).encode("utf-8", "surrogatepass")
        return blake2b(text, key=self._salt, digest_size=size).hexdigest()


def batches(connection: sqlite3.Connection, plan: Plan) -> Iterator[list[SourceRow]]:
    """All rows of a table in the order of the file, at most BATCH rows and BATCH_BYTES at once."""
    batch: list[SourceRow] = []
    size = 0
    for page in _pages(connection, plan):
        batch += page
        size += WEIGHED * sum(_weight(row) for row in page[::WEIGHED])
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _weight(row: SourceRow) -> int:
    return sum(len(cell) for cell in row.cells if isinstance(cell, str))


def _pages(connection: sqlite3.Connection, plan: Plan) -> Iterator[list[SourceRow]]:
    table = plan.file
    columns = ", ".join((table.order, table.key, *map(quoted, plan.selected)))
    sql = f"SELECT {columns} FROM {quoted(table.name)}"
    end = f" ORDER BY {table.order} LIMIT {PAGE}"
    rows = _fetched(connection, sql + end, ())
    while rows:
        yield [SourceRow(str(row[1]), row[2:]) for row in rows]
        rows = _fetched(connection, f"{sql} WHERE {table.order} > ?{end}", (rows[-1][0],))


def _fetched(
    connection: sqlite3.Connection, sql: str, values: tuple[Any, ...]
) -> list[tuple[Any, ...]]:
    """The rows; text that is no UTF-8 comes as ``Damaged`` instead of an error."""
    try:
        return connection.execute(sql, values).fetchall()
    except sqlite3.OperationalError as error:
        if "decode" not in str(error):
            raise
    connection.text_factory = _tolerant
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.text_factory = str


def _tolerant(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return Damaged(raw.decode("utf-8", "backslashreplace"))


def rows_at(connection: sqlite3.Connection, plan: Plan, rowids: list[int]) -> dict[int, SourceRow]:
    """The rows with these rowids, as far as the file has them."""
    table = plan.file
    columns = ", ".join(("rowid", table.key, *map(quoted, plan.selected)))
    sql = f"SELECT {columns} FROM {quoted(table.name)} WHERE rowid IN "
    found: dict[int, SourceRow] = {}
    for start in range(0, len(rowids), PAGE):
        some = rowids[start : start + PAGE]
        rows = _fetched(connection, f"{sql}({', '.join('?' * len(some))})", tuple(some))
        found.update((row[0], SourceRow(str(row[1]), row[2:])) for row in rows)
    return found


def keys_there(
    connection: sqlite3.Connection, table: FileTable | None, keys: list[str]
) -> set[str]:
    """Which of these keys the file still has; *table* None: the file has no such table."""
    if table is None or not keys:
        return set()
    marks = ", ".join("?" * len(keys))
    sql = f"SELECT {table.key} FROM {quoted(table.name)} WHERE {table.key} IN ({marks})"
    return {str(key) for (key,) in connection.execute(sql, keys)}
