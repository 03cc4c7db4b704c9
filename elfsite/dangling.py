"""References to rows that are not there, left by programs that write SQLite without its checks.

One of them in any table makes every later migration fail, so they are mended before migrating: a
reference that may be empty is emptied, a row that cannot do without is moved to a file.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PASSES = 20  # a row moved aside may be what others refer to
BATCH = 1000


@dataclass(frozen=True)
class Dangling:
    """Row *rowid* of *table* refers by *column* to a row of *parent* that is missing."""

    table: str
    rowid: int
    column: str
    parent: str
    nullable: bool


def find_dangling(connection: sqlite3.Connection, most: int = BATCH) -> list[Dangling]:
    """At most *most* of them, in the order of the file."""
    rows = connection.execute("PRAGMA foreign_key_check").fetchmany(most)
    columns = {table: _references(connection, table) for table in {row[0] for row in rows}}
    return [
        Dangling(table, rowid, columns[table][number][0], parent, columns[table][number][1])
        for table, rowid, parent, number in rows
        if rowid is not None
    ]


def mend_dangling(database: Path, aside: Path) -> tuple[int, int]:
    """Mend the whole file; (references emptied, rows moved to the JSON lines of *aside*)."""
    connection = sqlite3.connect(database, timeout=20, isolation_level=None)
    connection.row_factory = sqlite3.Row
    emptied = moved = 0
    try:
        for _ in range(PASSES):
            found = find_dangling(connection)
            if not found:
                break
            with _transaction(connection):
                moved += _move(connection, [one for one in found if not one.nullable], aside)
                emptied += _empty(connection, [one for one in found if one.nullable])
    finally:
        connection.close()
    return emptied, moved


def _references(connection: sqlite3.Connection, table: str) -> dict[int, tuple[str, bool]]:
    """Number of the foreign key → its column, and whether that may be NULL."""
    required = {row[1]: bool(row[3]) for row in connection.execute(f"PRAGMA table_info('{table}')")}
    keys = connection.execute(f"PRAGMA foreign_key_list('{table}')")
    return {row[0]: (row[3], not required[row[3]]) for row in keys}


def _empty(connection: sqlite3.Connection, found: list[Dangling]) -> int:
    for one in found:
        connection.execute(
            f'UPDATE "{one.table}" SET "{one.column}" = NULL WHERE rowid = ?',
            [one.rowid],
        )
    return len(found)


def _move(connection: sqlite3.Connection, found: list[Dangling], aside: Path) -> int:
    """The file is written first: a row is never nowhere."""
    places = sorted({(one.table, one.rowid) for one in found})
    if not places:
        return 0
    with aside.open("a", encoding="utf-8") as file:
        for table, rowid in places:
            select = f'SELECT * FROM "{table}" WHERE rowid = ?'
            row = dict(connection.execute(select, [rowid]).fetchone())
            file.write(json.dumps({"table": table, "row": row}, default=_text) + "\n")
    for table, rowid in places:
        connection.execute(f'DELETE FROM "{table}" WHERE rowid = ?', [rowid])
    return len(places)


def _text(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
