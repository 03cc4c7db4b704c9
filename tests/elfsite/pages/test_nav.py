from __future__ import annotations

import string

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path

from elfsite.pages import nav


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("", page),
    path("heuristics/", page),
    path("heuristics/<int:pk>/", page),
    path("workflow-runs/", page),
    path("arena/", page),
    path("keys/", page, name="agent_keys"),
    path("people/", page, name="people"),
]
pytestmark = pytest.mark.urls(__name__)


def words(**more: bool) -> dict[str, list[str]]:
    return {group: [stop.word for stop in stops] for group, stops in nav.stops("member", **more)}


def here(path: str) -> list[str]:
    stops = nav.stops("member", here=nav.station_of(path))
    return [stop.word for _, group in stops for stop in group if stop.here]


def test_only_what_answers_is_shown() -> None:
    assert words() == {
        "": ["Overview"],
        "Learn": ["Heuristics"],
        "Run": ["Runs"],
        "Play": ["Arena"],
    }


def test_who_does_not_play_sees_no_game() -> None:
    assert "Play" not in words(plays=False)


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/", ["Overview"]),
        ("/heuristics/", ["Heuristics"]),
        ("/heuristics/17/", ["Heuristics"]),
        ("/workflow-runs/9/compare/", ["Runs"]),
        ("/people/", []),
    ],
)
def test_one_is_at_the_longest_station_above(path: str, word: list[str]) -> None:
    assert here(path) == word


def test_the_menu_shows_what_a_role_may_open() -> None:
    assert [stop.word for stop in nav.menu("member")] == ["Agent keys"]
    assert [stop.word for stop in nav.menu("admin")] == ["Agent keys", "People"]


def test_a_key_leads_to_one_station_and_is_a_letter() -> None:
    keys = [s.key for group in nav.GROUPS for s in group.stations if s.key]
    assert len(keys) == len(set(keys))
    assert set(keys) <= set(string.ascii_lowercase) - {"g"}, "g begins each of them"


@pytest.mark.parametrize("where", ["/nowhere/", "no-such-name"])
def test_what_does_not_answer_has_no_address(where: str) -> None:
    assert nav.address(where) is None
    assert nav.known(where) is None
