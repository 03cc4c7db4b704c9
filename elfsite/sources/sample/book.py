"""What the sample's tables are filled with, and the file that it becomes."""

from __future__ import annotations

import datetime as dt
import json
import random
import sqlite3
from pathlib import Path
from typing import Any

from django.db import models
from django.db.models import NOT_PROVIDED

from elfsite.origins.seedcolumns import COLUMNS
from elfsite.sources import registry

AGENTS = ("claude-main", "scout", "builder", "tester", "reviewer", "fixer", "researcher")
WORKDAY = (6, 19)  # hours UTC in which the team works
FACT_TABLES = (
    "CREATE TABLE schema_version (version INTEGER PRIMARY KEY, applied_at DATETIME,"
    " description TEXT)",
    "CREATE TABLE db_operations (id INTEGER PRIMARY KEY CHECK (id = 1), operation_count INTEGER,"
    " last_vacuum DATETIME, last_analyze DATETIME, total_vacuums INTEGER, total_analyzes INTEGER)",
)

TYPES = {
    "DateTimeField": "DATETIME",
    "SeedDateTimeField": "DATETIME",
    "SeedDateField": "DATE",
    "FloatField": "REAL",
    "TextField": "TEXT",
}


class Book:
    """Rows by table, all of them before *now*; the same *seed* makes the same rows."""

    def __init__(self, now: dt.datetime, seed: int) -> None:
        self.now = now.astimezone(dt.UTC).replace(microsecond=0)
        self.luck = random.Random(seed)  # noqa: S311  (a story, no secret)
        self.rows: dict[str, list[dict[str, Any]]] = {}

    def add(self, table: str, **columns: Any) -> int:
        """Add a row; returns its id, counted from 1 in the order of adding."""
        rows = self.rows.setdefault(table, [])
        number = len(rows) + 1
        rows.append({"id": number} | columns)
        return number

    def add_in_order(self, table: str, rows: list[dict[str, Any]], by: str) -> None:
        """Add rows in the order of a time, as a program that runs would have."""
        for row in sorted(rows, key=lambda row: str(row[by])):
            self.add(table, **row)

    def ago(self, days: float = 0, *, hours: float = 0, minutes: float = 0) -> dt.datetime:
        """That long before now."""
        return self.now - dt.timedelta(days=days, hours=hours, minutes=minutes)

    def at_work(self, days: float) -> dt.datetime:
        """A moment of a working day about that many days ago; never ahead of now."""
        start, end = WORKDAY
        day = self.ago(days)
        while day.weekday() >= 5 and self.luck.random() < 0.8:
            day -= dt.timedelta(days=1)
        second = round(self.luck.betavariate(2.2, 2.4) * (end - start) * 3600)
        moment = day.replace(hour=start, minute=0, second=0) + dt.timedelta(seconds=second)
        return min(moment, self.ago(minutes=self.luck.randint(2, 90)))

    def agent(self) -> str:
        """Somebody, some more often than others."""
        return self.luck.choices(AGENTS, weights=(9, 3, 6, 5, 4, 3, 2))[0]

    def session(self, moment: dt.datetime, agent: str = "") -> str:
        """The session in which an agent worked then: one per agent and half day."""
        half = "a" if moment.hour < 12 else "b"
        return f"{moment:%Y%m%d}{half}-{agent or 'claude-main'}"

    def write(self, path: Path) -> None:
        """The rows as a database of ELF at *path*, which appears whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        with sqlite3.connect(draft) as connection:
            for statement in (*FACT_TABLES, *map(_create, registry.tables())):
                connection.execute(statement)
            for table, rows in self.rows.items():
                _insert(connection, table, rows)
        connection.close()
        draft.replace(path)


def stamp(moment: dt.datetime | None) -> str | None:
    """A moment as SQLite's CURRENT_TIMESTAMP writes it: UTC."""
    return None if moment is None else moment.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _create(declaration: Any) -> str:
    """CREATE TABLE with the seed's columns, types and defaults, which are those of our model."""
    fields = {str(field.column): field for field in declaration.model._meta.concrete_fields}
    columns = ", ".join(_column(fields[name]) for name in COLUMNS[declaration.table])
    return f"CREATE TABLE {declaration.table} ({columns})"


def _column(field: models.Field[Any, Any]) -> str:
    kind = TYPES.get(field.get_internal_type(), "INTEGER")
    if isinstance(field, models.AutoField):
        return f"{field.column} INTEGER PRIMARY KEY AUTOINCREMENT"
    words = [str(field.column), kind]
    if field.primary_key:
        words.append("PRIMARY KEY")
    elif not field.null:
        words.append("NOT NULL")
    default = field.default
    if default is not NOT_PROVIDED and not callable(default):
        words.append(f"DEFAULT {int(default) if isinstance(default, bool) else repr(default)}")
    return " ".join(words)


def _insert(connection: sqlite3.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    allowed = COLUMNS[table]
    for row in rows:
        named = {name: value for name, value in row.items() if name in allowed}
        marks = ", ".join("?" * len(named))
        connection.execute(
            f"INSERT INTO {table} ({', '.join(named)}) VALUES ({marks})", list(named.values())
        )
