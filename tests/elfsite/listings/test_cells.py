"""Values as they are read in a list; no value that a raw row may hold raises."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from elfsite.listings import cells
from elfsite.origins.fields import Unreadable

NONSENSE = [None, "", "abc", "<b>", 0, -1, 2.5, float("nan"), float("inf"), b"\xff", [], {}, True]
NONSENSE += [Unreadable("soon"), "x" * 9999, 10**30, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)]
DRAWS = [
    cells.text,
    cells.number,
    cells.share,
    cells.key,
    cells.milliseconds,
    cells.flag,
    cells.flag_as("yes & no"),
    cells.genus,
    cells.path,
    cells.code,
    cells.signed("state"),
    cells.kept_json,
    cells.kept_list,
    cells.day,
    cells.moment,
    cells.moment_written,
]


@pytest.mark.parametrize("draw", DRAWS)
def test_whatever_a_column_holds_it_is_drawn_and_escaped(draw: cells.Draw) -> None:
    for value in NONSENSE:
        drawn = draw(value)
        assert "<b>" not in drawn and len(drawn) < 2000


SHOWN: list[tuple[cells.Draw, Any, str]] = [
    (cells.number, 1234567, "1,234,567"),
    (cells.number, -0.5, "−0.500"),
    (cells.number, 12345.678, "12,345.7"),
    (cells.number, 2.0, "2"),
    (cells.number, "many", "many"),
    (cells.share, 0.9336, "0.934"),
    (cells.milliseconds, 340, "340 ms"),
    (cells.milliseconds, 35129, "35.1 s"),
    (cells.milliseconds, 700_000, "11.7 min"),
    (cells.text, "two\n lines", "two lines"),
    (cells.text, "x" * 200, "x" * 159 + "…"),
    (cells.path, "src/a/b.py", '<span class="path"><i>src/a/</i>b.py</span>'),
    (cells.genus, "git", '<i class="genus">git</i>'),
    (cells.kept_json, "[1,2,3]", "3 entries"),
    (cells.kept_json, '{"a":1}', "1 entry"),
    (cells.kept_json, "[]", str(cells.NOTHING)),
    (cells.kept_list, "a.py, b.py", "2 entries"),
    (cells.flag_as("stale"), 1, "stale"),
]


@pytest.mark.parametrize(("draw", "value", "shown"), SHOWN)
def test_values_in_words(draw: cells.Draw, value: Any, shown: str) -> None:
    assert draw(value) == shown


def test_json_that_it_is_not_is_shown_as_written_and_flagged() -> None:
    assert 'class="flag"' in cells.kept_json("{broken") and "{broken" in cells.kept_json("{broken")


def test_a_long_name_of_a_machine_shows_its_beginning() -> None:
    assert ">c541c72f8cc9…</code>" in cells.code("c541c72f8cc90df88abd056daef03269")
