"""The simulation in JavaScript and in Python is one game: the same hash at every 60th tick."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from game.arena.simulation import MOST_TICKS, Outcome, angles, tables
from tests.game.arena.vectors import (
    FLY,
    FULL,
    SHORT,
    differences,
    ending_flights,
    expected,
    full_flights,
    packed,
    page_with,
    short_flights,
)  # fmt: skip


@pytest.fixture(scope="module")
def full() -> list[dict[str, Any]]:
    return [packed(flight) for flight in full_flights()]


@pytest.fixture(scope="module")
def short() -> list[dict[str, Any]]:
    return [packed(flight) for flight in short_flights()]


@pytest.fixture(scope="module")
def outcomes(full: list[dict[str, Any]]) -> list[Outcome]:
    return [expected(flight) for flight in full]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    opened = page_with(browser)
    yield opened
    opened.close()


def test_full_flights_agree(
    page: Page, full: list[dict[str, Any]], outcomes: list[Outcome]
) -> None:
    assert [outcome.ticks for outcome in outcomes] == [MOST_TICKS] * FULL
    assert differences(full, page.evaluate(FLY, full)["flown"]) == []


def test_short_flights_agree(page: Page, short: list[dict[str, Any]]) -> None:
    assert len(short) == SHORT
    assert differences(short, page.evaluate(FLY, short)["flown"]) == []


def test_flights_to_the_end_agree(page: Page) -> None:
    flights = ending_flights()
    ends = [flight.state for flight in flights]
    assert any(end.cleared for end in ends) and any(end.ship.hull == 0 for end in ends)
    assert max(len(end.foes) for end in ends) == tables.PLAY["most_foes"]
    some = [packed(flight) for flight in flights]
    assert differences(some, page.evaluate(FLY, some)["flown"]) == []


def test_the_flights_see_everything(full: list[dict[str, Any]], outcomes: list[Outcome]) -> None:
    kinds = {
        flight["manifest"]["foes"][at]["kind"]
        for flight, outcome in zip(full, outcomes, strict=True)
        for at in outcome.downed
    }
    assert kinds == set(tables.FOES)
    assert {flight["weapon"] for flight in full} == set(tables.WEAPONS)
    assert len({outcome.hull for outcome in outcomes}) > 1  # some were hit, some mended


@pytest.mark.parametrize(
    "planted",
    [
        ("auto_turn: 14", "auto_turn: 15"),
        ("rest: 150", "rest: 151"),
        ("combo >>= 1", "combo >>= 2"),
        ("jitter: 64", "jitter: 63"),
    ],
)
def test_a_planted_difference_is_found(
    browser: Browser, short: list[dict[str, Any]], planted: tuple[str, str]
) -> None:
    some = short[:80]
    other = page_with(browser, planted)
    found = differences(some, other.evaluate(FLY, some)["flown"])
    other.close()
    assert found


def as_lists(value: Any) -> Any:
    """A table of Python as JSON would carry it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if hasattr(value, "_asdict"):
        return as_lists(value._asdict())
    if isinstance(value, list | tuple):
        return list(value)
    return (
        {key: as_lists(part) for key, part in value.items()} if hasattr(value, "items") else value
    )


def test_the_tables_are_the_same(page: Page) -> None:
    theirs = page.evaluate("async () => ({...await import('/js/game/sim-tables.mjs')})")
    ours = {
        name: as_lists(getattr(tables, name, None) or getattr(angles, name))
        for name in theirs
        if name.isupper()
    }
    assert {name: value for name, value in theirs.items() if name.isupper()} == ours
    assert {"PLAY", "WAVES", "FOES", "WAYS", "FOE_SHOTS", "WEAPONS", "SHARD", "SINE"} <= set(ours)
