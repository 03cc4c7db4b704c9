"""The timeline played again."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client

from elfsite.timeline import playback
from elfsite.timeline.models import TimelineEvent
from game.players.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

NOON = dt.datetime(2026, 1, 15, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _noon() -> object:
    with time_machine.travel(NOON, tick=False):
        yield


def signed_in(role: str = "member") -> Client:
    client = Client()
    client.force_login(User.objects.create_user(f"{role}-one", None, role=role))
    return client


def happen(seconds_ago: float, topic: str = "runs", **more: str) -> TimelineEvent:
    values = {"verb": "failed", "summary": f"{topic} {seconds_ago:g}", "actor": "ada"} | more
    return TimelineEvent.objects.create(
        at=NOON - dt.timedelta(seconds=seconds_ago), topic=topic, **values
    )


def played(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"/timeline-events/playback/{query}")
    assert answer.status_code == 200
    return re.findall(r'<li id="event-\d+".*?<a href="[^"]+">(.*?)</a>', answer.content.decode())


@pytest.mark.parametrize(
    ("gaps", "found"),
    [
        ([], [0.0]),
        ([1, 0.5], [0.0, 1.0, 1.5]),
        ([3600, 1], [0.0, 2.0, 3.0]),  # idle time is cut
        ([0, 0], [0.0, 0.12, 0.24]),  # what came at once can still be told apart
        ([-5], [0.0, 0.12]),  # commit order is not the order of clocks
    ],
)
def test_the_pace(gaps: list[float], found: list[float]) -> None:
    times = [NOON]
    for gap in gaps:
        times.append(times[-1] + dt.timedelta(seconds=gap))
    assert playback.offsets(times) == pytest.approx(found)


def test_no_event_has_no_pace() -> None:
    assert playback.offsets([]) == []


def test_the_last_day_is_played_oldest_first() -> None:
    for seconds in (100_000, 60, 30):
        happen(seconds)
    assert played(signed_in()) == ["runs 60", "runs 30"]


def test_filters_of_the_list_hold_and_its_order_and_cursors_do_not() -> None:
    happen(60)
    happen(50, "trails", actor="bob")
    client = signed_in()
    assert played(client, "?topic=trails&order=-id&limit=15&after=x") == ["trails 50"]
    assert played(client, "?actor=ada&days=7") == ["runs 60"]


def test_more_than_the_bound_goes_on_behind_a_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playback, "MOST", 2)
    for seconds in (50, 40, 30):
        happen(seconds)
    client = signed_in()
    text = client.get("/timeline-events/playback/?speed=4").content.decode()
    assert "The first 2 events" in text
    href = re.search(r'href="([^"]+)">The next events', text)
    assert href
    assert played(client, href[1].partition("/playback/")[2].replace("&amp;", "&")) == ["runs 30"]


def test_an_empty_window_says_when_the_last_event_was() -> None:
    happen(3 * 86400)
    text = signed_in().get("/timeline-events/playback/").content.decode()
    assert "Nothing happened here" in text and "3 d ago" in text


@pytest.mark.parametrize("query", ["speed=3", "at=x", "begin=-1", "colour=red", "days=x"])
def test_what_is_no_filter_is_refused(query: str) -> None:
    assert signed_in().get(f"/timeline-events/playback/?{query}").status_code == 400


def test_a_stranger_is_led_to_the_door() -> None:
    assert Client().get("/timeline-events/playback/").status_code == 302


def test_the_list_leads_to_what_it_shows() -> None:
    happen(60)
    text = signed_in().get("/timeline-events/?topic=runs").content.decode()
    assert 'href="/timeline-events/playback/?topic=runs"' in text
