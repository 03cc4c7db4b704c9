"""Tells a worker that somebody committed something, for next to nothing.

SQLite: ``PRAGMA data_version`` on a private connection (a few µs) sees the commits of all
processes. Elsewhere the worker simply looks twice a second.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection

POLL = 0.1  # seconds between looks at data_version: 0.2 % of a core, measured
BLIND_POLL = 0.5  # seconds between questions to a database that gives no sign


class Bell:
    """``wait()`` returns when something was committed, when ``ring()`` is called, or in time."""

    def __init__(self) -> None:
        self._rung = threading.Event()
        self._private = _private_connection()
        self._seen = self._version()

    def ring(self) -> None:
        """From a thread of this process: a job is over."""
        self._rung.set()

    def wait(self, seconds: float, unless: Callable[[], bool]) -> None:
        """At most *seconds*, and not longer than a poll once *unless* says so."""
        until = time.monotonic() + seconds
        poll = POLL if self._private else BLIND_POLL
        while not unless():
            rest = until - time.monotonic()
            if rest <= 0 or self._rung.wait(min(poll, rest)) or self._changed():
                break
        self._rung.clear()

    def close(self) -> None:
        if self._private:
            self._private.close()

    def _changed(self) -> bool:
        version = self._version()
        changed = version != self._seen
        self._seen = version
        return changed or self._private is None

    def _version(self) -> int:
        if self._private is None:
            return 0
        return int(self._private.execute("PRAGMA data_version").fetchone()[0])


def _private_connection() -> sqlite3.Connection | None:
    """Read-only and outside of any transaction; None where the database is no file."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or not Path(name).is_file():
        return None
    address = f"{Path(name).absolute().as_uri()}?mode=ro"
    return sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
