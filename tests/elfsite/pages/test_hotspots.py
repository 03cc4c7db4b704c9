"""The table of hot spots: the twin of the map."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from elfsite.origins.models import Source
from game.players.models import User
from tests.elfsite.pages.field import DAY, NOW, lay_field
from tests.elfsite.pages.test_overview import number, page, rows_of
from workflows.trails.models import Trail

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

ROW = re.compile(r'<td class="n" data-label="Trails"><a href="([^"]+)">([\d,]+)</a>')


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def signed_in() -> Client:
    client = Client()
    client.force_login(User.objects.create_user("mira"))
    return client


def test_each_place_leads_to_the_trails_that_it_counts(signed_in: Client) -> None:
    lay_field()
    text = page(signed_in, "/trails/hotspots/")
    found = ROW.findall(text)
    assert len(found) == 3
    for href, value in found:
        assert len(rows_of(signed_in, href)) == number(value)
    assert "two agents, 6 min apart" in text


def test_a_source_narrows_the_table(signed_in: Client) -> None:
    lay_field()
    source = Source.objects.create(name="north", path="/north.db")
    Trail.objects.create(location="north.py", scent="hot", origin=source)
    assert "north.py" in page(signed_in, f"/trails/hotspots/?source={source.pk}")
    ours = page(signed_in, "/trails/hotspots/?source=ours")
    assert "north.py" not in ours
    assert "src/" in ours


def test_a_time_of_the_past(signed_in: Client) -> None:
    lay_field()
    text = page(signed_in, "/trails/hotspots/?asof=2026-11-19T13:00:00Z")
    assert "As of" in text
    assert [number(value) for _, value in ROW.findall(text)] == [1]
    href = re.search(r'<a href="([^"]+)">Back to now</a>', text)
    assert href
    assert html.unescape(href[1]) == "/trails/hotspots/"


def test_nothing_is_said_to_be_nothing(signed_in: Client) -> None:
    Trail.objects.create(location="old.py", scent="read", created_at=NOW - 30 * DAY)
    assert "Nobody has walked here in the last two days" in page(signed_in, "/trails/hotspots/")


def test_more_places_than_shown_are_said(signed_in: Client) -> None:
    Trail.objects.bulk_create(Trail(location=f"{n}.py", scent="read") for n in range(70))
    text = page(signed_in, "/trails/hotspots/")
    assert "The 60 hottest of 70 places" in text
    assert "70 places" in page(signed_in, "/trails/hotspots/?limit=200")


@pytest.mark.parametrize("query", ["asof=x", "limit=61", "source=99", "source=%F0%9F%8D%82"])
def test_bad_parameters_are_refused(signed_in: Client, query: str) -> None:
    assert signed_in.get(f"/trails/hotspots/?{query}").status_code == 400


def test_a_stranger_is_led_to_the_door() -> None:
    assert Client().get("/trails/hotspots/").status_code == 302


def test_the_table_costs_few_queries(signed_in: Client, django_assert_max_num_queries: Any) -> None:
    lay_field()
    page(signed_in, "/trails/hotspots/")
    with django_assert_max_num_queries(10):
        page(signed_in, "/trails/hotspots/")
