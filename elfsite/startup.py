"""Tasks that live as long as the web process: started once, supervised, started again.

``@on_start`` registers a coroutine function. Daphne has no lifespan (django/daphne #264), so the
tasks start when its reactor runs; other servers start them by lifespan or at the first request.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Factory = Callable[[], Awaitable[None]]
F = TypeVar("F", bound=Factory)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
STEADY = 60.0  # a task that ran this long starts again with the first pause

log = logging.getLogger("elf.startup")
_factories: list[Factory] = []


def on_start(factory: F) -> F:
    """Registers a coroutine function; it should run for ever, and is done when it returns."""
    _factories.append(factory)
    return factory


class Startup:
    """ASGI wrapper that starts the registered tasks once and ends them with the server."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.tasks: list[asyncio.Task[None]] = []
        self.started = False
        if "daphne.server" in sys.modules:
            self._under_daphne()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.start()
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await self.app(scope, receive, send)

    def start(self) -> None:
        """Starts the tasks on the running loop, the first time it is called."""
        if self.started:
            return
        self.started = True
        self.tasks = [asyncio.create_task(supervise(factory)) for factory in _factories]

    def stop(self) -> None:
        for task in self.tasks:
            task.cancel()

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            step = (await receive())["type"].rpartition(".")[2]
            if step == "shutdown":
                self.stop()
                await asyncio.gather(*self.tasks, return_exceptions=True)
            await send({"type": f"lifespan.{step}.complete"})
            if step == "shutdown":
                return

    def _under_daphne(self) -> None:
        from twisted.internet import reactor

        # when the reactor says "running" its loop does not turn yet: one more step
        reactor.callWhenRunning(lambda: asyncio.get_event_loop().call_soon(self.start))
        # an interface without "self" in its methods looks to mypy as if one argument were missing
        reactor.addSystemEventTrigger("before", "shutdown", self.stop)  # type: ignore[arg-type]


async def supervise(factory: Factory) -> None:
    """Runs a task again when it fails; an unsupervised one would end without a word."""
    pause = FIRST_PAUSE
    while True:
        began = time.monotonic()
        try:
            await factory()
            return
        except Exception:
            log.exception("The task %s failed", getattr(factory, "__qualname__", factory))
        if time.monotonic() - began > STEADY:
            pause = FIRST_PAUSE
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
