"""Figures of the live stream: ``python -m tests.load.live [--sockets 1 1000] [--events 100]``.

Prints commit → frame received for each number of sockets on one server process; then whether any
client missed or doubled an event while it was disconnected 50 times during 5,000 events; then,
with ``ELF_DATABASE_URL`` on PostgreSQL, whether two writers with interleaved commits lose one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import time
from typing import Any

from tests.load import server

STAMP = "at_ns"
CROWD = 50  # sockets that connect at the same time


def commit(count: int, pause: float, seed: int = 0, hold: float = 0.0) -> None:
    """Write *count* events, one commit each; the commit's own time goes along in the event.

    ``hold`` keeps some transactions open between the insert and the commit.
    """
    import django

    django.setup()
    from django.db import connections, transaction

    from elfsite.timeline.models import TimelineEvent

    chance = random.Random(seed)
    connections.close_all()
    for number in range(count):
        with transaction.atomic():
            TimelineEvent.objects.create(
                topic="load",
                verb="laid",
                summary=f"event {seed}.{number}",
                actor="load",
                data={STAMP: time.time_ns()},
            )
            if hold and chance.random() < 0.1:
                time.sleep(hold * chance.random())
        time.sleep(pause)


def write_elsewhere(*args: Any) -> multiprocessing.Process:
    """`commit` in a process of its own."""
    process = multiprocessing.get_context("spawn").Process(target=commit, args=args)
    process.start()
    return process


def newest() -> int:
    """The newest id in the log."""
    from elfsite.timeline.reading import head

    return head()


async def listen(port: int, cookie: str, last: int, ready: asyncio.Event) -> None:
    """One socket: note when each frame came."""
    import websockets

    address = f"ws://127.0.0.1:{port}/live/"
    headers = {"Cookie": cookie, "Origin": f"http://127.0.0.1:{port}"}
    async with websockets.connect(address, additional_headers=headers, max_queue=None) as link:
        await link.send(json.dumps({"last": last}))
        await link.recv()
        ready.set()
        while True:
            said = json.loads(await link.recv())
            now = time.time_ns()
            for frame in said.get("events", []):
                if frame["topic"] == "load":
                    arrivals.setdefault(frame["id"], []).append(now)


arrivals: dict[int, list[int]] = {}


async def latency(port: int, cookie: str, sockets: int, events: int) -> None:
    """Print p50 and p95 of commit → frame received over all sockets and events."""
    from asgiref.sync import sync_to_async

    arrivals.clear()
    start = await sync_to_async(newest)()
    ready = [asyncio.Event() for _ in range(sockets)]
    tasks = []
    for at in range(0, sockets, CROWD):  # a thousand handshakes at once are another figure
        crowd = ready[at : at + CROWD]
        tasks += [asyncio.create_task(listen(port, cookie, start, event)) for event in crowd]
        await asyncio.wait_for(asyncio.gather(*(event.wait() for event in crowd)), 30)
    writer = write_elsewhere(events, 0.1)
    while writer.is_alive() or sum(map(len, arrivals.values())) < sockets * events:
        await asyncio.sleep(0.2)
    for task in tasks:
        task.cancel()
    sent = await sync_to_async(_stamps)(start)
    waits = [(came - sent[i]) / 1e6 for i, times in arrivals.items() for came in times]
    print(
        f"{sockets:5} sockets, {events} events: commit → frame "
        f"p50 {server.percentile(waits, 0.5):.1f} ms, p95 {server.percentile(waits, 0.95):.1f} ms, "
        f"max {max(waits):.1f} ms"
    )


def _stamps(after: int) -> dict[int, int]:
    from elfsite.timeline.models import TimelineEvent

    rows = TimelineEvent.objects.filter(id__gt=after, topic="load").values_list("id", "data")
    return {key: data[STAMP] for key, data in rows}


async def torn(port: int, cookie: str, start: int, tears: int, got: list[int], done: Any) -> None:
    """A client that is cut off again and again at random moments and always comes back."""
    import websockets

    chance = random.Random(tears)
    last = start
    while not done(got):
        headers = {"Cookie": cookie, "Origin": f"http://127.0.0.1:{port}"}
        address = f"ws://127.0.0.1:{port}/live/"
        async with websockets.connect(address, additional_headers=headers, max_queue=None) as link:
            await link.send(json.dumps({"last": last, "topics": ["load"]}))
            until = time.monotonic() + chance.random()
            while not done(got) and (tears <= 0 or time.monotonic() < until):
                try:
                    said = json.loads(await asyncio.wait_for(link.recv(), 0.3))
                except TimeoutError:
                    continue
                assert not said.get("missed"), "more events were missed than are given again"
                got += [frame["id"] for frame in said.get("events", [])]
                last = said.get("last", last)
            tears -= 1
            link.transport.abort()


async def nobody_misses_one(port: int, cookie: str, events: int, tears: int, clients: int) -> None:
    """Assert by ids that torn clients have every event once; two writers at once."""
    from asgiref.sync import sync_to_async

    start = await sync_to_async(newest)()
    writers = [write_elsewhere(events // 2, 0.004, seed, 0.02) for seed in (1, 2)]
    lists: list[list[int]] = [[] for _ in range(clients)]
    enough = lambda got: len(set(got)) >= events  # noqa: E731
    await asyncio.wait_for(
        asyncio.gather(*(torn(port, cookie, start, tears, got, enough) for got in lists)), 300
    )
    for writer in writers:
        writer.join()
    ids = await sync_to_async(lambda: sorted(_stamps(start)))()
    for got in lists:
        assert len(got) == len(set(got)), "an event came twice"
        assert got == sorted(got), "events came out of order"
        assert got == ids, f"{len(set(ids) - set(got))} events were missed"
    print(
        f"{events} events of two writers, {clients} clients cut off {tears} times each: "
        "none missed, none twice, all in order"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sockets", type=int, nargs="*", default=[1, 1000])
    parser.add_argument("--events", type=int, default=100)
    parser.add_argument("--torn", type=int, default=5000, help="events while clients are cut off")
    asked = parser.parse_args()
    port = server.prepare()
    cookie = server.sign_in()
    print(f"database: {os.environ.get('ELF_DATABASE_URL') or 'SQLite'}")
    with server.serving(port):
        for sockets in asked.sockets:
            asyncio.run(latency(port, cookie, sockets, asked.events))
        asyncio.run(nobody_misses_one(port, cookie, asked.torn, 50, 3))


if __name__ == "__main__":
    main()
