"""Which dialect of ELF a file speaks: found by looking at its tables, never assumed."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass
from typing import Any

from elfsite.origins.tables import TableImport
from elfsite.sources import registry
from elfsite.sources.plans import FileTable, Plan, plan_of
from elfsite.sources.zones import offset_of_file

FACT_ROWS = 50  # rows kept of a table that describes the file
FACT_TEXT = 200  # characters of a value in them
MOST_TABLES = 200  # tables looked at; a file of ELF has 20 to 50


@dataclass(frozen=True)
class Layout:
    """What is in a file, by what we know of it."""

    plans: tuple[Plan, ...]
    missing: tuple[TableImport, ...]  # tables of ours that the file does not have
    unknown: tuple[FileTable, ...]  # tables of the file that we do not take
    facts: dict[str, Any]  # small JSON for the Source
    offset: tuple[int, dt.datetime] | None  # of the file's local times, and when it was so


def layout_of(connection: sqlite3.Connection, zone: dt.tzinfo, project_path: str | None) -> Layout:
    """Look at every table of the file. Rows are counted, none is read."""
    present = tables_in(connection)
    declared = registry.tables()
    plans = tuple(
        plan_of(declaration, present[declaration.table], zone, project_path)
        for declaration in declared
        if declaration.table in present
    )
    known = {declaration.table for declaration in declared} | set(registry.facts())
    unknown = tuple(table for name, table in sorted(present.items()) if name not in known)
    missing = tuple(d for d in declared if d.table not in present)
    facts = _facts(connection, present, plans, missing, unknown)
    return Layout(plans, missing, unknown, facts, offset_of_file(connection))


def tables_in(connection: sqlite3.Connection) -> dict[str, FileTable]:
    """Ordinary tables by lower-case name; views, SQLite's own and search indexes are left out."""
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%'"
        f" ESCAPE '\\' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name LIMIT {MOST_TABLES}"
    ).fetchall()
    shadows = _shadows(connection)
    found = {}
    for (name,) in rows:
        table = None if name in shadows else _table(connection, name)
        if table is not None:
            found[name.lower()] = table
    return found


def _shadows(connection: sqlite3.Connection) -> set[str]:
    """Tables that belong to a full-text index; SQLite before 3.37 cannot say."""
    try:
        rows = connection.execute("SELECT name FROM pragma_table_list WHERE type = 'shadow'")
        return {name for (name,) in rows}
    except sqlite3.OperationalError:
        return set()


def quoted(name: str) -> str:
    """A name of the file as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def _table(connection: sqlite3.Connection, name: str) -> FileTable | None:
    info = connection.execute(f"PRAGMA table_info({quoted(name)})").fetchall()
    columns = tuple(str(row[1]) for row in info)
    keys = [str(row[1]) for row in sorted(info, key=lambda row: row[5]) if row[5]]
    order = "rowid" if _has_rowid(connection, name) else ""
    if not order and len(keys) != 1:
        return None
    key = keys[0] if len(keys) == 1 else "rowid"
    rows = connection.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()[0]
    return FileTable(name, order or quoted(key), quoted(key), columns, rows)


def _has_rowid(connection: sqlite3.Connection, name: str) -> bool:
    try:
        connection.execute(f"SELECT rowid FROM {quoted(name)} LIMIT 0")
    except sqlite3.OperationalError:
        return False
    return True


def _facts(
    connection: sqlite3.Connection,
    present: dict[str, FileTable],
    plans: tuple[Plan, ...],
    missing: tuple[TableImport, ...],
    unknown: tuple[FileTable, ...],
) -> dict[str, Any]:
    return {
        "dialect": dialect_of(present),
        "missing_tables": [declaration.table for declaration in missing],
        "missing_columns": _some({plan.table: _not_recorded(plan) for plan in plans}),
        "unknown_tables": {table.name: table.rows for table in unknown},
        "unknown_columns": _some({plan.table: _not_taken(plan) for plan in plans}),
        "kept": {name: _rows(connection, present[name]) for name in registry.facts()
                 if name in present},
    }  # fmt: skip


def dialect_of(present: dict[str, FileTable]) -> str:
    """Which programs made the file, in a few words."""
    rules = set(present["heuristics"].columns)
    if "validation_count" in rules or "is_golden" not in rules:
        return "a project's own database"
    if "run" in _columns(present, "trails") or "experiment" in _columns(present, "cycles"):
        return "ELF's typed models (references without _id)"
    if "status" not in rules:
        return "ELF's installer (rules without a life cycle)"
    return "ELF with the life cycle of rules"


def _columns(present: dict[str, FileTable], name: str) -> tuple[str, ...]:
    return present[name].columns if name in present else ()


def _some(lists: dict[str, list[str]]) -> dict[str, list[str]]:
    return {table: names for table, names in lists.items() if names}


def _not_recorded(plan: Plan) -> list[str]:
    derived = plan.declaration.derived
    return [c.name for c in plan.columns if c.position is None and c.name not in derived]


def _not_taken(plan: Plan) -> list[str]:
    taken = {*plan.selected, plan.file.key.strip('"')}
    return [name for name in plan.file.columns if name not in taken]


def _rows(connection: sqlite3.Connection, table: FileTable) -> list[dict[str, Any]]:
    cursor = connection.execute(
        f"SELECT * FROM {quoted(table.name)} ORDER BY {table.order} DESC LIMIT {FACT_ROWS}"
    )
    names = [column[0] for column in cursor.description]
    return [{name: _small(value) for name, value in zip(names, row, strict=True)} for row in cursor]


def _small(value: Any) -> Any:
    if isinstance(value, int | float) or value is None:
        return value
    return str(value).replace("\0", "")[:FACT_TEXT]
