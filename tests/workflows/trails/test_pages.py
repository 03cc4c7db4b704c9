"""The map of trails and the page of a place."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.test import Client

from elfsite.origins.models import Source
from game.players.models import User
from learning.heuristics.models import Heuristic
from workflows.trails.models import Trail
from workflows.trails.places import rebuild_places

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    caches["process"].clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def signed_in() -> Client:
    client = Client()
    client.force_login(User.objects.create_user("mira"))
    return client


def trail(location: str, hours: float = 1, **more: Any) -> Trail:
    values = {"location": location, "scent": "read", "created_at": NOW - hours * HOUR} | more
    return Trail.objects.create(**values)


def field() -> None:
    trail("src/auth/oauth.py", 0.5, scent="blocker", agent_id="one", message="clock <skew>")
    trail("src/auth/oauth.py", 0.4, scent="write", agent_id="two")
    trail("src/api.py", 3)
    trail("docs/setup.md", 2)
    trail("docs/old.md", 100)
    trail("Docs/other.md", 2)
    trail("src/expired.py", 2, expires_at=NOW - HOUR)
    trail("src/gone.py", 1, gone_at=NOW)


def rows(client: Client, path: str) -> dict[str, float]:
    """{place: strength} of the table."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    found = re.findall(
        r'<td class="wide"><a href="[^"]+"><span class="path">(.*?)</span></a>.*?<b>([\d.]+)</b>',
        answer.content.decode(),
    )
    return {re.sub("<[^>]+>", "", name): float(value) for name, value in found}


@pytest.mark.parametrize("folded", [True, False])
def test_the_map_now_shows_what_is_left(signed_in: Client, folded: bool) -> None:
    field()
    if folded:
        rebuild_places()
    assert rows(signed_in, "/trails/map/") == {
        "src/auth/oauth.py": 1.9,
        "docs/setup.md": 0.8,
        "Docs/other.md": 0.8,
        "src/api.py": 0.7,
    }


def test_a_window_shows_what_was_laid(signed_in: Client) -> None:
    field()
    day = rows(signed_in, "/trails/map/?window=24h")
    assert day["src/auth/oauth.py"] == 2.0
    assert day["src/expired.py"] == 1.0
    assert "docs/old.md" not in day
    week = rows(signed_in, "/trails/map/?window=7d")
    assert week["docs/old.md"] == 1.0
    assert "src/gone.py" not in week
    assert set(Trail.objects.values_list("strength", flat=True)) == {1.0}


def test_a_folder_holds_what_lies_in_it_letter_for_letter(signed_in: Client) -> None:
    field()
    assert set(rows(signed_in, "/trails/map/?folder=docs/")) == {"docs/setup.md"}
    assert set(rows(signed_in, "/trails/map/?window=7d&folder=docs/")) == {
        "docs/setup.md",
        "docs/old.md",
    }
    text = signed_in.get("/trails/map/").content.decode()
    assert 'href="/trails/map/?folder=src/"' in text


def test_a_source_narrows_the_map(signed_in: Client) -> None:
    field()
    source = Source.objects.create(name="north", path="/north.db")
    trail("north.py", origin=source)
    for window in ("now", "30d"):
        path = f"/trails/map/?window={window}&source="
        assert set(rows(signed_in, f"{path}{source.pk}")) == {"north.py"}
        assert "north.py" not in rows(signed_in, f"{path}ours")


def test_each_tile_leads_to_a_place_that_says_the_same(signed_in: Client) -> None:
    field()
    text = signed_in.get("/trails/map/").content.decode()
    href = html.unescape(re.findall(r'<a href="(/trails/place/[^"]+)"', text)[0])
    place = signed_in.get(href).content.decode()
    assert '<b class="num">1.91</b>' in place
    assert "one" in place and "clock &lt;skew&gt;" in place


def test_nobody_walked_here_leads_to_a_longer_window(signed_in: Client) -> None:
    trail("old.py", 100)
    text = signed_in.get("/trails/map/").content.decode()
    assert "Nobody has walked here" in text and "?window=7d" in text


def test_two_agents_within_ten_minutes_crossed(signed_in: Client) -> None:
    field()
    assert "two agents, 6 min apart" in signed_in.get("/trails/map/").content.decode()
    text = signed_in.get("/trails/place/?at=src/auth/oauth.py").content.decode()
    assert "two after one" in text and "360 s apart" in text


@pytest.mark.parametrize("window", ["now", "7d"])
@pytest.mark.parametrize("folded", [True, False])
def test_a_scent_narrows_the_map(signed_in: Client, window: str, folded: bool) -> None:
    field()
    if folded:
        rebuild_places()
    found = rows(signed_in, f"/trails/map/?scent=blocker&window={window}")
    assert found == {"src/auth/oauth.py": 0.9 if window == "now" else 1.0}
    text = signed_in.get("/trails/map/?scent=blocker").content.decode()
    assert ("two agents, 6 min apart" in text) is folded, "the place knows, its scent does not"
    assert "Nobody has laid zzz here" in signed_in.get("/trails/map/?scent=zzz").content.decode()


