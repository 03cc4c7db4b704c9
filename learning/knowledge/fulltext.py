"""Full-text search on spikes: FTS5 on SQLite, tsvector on PostgreSQL, one interface.

The names leave ``spike_reports_fts`` free: the seed prints a statement that creates it.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import connections, models, router
from django.db.models.expressions import RawSQL

from learning.knowledge.models import SpikeReport

COLUMNS = ("title", "topic", "question", "findings", "gotchas", "tags")
TABLE = "spike_search"
WORD_LIMIT = 16  # words of a query that are used; more do not narrow it further

_names = ", ".join(COLUMNS)
_new = ", ".join(f"new.{name}" for name in COLUMNS)
_old = ", ".join(f"old.{name}" for name in COLUMNS)
_document = " || ' ' || ".join(f"coalesce({name}, '')" for name in COLUMNS)
_vector = f"to_tsvector('simple'::regconfig, {_document})"

# an external-content index: the texts stand once, in spike_reports; triggers keep raw SQL in step
_SQLITE = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING fts5({_names}, content='spike_reports', "
    "content_rowid='id', tokenize='unicode61 remove_diacritics 2')",
    f"CREATE TRIGGER IF NOT EXISTS {TABLE}_insert AFTER INSERT ON spike_reports BEGIN "
    f"INSERT INTO {TABLE}(rowid, {_names}) VALUES (new.id, {_new}); END",
    f"CREATE TRIGGER IF NOT EXISTS {TABLE}_delete AFTER DELETE ON spike_reports BEGIN "
    f"INSERT INTO {TABLE}({TABLE}, rowid, {_names}) VALUES ('delete', old.id, {_old}); END",
    f"CREATE TRIGGER IF NOT EXISTS {TABLE}_update AFTER UPDATE ON spike_reports BEGIN "
    f"INSERT INTO {TABLE}({TABLE}, rowid, {_names}) VALUES ('delete', old.id, {_old}); "
    f"INSERT INTO {TABLE}(rowid, {_names}) VALUES (new.id, {_new}); END",
)
_POSTGRES = (f"CREATE INDEX IF NOT EXISTS {TABLE} ON spike_reports USING gin ({_vector})",)


def make_index(*, using: str = "default", **kwargs: Any) -> None:
    """Make the index and its triggers where they are missing, after every migrate.

    Django rebuilds a table on SQLite for many changes, and a rebuild drops its triggers; rows
    that came in between are indexed by the rebuild of the index.
    """
    connection = connections[using]
    statements = _SQLITE if connection.vendor == "sqlite" else _POSTGRES
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            whole = _is_whole(cursor)
        for statement in statements:
            cursor.execute(statement)
        if connection.vendor == "sqlite" and not whole:
            cursor.execute(f"INSERT INTO {TABLE}({TABLE}) VALUES ('rebuild')")


def _is_whole(cursor: Any) -> bool:
    cursor.execute(
        "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'spike_reports' "
        "AND name IN (%s, %s, %s)",
        [f"{TABLE}_insert", f"{TABLE}_delete", f"{TABLE}_update"],
    )
    return bool(cursor.fetchone()[0] == 3)


def words_of(text: str) -> list[str]:
    """The words of a query: letters and digits only, so that no operator reaches the index."""
    return re.findall(r"\w+", text)[:WORD_LIMIT]


def matching(rows: models.QuerySet[SpikeReport], text: str) -> models.QuerySet[SpikeReport]:
    """The spikes among *rows* that contain every word of *text*, the last one as a prefix."""
    found = words_of(text)
    if not found:
        return rows.none() if text.strip() else rows
    if connections[router.db_for_read(SpikeReport)].vendor == "sqlite":
        query = " ".join(f'"{word}"' for word in found) + "*"
        sql = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s"
    else:
        query = " & ".join(found) + ":*"
        sql = f"SELECT id FROM spike_reports WHERE {_vector} @@ to_tsquery('simple', %s)"
    return rows.filter(pk__in=RawSQL(sql, [query]))  # noqa: S611  the query is bound
