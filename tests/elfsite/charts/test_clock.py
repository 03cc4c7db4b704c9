from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from elfsite.charts.clock import DAY, HOUR, MONTH, STEPS, YEAR, absolute, age, ago, at, relative
from tests.elfsite.charts.reading import tree

NOW = dt.datetime(2026, 11, 20, 9, 42, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.5, "now"),
        (12, "12 s ago"),
        (59.9, "59 s ago"),
        (60, "1 min ago"),
        (3599, "59 min ago"),
        (HOUR, "1 h ago"),
        (47 * HOUR, "47 h ago"),
        (2 * DAY, "2 d ago"),
        (60 * DAY, "60 d ago"),
        (62 * DAY, "2 months ago"),
        (23 * MONTH, "23 months ago"),
        (2 * YEAR, "2 years ago"),
        (-90, "in 1 min"),
        (-3 * DAY, "in 3 d"),
    ],
)
def test_relative_times(seconds: float, words: str) -> None:
    assert relative(NOW - dt.timedelta(seconds=seconds), NOW) == words


@pytest.mark.parametrize(
    "value",
    [
        dt.datetime(2026, 11, 20, 9, 39, tzinfo=dt.UTC),
        dt.datetime(2026, 11, 20, 9, 39),
        dt.datetime(2026, 11, 20, 10, 39, tzinfo=dt.timezone(dt.timedelta(hours=1))),
        "2026-11-20 09:39:00",
        "2026-11-20T10:39:00+01:00",
    ],
)
def test_a_time_keeps_the_absolute_behind_the_relative(value: object) -> None:
    node = tree(ago(value, now=NOW))[0]
    assert node.text == "3 min ago"
    assert node.get("title") == "2026-11-20 09:39:00 UTC"
    assert node.get("datetime") == "2026-11-20T09:39:00+00:00"
    assert node.get("data-rel") == ""


def test_nothing_is_said_to_be_nothing() -> None:
    assert "–" in ago(None)
    assert "never" in ago("", "never")
    assert "–" in age(None)
    assert "–" in at(None)


@pytest.mark.parametrize("written", ["tomorrow-ish", "1735689600", "<b>", "2026-13-45"])
def test_nonsense_is_shown_as_written_and_flagged(written: str) -> None:
    for drawn in (ago(written), age(written), at(written)):
        node = tree(drawn)[0]
        assert node.get("class") == "flag"
        assert node.text == written


def test_a_day_has_no_hour() -> None:
    assert tree(ago(dt.date(2026, 1, 2)))[0].text == "2026-01-02"


def test_short_and_absolute() -> None:
    node = tree(age(NOW - dt.timedelta(hours=5), now=NOW))[0]
    assert (node.text, node.get("data-rel")) == ("5 h", "short")
    assert absolute(NOW) in at(NOW)


def test_the_browser_counts_by_the_same_steps() -> None:
    """times.mjs repeats STEPS; this compares the two."""
    module = Path(__file__).parents[3] / "static/js/times.mjs"
    listed = re.search(r"STEPS = \[(.*?)\];", module.read_text(encoding="utf-8"), re.DOTALL)
    assert listed
    names = {"DAY": DAY, "MONTH": MONTH, "YEAR": YEAR, "Infinity": float("inf")}

    def value(text: str) -> float:
        product = 1.0
        for part in text.split("*"):
            product *= names[part.strip()] if part.strip() in names else float(part)
        return product

    rows = re.findall(r"\[([^,\[\]]+),([^,]+),\s*\"(\w+)\"\]", listed[1])
    assert [(value(a), value(b), word) for a, b, word in rows] == list(STEPS)
