from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from elfsite.slots import Slots
from elfsite.startup import Receive, Scope, Send

PAGE: Scope = {"type": "http", "path": "/heuristics/"}


class Counting:
    """An application that holds each request until the gate opens, and counts those inside."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.inside += 1
        await send({"type": "http.response.start", "status": 200})
        if scope["path"] == "/stream/":
            await send({"type": "http.response.body", "body": b"x", "more_body": True})
        await self.gate.wait()
        await send({"type": "http.response.body", "body": b""})


class Client:
    """Sends requests and keeps what each was answered."""

    def __init__(self, slots: Slots) -> None:
        self.slots = slots
        self.statuses: list[int] = []

    def get(self, **scope: Any) -> asyncio.Task[None]:
        return asyncio.create_task(self.slots({**PAGE, **scope}, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.statuses.append(message["status"])


def run(test: Callable[[Counting, Client], Awaitable[None]], **options: int) -> None:
    async def body() -> None:
        app = Counting()
        await test(app, Client(Slots(app, 2, **options)))

    asyncio.run(body())


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_only_so_many_requests_are_worked_on() -> None:
    async def body(app: Counting, client: Client) -> None:
        tasks = [client.get() for _ in range(5)]
        await settle()
        assert app.inside == 2
        app.gate.set()
        await asyncio.gather(*tasks)
        assert app.inside == 5

    run(body)


def test_sockets_static_files_and_health_need_no_slot() -> None:
    async def body(app: Counting, client: Client) -> None:
        tasks = [client.get() for _ in range(2)]
        tasks += [client.get(type="websocket"), client.get(path="/static/x.css")]
        tasks.append(client.get(path="/livez"))
        await settle()
        assert app.inside == 5
        app.gate.set()
        await asyncio.gather(*tasks)

    run(body)


def test_a_stream_gives_its_slot_back() -> None:
    async def body(app: Counting, client: Client) -> None:
        tasks = [client.get(path="/stream/") for _ in range(6)]
        await settle()
        assert app.inside == 6
        app.gate.set()
        await asyncio.gather(*tasks)
        assert client.slots.free._value == 2

    run(body)


def test_a_full_queue_is_answered_at_once() -> None:
    async def body(app: Counting, client: Client) -> None:
        tasks = [client.get() for _ in range(3)]
        await settle()
        await client.get()
        assert client.statuses[-1] == 503
        app.gate.set()
        await asyncio.gather(*tasks)

    run(body, longest_queue=1)


def test_who_gives_up_waiting_takes_no_slot() -> None:
    async def body(app: Counting, client: Client) -> None:
        tasks = [client.get() for _ in range(2)]
        await settle()
        impatient = client.get()
        await settle()
        impatient.cancel()
        await asyncio.gather(impatient, return_exceptions=True)
        app.gate.set()
        await asyncio.gather(*tasks)
        assert (client.slots.waiting, client.slots.free._value) == (0, 2)

    run(body)
