"""Overview: its numbers are those of the tables, and of the lists that they lead to."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from elfsite.origins.models import Source
from elfsite.pages import overview, panels
from elfsite.pages.days import recount
from elfsite.pages.readings import ROLLED
from elfsite.sources.welcome import start_empty
from game.players.models import User
from learning.heuristics.models import Heuristic
from tests.elfsite.pages.field import DAY, NOW, lay_field
from workflows.trails.models import Trail
from workflows.trails.places import rebuild_places

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

MONTH = "2026-10-22 00:00:00+00:00"  # midnight, thirty days with today
TODAY = "2026-11-20 00:00:00+00:00"
SQL = {
    "Runs, 30 days": f"workflow_runs WHERE created_at >= '{MONTH}' AND gone_at IS NULL",
    "Heuristics": "heuristics WHERE gone_at IS NULL",
    "Golden rules": "heuristics WHERE is_golden AND gone_at IS NULL",
    "Open fraud reports": "fraud_reports WHERE classification IN"
    " ('suspicious', 'fraud_likely', 'fraud_confirmed')"
    " AND (review_outcome IS NULL OR review_outcome = 'pending')",
    "Alerts": "meta_alerts WHERE state <> 'resolved'",
    "Trails today": f"trails WHERE created_at >= '{TODAY}' AND gone_at IS NULL",
    "Queries today": f"building_queries WHERE created_at >= '{TODAY}'",
}
READING = re.compile(
    r'<a href="([^"]+)" class="reading"><span class="k">([^<]+)</span><span class="v">([^<]+)'
)
LINK = re.compile(r'<a href="(/[a-z-]+/\?[^"]+)"[^>]*>([\d,]+)')


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def signed_in() -> Client:
    client = Client()
    client.force_login(User.objects.create_user("mira"))
    return client


@pytest.fixture(params=["from the tables", "from what is kept"])
def field(request: pytest.FixtureRequest) -> None:
    lay_field()
    if request.param == "from what is kept":
        rebuild_places()
        for counted in ROLLED:
            recount(counted)


def page(client: Client, path: str = "/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def number(text: str) -> float:
    return float(text.replace(",", ""))


def readings(text: str) -> dict[str, tuple[float, str]]:
    return {label: (number(v), html.unescape(href)) for href, label, v in READING.findall(text)}


def rows_of(client: Client, href: str) -> list[dict[str, Any]]:
    """The rows of a list, as its file has them."""
    parts = urlsplit(html.unescape(href))
    answer = client.get(f"{parts.path.rstrip('/')}.json?{parts.query}")
    assert answer.status_code == 200, href
    rows: list[dict[str, Any]] = json.loads(answer.getvalue())
    return rows


def count(sql: str) -> int:
    if connection.vendor == "sqlite":
        sql = sql.replace("+00:00", "")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {sql}")
        return int(cursor.fetchone()[0])


@pytest.mark.usefixtures("field")
def test_each_reading_is_the_number_of_its_table(signed_in: Client) -> None:
    shown = readings(page(signed_in))
    assert {label: shown[label][0] for label in SQL} == {k: count(v) for k, v in SQL.items()}


@pytest.mark.usefixtures("field")
def test_each_reading_leads_to_the_list_that_it_counts(signed_in: Client) -> None:
    shown = readings(page(signed_in))
    rate, ended = shown.pop("Success rate")
    assert len(shown) == 7
    for label, (value, href) in shown.items():
        assert len(rows_of(signed_in, href)) == value, label
    states = [row["status"] for row in rows_of(signed_in, ended)]
    assert rate == pytest.approx(100 * states.count("completed") / len(states), abs=0.05)


@pytest.mark.usefixtures("field")
def test_every_other_number_leads_to_the_list_that_it_counts(signed_in: Client) -> None:
    text = page(signed_in)
    found = [(href, value) for href, value in LINK.findall(text) if "reading" not in href]
    assert len(found) > 10
    for href, value in found:
        assert len(rows_of(signed_in, href)) == number(value), html.unescape(href)


@pytest.mark.usefixtures("field")
def test_the_note_says_what_happened_today(signed_in: Client) -> None:
    note = re.sub(r"<[^>]+>", "", page(signed_in).split('class="note">')[1].split("</div>")[0])
    assert note == (
        "Overview. Today 3 runs began, 1 failed, 1 still running."
        " 3 new rules in seven days; confidence was updated 2 times today."
        " Two agents crossed at auth.py, 6 min apart. 2 pending reviews wait for a decision."
    )


@pytest.mark.usefixtures("field")
def test_what_waits_has_its_gravest_kind_first_and_misses_no_dangling_row(
    signed_in: Client,
) -> None:
    text = page(signed_in).split("Waits for a person")[1].split("</section>")[0]
    words = re.findall(r'<a href="[^"]+">([^<]+)</a>[,<]', text)
    assert words == [
        "2 fraud reports, likely or worse",
        "2 pending reviews",
        "1 critical alert",
        "2 unacknowledged violations",
        "1 golden candidate",
    ]
    assert text.count('class="wait"') == overview.WAITS_SHOWN
    assert "Ready for gold" in text


@pytest.mark.usefixtures("field")
def test_hot_spots_are_drawn_and_foreign_words_are_escaped(signed_in: Client) -> None:
    text = page(signed_in)
    assert "src/auth.py: strength" in text
    assert "two agents, 6 min apart" in text
    assert "docs/&lt;b&gt;.md" in text
    assert "docs/<b>.md" not in text
    for hidden in ("src/expired.py", "src/gone.py"):
        assert hidden not in text


@pytest.mark.usefixtures("field")
def test_the_days_of_velocity_are_chosen(signed_in: Client) -> None:
    week = page(signed_in, "/?days=7").split('id="velocity"')[1]
    quarter = page(signed_in, "/?days=90").split('id="velocity"')[1]
    assert ">success<" not in week
    assert [len(re.findall("Learnings: success.*?>1<", part)) for part in (week, quarter)] == [1, 0]
    assert re.search("Learnings: success.*?>2<", quarter)


def test_an_empty_product_leads_to_its_welcome(signed_in: Client) -> None:
    answer = signed_in.get("/")
    assert (answer.status_code, answer["Location"]) == (302, reverse("welcome"))


def test_a_product_that_was_started_empty_says_what_fills_it(signed_in: Client) -> None:
    start_empty(actor="test")
    text = page(signed_in)
    for sentence in (
        "Nobody has walked here yet",
        "Nothing waits for a person",
        "No rule is golden",
        "no run has ended",
        "Nothing was learned in 30 days",
    ):
        assert sentence in text
    assert "manage.py import elf" in text


@pytest.mark.usefixtures("field")
def test_a_time_of_the_past_has_its_own_numbers(signed_in: Client) -> None:
    text = page(signed_in, "/?asof=2026-11-19T11:00:00Z")
    assert "As of" in text
    shown = readings(text)
    assert shown["Heuristics"][0] == 3  # later ones and the undated one are not there
    assert shown["Trails that day"][0] == 0
    assert "Nobody has walked here" in text
    for label, (value, href) in shown.items():
        if label != "Success rate":
            assert "asof=2026-11-19T11" in href
            assert len(rows_of(signed_in, href)) == value, label


@pytest.mark.usefixtures("field")
def test_hot_spots_of_the_past_are_counted_from_the_trails(signed_in: Client) -> None:
    text = page(signed_in, "/?asof=2026-11-19T13:00:00Z")
    assert re.search(r"src/old\.py: strength 0\.[45]", text)  # half of it, an hour old
    assert "src/auth.py" not in text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("asof=yesterday", "asof must be a date"),
        ("asof=1999-01-01", "between the year 2000 and now"),
        ("asof=2027-01-01", "between the year 2000 and now"),
        ("asof=0000-13-99", "asof must be a date"),
        ("days=8", "days must be one of 7, 14, 30, 60, 90"),
        ("days=-7", "days must be one of"),
    ],
)
def test_bad_parameters_are_refused_by_name(signed_in: Client, query: str, words: str) -> None:
    answer = signed_in.get(f"/?{query}")
    assert answer.status_code == 400
    assert words in html.unescape(answer.content.decode())


def test_a_stranger_is_led_to_the_door() -> None:
    answer = Client().get("/")
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]


LONG_AGO = NOW - 300 * DAY


def test_old_rows_do_not_look_dead(signed_in: Client) -> None:
    Source.objects.create(name="old", path="/old.db", last_activity_at=LONG_AGO)
    Trail.objects.create(location="a.py", scent="read", created_at=LONG_AGO)
    text = page(signed_in)
    assert "Last activity 9 months ago." in text
    href = re.search(r'<a href="([^"]+)">Show that time</a>', text)
    assert href
    past = page(signed_in, html.unescape(href[1]))
    assert "a.py: strength 1.0" in past
    assert "Show that time" not in past


@pytest.mark.parametrize("days_ago", [0, 1.9])
def test_a_row_of_today_is_life(signed_in: Client, days_ago: float) -> None:
    Source.objects.create(name="old", path="/old.db", last_activity_at=LONG_AGO)
    Heuristic.objects.create(domain="d", rule="r", created_at=NOW - days_ago * DAY)
    assert "Show that time" not in page(signed_in)


@pytest.mark.usefixtures("field")
def test_a_panel_that_fails_is_a_sentence(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **more: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(overview, "survey_map", broken)
    answer = signed_in.get("/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "This panel could not be drawn." in text
    assert answer["X-Request-Id"] in text
    assert "Ready for gold" in text


@pytest.mark.usefixtures("field")
def test_what_overview_costs(
    signed_in: Client, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    Source.objects.create(name="north", path="/north.db")
    page(signed_in)  # facets and navigation are kept from now on
    panels.forget()
    now = [0.0]  # the panels' clock: it stands, however slow this machine is
    monkeypatch.setattr(panels, "clock", lambda: now[0])
    # PostgreSQL is told each limit of time in a statement of its own
    with django_assert_max_num_queries(50 if connection.vendor == "sqlite" else 80):
        page(signed_in)
    # session, person, inbox, whether anything is here, what happened last
    with django_assert_max_num_queries(5):
        page(signed_in)
    now[0] = panels.LEAST
    with django_assert_max_num_queries(6):  # and the heads of all topics
        page(signed_in)


def test_the_axis_of_days_has_five_dates() -> None:
    dates = [dt.date(2026, 11, 1) + n * DAY for n in range(7)]
    assert overview.marks(dates) == ["1 Nov", "3 Nov", "4 Nov", "5 Nov", "7 Nov"]
