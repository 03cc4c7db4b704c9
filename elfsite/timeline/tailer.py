"""Follows the log and hands what is new to the hub; one per web process, supervised.

What wakes it: on SQLite ``PRAGMA data_version`` on a private read-only connection every 30 ms
(2.6 µs a look, sees the commits of other processes); on PostgreSQL a notification, and a look
every two seconds in case one was lost. It sleeps while nobody listens.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from asgiref.sync import sync_to_async
from django.db import close_old_connections, connection

from elfsite.startup import on_start
from elfsite.timeline import reading
from elfsite.timeline.hub import Hub, by_table, hub

LOOK = 0.03  # seconds between looks at data_version
DOZE = 0.25  # the same while nobody listens: who comes catches up by itself
BLIND_LOOK = 2.0  # seconds without a notification
CHANNEL = "timeline"


@on_start
async def tail() -> None:
    """Run for ever: wait for commits, deliver what they added."""
    tailer = Tailer(hub)
    async for _ in doorbell():
        await tailer.step()


class Tailer:
    """The position in the log and one step forward."""

    def __init__(self, target: Hub) -> None:
        self.hub = target
        self.last: int | None = None

    async def step(self) -> int:
        """Deliver everything new; returns how many events that was."""
        if not self.hub.listeners:
            self.last = None  # who comes next catches up by itself
            return 0
        if self.last is None:
            self.last = min(listener.last for listener in self.hub.listeners)
        total = 0
        while events := await _in_thread(reading.after, self.last):
            rows = await rows_of(by_table(events, self.hub.tables()))
            self.last = events[-1].id
            await self.hub.deliver(events, rows)
            total += len(events)
            if len(events) < reading.BATCH:
                break
        return total


async def rows_of(wanted: dict[str, set[str]]) -> dict[str, str]:
    """Rendered list rows by ``table:key``; rendered once for all listeners."""
    if not wanted:
        return {}
    from elfsite.listings.rows import render_rows

    rendered: dict[str, str] = await _in_thread(render_rows, wanted)
    return rendered


async def _in_thread(function: Any, *args: Any) -> Any:
    def run() -> Any:
        try:
            return function(*args)
        finally:
            close_old_connections()

    return await sync_to_async(run, thread_sensitive=False)()


async def doorbell() -> AsyncIterator[None]:
    """Yields after commits of anybody, and at least every two seconds."""
    if connection.vendor == "postgresql":
        async for _ in _notifications():
            yield
    else:
        async for _ in _data_versions():
            yield


async def _data_versions() -> AsyncIterator[None]:
    path = Path(str(connection.settings_dict["NAME"])).absolute()
    private = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)
    seen, quiet = -1, 0.0
    try:
        while True:
            version = private.execute("PRAGMA data_version").fetchone()[0]
            if version != seen or quiet >= BLIND_LOOK:
                seen, quiet = version, 0.0
                yield
            pause = LOOK if hub.listeners else DOZE
            await asyncio.sleep(pause)
            quiet += pause
    finally:
        private.close()


async def _notifications() -> AsyncIterator[None]:
    import psycopg

    parameters = connection.get_connection_params()
    known = {"dbname", "user", "password", "host", "port", "sslmode", "sslrootcert"}
    link = await psycopg.AsyncConnection.connect(
        **{name: value for name, value in parameters.items() if name in known}, autocommit=True
    )
    async with link:
        await link.execute(f"LISTEN {CHANNEL}")
        yield
        while True:
            async for _ in link.notifies(timeout=BLIND_LOOK, stop_after=1):
                pass
            yield
