"""Time zones: which one a file's local times are in, and what the file itself says about it."""

from __future__ import annotations

import datetime as dt
import sqlite3
import statistics
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings

from elfsite.errors import Refused

LOCALTIME = Path("/etc/localtime")
SAMPLES = 50  # newest runs looked at for the hint; few enough to lie in one season
QUARTER = 15 * 60  # seconds: offsets of zones are whole quarters of an hour
# a run starts within seconds of being recorded; what lies further apart says nothing
MOST_APART = 14 * 3600 + 60


def zone_named(name: str) -> dt.tzinfo:
    """The zone of that name. Raises Refused ``time_zone`` for a name that nobody knows."""
    if name == "UTC":
        return dt.UTC
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise Refused(
            "time_zone", f"No time zone is called {name!r}. Names look like Europe/Berlin."
        ) from None


def machine_zone() -> str:
    """The name of this machine's zone: ``TZ``, else /etc/localtime, else UTC."""
    named = settings.MACHINE_ZONE.lstrip(":")
    found = named if named in available_timezones() else _named_by_link()
    return found or "UTC"


def _named_by_link() -> str:
    parts = LOCALTIME.resolve().as_posix().partition("/zoneinfo/")
    name = parts[2].removeprefix("posix/").removeprefix("right/")
    return "UTC" if name in {"Etc/UTC", "Etc/UCT", "Universal", "Zulu"} else name


def offset_of_file(connection: sqlite3.Connection) -> tuple[int, dt.datetime] | None:
    """Seconds by which the file's local times are ahead of UTC and a time at which they were, or
    None where nothing shows it.

    A run's ``created_at`` is UTC by SQLite, its ``started_at`` local time by the program, and the
    two lie less than a second apart.
    """
    try:
        rows = connection.execute(
            "SELECT started_at, created_at FROM workflow_runs WHERE started_at LIKE '____-__-__T%'"
            f" AND created_at LIKE '____-__-__ %' ORDER BY rowid DESC LIMIT {SAMPLES}"
        ).fetchall()
    except sqlite3.Error:
        return None
    apart = [seconds for row in rows if (seconds := _apart(*row)) is not None]
    if len(apart) < 3:
        return None
    moment = dt.datetime.fromisoformat(rows[0][1]).replace(tzinfo=dt.UTC)
    return round(statistics.median(apart) / QUARTER) * QUARTER, moment


def _apart(local: str, utc: str) -> float | None:
    try:
        first, second = dt.datetime.fromisoformat(local), dt.datetime.fromisoformat(utc)
        seconds = (first - second).total_seconds()
    except (TypeError, ValueError):
        return None
    return seconds if abs(seconds) <= MOST_APART else None


def words_of_offset(seconds: int) -> str:
    """``UTC+2``, ``UTC−3:30``, ``UTC``."""
    if not seconds:
        return "UTC"
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"UTC{'+' if seconds > 0 else '−'}{hours}" + (f":{minutes:02}" if minutes else "")
