"""Statistics of the embedded database, which its planner and one statement of the seed want."""

from __future__ import annotations

from typing import Any

from django.db import connection


def gather_statistics(**kwargs: Any) -> None:
    """ANALYZE once after the first migration: without it ``sqlite_stat1`` does not exist.

    ``SELECT * FROM sqlite_stat1`` is one of the seed's statements; the planner wants it as well.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")
        if cursor.fetchone() is None:
            cursor.execute("ANALYZE")