def test_two_agents_are_here_for_ten_minutes_and_days_are_kept(signed_in: Client) -> None:
    path = "/trails/place/?at=a.py"
    trail("a.py", 0.2, scent="write", agent_id="one")
    trail("a.py", 0.1, agent_id="two")
    trail("a.py", 30, agent_id="two")
    rebuild_places()
    text = signed_in.get(path).content.decode()
    assert "Two agents here." in text and "two laid read" in text
    day = re.search(r'href="(/trails/\?[^"]+from=2026-11-20[^"]+)">2</a>', text)
    assert day, "the number of a day leads to its trails"
    listed = signed_in.get(html.unescape(day.group(1))).content.decode()
    assert listed.count('data-row="trails:') == 2
    with time_machine.travel(NOW + HOUR / 5, tick=False):
        later = signed_in.get(path).content.decode()
    assert "Two agents here." not in later and "two after one" in later


def test_near_a_path(signed_in: Client) -> None:
    field()
    text = signed_in.get("/trails/near/?path=src/auth/token.py").content.decode()
    assert "in src/auth/" in text and "clock &lt;skew&gt;" in text
    assert "setup.md" not in text
    assert "Name a path" in signed_in.get("/trails/near/").content.decode()
    empty = signed_in.get("/trails/near/?path=lib/none.py").content.decode()
    assert "Nothing is left near it" in empty


@pytest.mark.parametrize("text", ["%", "_ot.py"])
def test_what_is_searched_for_is_meant_letter_for_letter(signed_in: Client, text: str) -> None:
    for location in ("hot.py", f"x{text}y"):
        trail(location)
    answer = signed_in.get("/trails/", {"q": text}).content.decode()
    assert answer.count('data-row="trails:') == 1
    assert signed_in.get("/trails/", {"location": text}).content.decode().count("data-row=") == 0


def test_rules_that_name_the_file_come_first(signed_in: Client) -> None:
    field()
    for rule, confidence in (("Call oauth twice", 0.9), ("Never patch OAuth.py alone", 0.4)):
        Heuristic.objects.create(domain="auth", rule=rule, confidence=confidence)
    Heuristic.objects.create(domain="auth", rule="Something else", confidence=0.99)
    text = signed_in.get("/trails/place/?at=src/auth/oauth.py").content.decode()
    assert "Something else" not in text
    assert 0 < text.index("Never patch OAuth.py alone") < text.index("Call oauth twice")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/trails/map/?window=2h", 400),
        ("/trails/map/?folder=src", 400),
        ("/trails/map/?source=99", 400),
        ("/trails/map/?folder=%00/", 400),
        ("/trails/map/?scent=%00", 400),
        (f"/trails/map/?scent={'x' * 51}", 400),
        ("/trails/near/", 200),
        ("/trails/near/?path=%00", 400),
        (f"/trails/near/?path={'x' * 501}", 400),
        ("/trails/near/?path=a&source=99", 400),
        ("/trail-collisions/", 200),
        ("/trails/map/?folder=nothing/", 200),
        ("/trails/place/", 400),
        ("/trails/place/?at=nowhere.py", 404),
        ("/trails/place/?at=%00", 400),
        (f"/trails/place/?at={'x' * 1001}", 400),
        ("/trails/place/?at=src/api.py&source=x", 400),
        ("/trails/place/?at=src/gone.py", 200),
        ("/trails/place/?at=docs/old.md", 200),
    ],
)
def test_what_was_never_there(signed_in: Client, path: str, status: int) -> None:
    field()
    assert signed_in.get(path).status_code == status


@pytest.mark.parametrize("path", ["/trails/map/", "/trails/near/", "/trails/place/?at=src/api.py"])
def test_a_stranger_is_led_to_the_door(path: str) -> None:
    assert Client().get(path).status_code == 302


def test_raw_rows_do_not_break_the_pages(signed_in: Client) -> None:
    for scent in ('"><script>', "tête"):
        trail("a/<i>.py", scent=scent, strength=1e9, agent_id=None, message=None)
    trail("//", strength=-3)
    for path in ("/trails/map/", "/trails/map/?window=30d", "/trails/place/?at=a/<i>.py"):
        text = signed_in.get(path).content.decode()
        assert "<script>" not in text.replace('<script type="module"', "")
    assert rows(signed_in, "/trails/map/") == {"a/&lt;i&gt;.py": 1.8}


def test_the_pages_cost_few_queries(signed_in: Client, django_assert_max_num_queries: Any) -> None:
    field()
    rebuild_places()
    signed_in.get("/trails/map/")
    # eleven, and what the frame around every page asks again once a few seconds have passed
    with django_assert_max_num_queries(16):
        signed_in.get("/trails/map/")
    bounding = 0 if connection.vendor == "sqlite" else 4  # statements that bound the others' time
    with django_assert_max_num_queries(12 + bounding):
        signed_in.get("/trails/place/?at=src/auth/oauth.py")
