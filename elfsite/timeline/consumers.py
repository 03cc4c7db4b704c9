"""The socket of the live pages: who it is, what was missed, then what happens."""

from __future__ import annotations

import json
import time
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth import get_user_model

from elfsite.timeline import reading
from elfsite.timeline.catchup import Missed, missed_by
from elfsite.timeline.frames import Event
from elfsite.timeline.hiding import hidden_from
from elfsite.timeline.hub import Listener, by_table, hub, message
from elfsite.timeline.tailer import rows_of

NOT_SIGNED_IN, BAD_MESSAGE = 4401, 4400
MOST_NAMES = 40  # topics or tables that one page may ask for
LONGEST_MESSAGE = 4096
PROVE_AGAIN = 60.0  # seconds after which a ping asks whether the person may still look


class LiveConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Protocol, JSON both ways.

    The browser says ``{"last": id, "topics": […], "tables": […]}`` once (a page that has not heard
    anything yet says ``"since": time it was made``), then ``{"ping": 1}``.
    It gets ``{"events": [frame, …], "last": id}``, ``{"missed": n, "last": id}`` when more than
    CATCH_UP events lie between, and ``{"pong": head}``. Events come in order, each once.
    """

    listener: Listener | None = None
    proved = 0.0

    async def connect(self) -> None:
        await self.accept()
        user = self.scope.get("user")
        if user is None or not user.is_authenticated or not user.is_active:
            await self.close(code=NOT_SIGNED_IN)
            return
        self.proved = time.monotonic()

    async def disconnect(self, code: int) -> None:
        if self.listener is not None:
            hub.listeners.discard(self.listener)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        said = _read(text_data)
        if said is None or not self.proved:
            await self.close(code=BAD_MESSAGE if self.proved else NOT_SIGNED_IN)
        elif "ping" in said:
            await self._pong()
        elif self.listener is None:
            await self._listen(said)

    async def _listen(self, said: dict[str, Any]) -> None:
        listener = Listener(
            send=self._write,
            topics=_names(said.get("topics")),
            tables=_names(said.get("tables")),
            hides=hidden_from(self.scope["user"]),
            waiting=[],
            # a tailer that slept begins at the lowest id of its listeners: never above what
            # catching up will read
            last=await database_sync_to_async(reading.head)(),
        )
        self.listener = listener
        hub.listeners.add(listener)  # from here on nothing is missed: it waits while we catch up
        listener.last = await self._catch_up(listener, said)
        waited, listener.waiting = listener.waiting or [], None
        await hub_delivers(listener, waited)

    async def _catch_up(self, listener: Listener, said: dict[str, Any]) -> int:
        """Send what the browser has not seen; returns the id it has then reached."""
        found: Missed = await database_sync_to_async(missed_by)(said)
        if found.missed:
            await self._write(json.dumps({"missed": found.missed, "last": found.last}))
        elif found.events:
            await self._write(await caught_up(listener, found.events))
        else:
            newest = await database_sync_to_async(reading.head_at)()
            await self._write(json.dumps({"events": [], "last": found.last, "newest": newest}))
        return found.last

    async def _pong(self) -> None:
        if time.monotonic() - self.proved > PROVE_AGAIN:
            if not await self._may_still_look():
                await self.close(code=NOT_SIGNED_IN)
                return
            self.proved = time.monotonic()
        await self._write(json.dumps({"pong": self.listener.last if self.listener else 0}))

    async def _may_still_look(self) -> bool:
        people = get_user_model().objects
        found = await people.filter(pk=self.scope["user"].pk, is_active=True).afirst()
        return found is not None

    async def _write(self, text: str) -> None:
        await self.base_send({"type": "websocket.send", "text": text})


async def hub_delivers(listener: Listener, waited: list[Event]) -> None:
    """What came while the listener caught up, without what catching up already sent."""
    fresh = [event for event in waited if event.id > listener.last]
    if fresh:
        listener.last = fresh[-1].id
        await hub.hand(listener, await caught_up(listener, fresh))


async def caught_up(listener: Listener, events: list[Event]) -> str:
    """The message for *events* with the rows that the page shows, as they are now."""
    rows = await rows_of(by_table(events, set(listener.tables)))
    return message(filter(listener.sees, events), rows, listener.tables, events[-1])


def _read(text: str | None) -> dict[str, Any] | None:
    """The message as a dict; None for anything that is not one, or is too long."""
    if text is None or len(text) > LONGEST_MESSAGE:
        return None
    try:
        said = json.loads(text)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _names(said: Any) -> frozenset[str]:
    """A bounded set of names out of what a browser sent."""
    if not isinstance(said, list):
        return frozenset()
    return frozenset(name for name in said[:MOST_NAMES] if isinstance(name, str))
