"""The stream: in order, each event once, only what the person may see."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import time_machine
from asgiref.sync import async_to_sync, sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import Client

from elfsite.timeline import reading
from elfsite.timeline.catchup import missed_by
from elfsite.timeline.consumers import LiveConsumer
from elfsite.timeline.frames import CATCH_UP, Event, frame_of, line_of
from elfsite.timeline.hub import Hub, Listener, hub
from elfsite.timeline.log import write
from elfsite.timeline.models import TimelineEvent
from elfsite.timeline.tailer import Tailer
from game.players.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _empty_hub() -> Any:
    hub.listeners.clear()
    yield
    hub.listeners.clear()


def happen(count: int = 1, topic: str = "trails") -> list[int]:
    with write("ada") as w:
        for number in range(count):
            w.event(topic, "laid", None, f"event {number}")
    return list(TimelineEvent.objects.order_by("-id").values_list("id", flat=True)[:count])[::-1]


def live(role: str, story: Callable[[WebsocketCommunicator, Tailer], Awaitable[None]]) -> None:
    """Run *story* on an open socket of a person with *role* and a tailer that it drives."""
    user = User.objects.create_user(f"{role}-one", "a long enough password", role=role)

    async def told() -> None:
        socket = WebsocketCommunicator(LiveConsumer.as_asgi(), "/live/")
        socket.scope["user"] = user
        connected, _ = await socket.connect()
        assert connected
        await story(socket, Tailer(hub))
        await socket.disconnect()

    async_to_sync(told)()


async def ids(socket: WebsocketCommunicator) -> list[int]:
    said = json.loads(await socket.receive_from(timeout=5))
    return [frame["id"] for frame in said["events"]]


def test_somebody_who_has_not_signed_in_hears_nothing() -> None:
    async def told() -> None:
        socket = WebsocketCommunicator(LiveConsumer.as_asgi(), "/live/")
        await socket.connect()
        assert (await socket.receive_output(timeout=5))["code"] == 4401

    async_to_sync(told)()


@pytest.mark.postgres
def test_what_was_missed_comes_first_then_what_happens() -> None:
    seen, *missed = happen(4)

    async def story(socket: WebsocketCommunicator, tailer: Tailer) -> None:
        await socket.send_to(json.dumps({"last": seen}))
        assert await ids(socket) == missed
        new = await sync_to_async(happen)(2)
        await tailer.step()
        assert await ids(socket) == new
        assert await tailer.step() == 0

    live("member", story)


def test_what_comes_while_catching_up_is_given_once() -> None:
    first = happen(1)[0]
    sent: list[list[int]] = []

    async def send(text: str) -> None:
        sent.append([frame["id"] for frame in json.loads(text)["events"]])

    async def told() -> None:
        listener = Listener(send=send, last=first, waiting=[])
        house = Hub({listener})
        new = await sync_to_async(reading.after)(0)
        await house.deliver(new, {})
        assert sent == [] and listener.waiting == new  # it waits
        listener.waiting = None
        await house.deliver(new, {})
        assert sent == []  # id `first` was seen

    async_to_sync(told)()


def test_more_than_the_bound_is_said_and_not_sent() -> None:
    first = happen(1)[0]
    happen(CATCH_UP + 1)
    found = missed_by({"last": first})
    assert (found.events, found.missed) == ([], CATCH_UP)
    assert found.last == reading.head()


@pytest.mark.parametrize(
    "said", [{}, {"last": "x"}, {"last": -1}, {"last": 10**12}, {"last": True}, {"since": "soon"}]
)
def test_nonsense_has_nothing_to_catch_up(said: dict[str, Any]) -> None:
    happen(3)
    assert missed_by(said).events == []


def test_a_page_names_the_time_it_was_made() -> None:
    with time_machine.travel("2026-01-15T10:00:00Z", tick=False):
        happen(2)
    with time_machine.travel("2026-01-15T10:01:00Z", tick=False):
        late = happen(1)
    assert [e.id for e in missed_by({"since": "2026-01-15T10:00:30Z"}).events] == late
    assert len(missed_by({"since": "2026-01-15T09:00:00Z"}).events) == 3


def test_a_page_gets_the_topics_it_names() -> None:
    async def story(socket: WebsocketCommunicator, tailer: Tailer) -> None:
        await socket.send_to(json.dumps({"last": 0, "topics": ["runs"]}))
        await ids(socket)
        await sync_to_async(happen)(1, "trails")
        wanted = await sync_to_async(happen)(1, "runs")
        await tailer.step()
        assert await ids(socket) == wanted

    live("admin", story)


@pytest.mark.parametrize("text", ["7", "[", "[]", "x" * 5000])
def test_a_message_that_is_none_ends_the_connection(text: str) -> None:
    async def story(socket: WebsocketCommunicator, tailer: Tailer) -> None:
        await socket.send_to(text)
        assert (await socket.receive_output(timeout=5))["code"] == 4400

    live("member", story)


def test_a_ping_tells_how_far_the_page_is_and_ends_for_those_sent_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    last = happen(1)[0]
    monkeypatch.setattr("elfsite.timeline.consumers.PROVE_AGAIN", 0)

    async def story(socket: WebsocketCommunicator, tailer: Tailer) -> None:
        await socket.send_to(json.dumps({"last": last}))
        await ids(socket)
        await socket.send_to('{"ping": 1}')
        assert json.loads(await socket.receive_from(timeout=5)) == {"pong": last}
        await User.objects.aupdate(is_active=False)
        await socket.send_to('{"ping": 1}')
        assert (await socket.receive_output(timeout=5))["code"] == 4401

    live("member", story)


def test_a_broken_listener_does_not_keep_the_others_waiting() -> None:
    events = [Event(1, _moment(), "t", "v", "", "", "ada", "s", {})]
    got: list[str] = []

    async def broken(text: str) -> None:
        raise ConnectionError

    async def whole(text: str) -> None:
        got.append(text)

    async def told() -> None:
        house = Hub({Listener(broken), Listener(whole)})
        await asyncio.wait_for(house.deliver(events, {}), 5)
        assert len(got) == 1 and len(house.listeners) == 1

    async_to_sync(told)()


def test_an_event_cannot_bring_markup() -> None:
    event = Event(1, _moment(), "t", "v", "trails", "7", "<b>", '"><script>', {"scent": "<i>"})
    assert "<script>" not in line_of(event) and "<b>" not in line_of(event)
    assert "<i>" not in line_of(event)
    assert frame_of(event)["subject"] == "trails:7"


def test_the_same_over_plain_http(client: Client) -> None:
    first, *rest = happen(3)
    assert client.get("/live/events/", HTTP_ACCEPT="application/json").status_code == 401
    client.force_login(User.objects.create_user("bob", "a long enough password"))
    answer = client.get("/live/events/", {"last": first}).json()
    assert [frame["id"] for frame in answer["events"]] == rest
    assert (
        client.get("/live/events/", {"last": "1; drop"}, HTTP_ACCEPT="application/json").status_code
        == 400
    )


def _moment() -> Any:
    import datetime as dt

    return dt.datetime(2026, 1, 15, 10, tzinfo=dt.UTC)
