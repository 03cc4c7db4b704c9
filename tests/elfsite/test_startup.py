from __future__ import annotations

import asyncio
from typing import Any

import pytest

from elfsite import startup
from elfsite.startup import Receive, Scope, Send, Startup


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200})


async def ignore(message: dict[str, Any]) -> None:
    """Nobody listens."""


async def never() -> dict[str, Any]:
    await asyncio.Event().wait()
    return {}


@pytest.fixture(autouse=True)
def no_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "_factories", [])
    monkeypatch.setattr(startup, "FIRST_PAUSE", 0.0)


def test_a_task_starts_with_the_first_request_and_only_once() -> None:
    starts = []

    @startup.on_start
    async def task() -> None:
        starts.append(1)
        await asyncio.Event().wait()

    async def body() -> None:
        app = Startup(answer)
        for _ in range(3):
            await app({"type": "http"}, never, ignore)
            await asyncio.sleep(0)
        app.stop()
        await asyncio.gather(*app.tasks, return_exceptions=True)
        assert all(task.cancelled() for task in app.tasks)

    asyncio.run(body())
    assert starts == [1]


def test_a_task_that_fails_is_started_again(caplog: pytest.LogCaptureFixture) -> None:
    starts = []

    @startup.on_start
    async def task() -> None:
        starts.append(1)
        if len(starts) < 3:
            raise RuntimeError("no database")

    async def body() -> None:
        app = Startup(answer)
        app.start()
        await asyncio.gather(*app.tasks)

    asyncio.run(body())
    assert len(starts) == 3
    assert caplog.text.count("RuntimeError: no database") == 2


def test_a_server_with_lifespan_starts_and_ends_the_tasks() -> None:
    @startup.on_start
    async def task() -> None:
        await asyncio.Event().wait()

    async def body() -> None:
        app = Startup(answer)
        steps = iter(["lifespan.startup", "lifespan.shutdown"])
        said: list[str] = []

        async def receive() -> dict[str, Any]:
            return {"type": next(steps)}

        async def send(message: dict[str, Any]) -> None:
            said.append(message["type"])

        await app({"type": "lifespan"}, receive, send)
        assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
        assert [task.cancelled() for task in app.tasks] == [True]

    asyncio.run(body())
