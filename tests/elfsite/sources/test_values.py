"""Cells of foreign files, kind by kind."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from elfsite.origins.tables import Notes
from elfsite.sources.values import (
    INT4,
    Damaged,
    Day,
    Flag,
    Key,
    Real,
    Text,
    Time,
    Unfit,
    Whole,
    Word,
)

BERLIN = ZoneInfo("Europe/Berlin")
SEVERITY = Whole("c", 1, 5, {"low": 2, "high": 4})
TYPES = Word("c", ("failure", "success", "observation"), "observation", {"bug": "failure"})
OPEN = Word("c", ("success", "failure"), "", {"validation": "success"})


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("reader", "cell", "value", "rule"),
    [
        (Text("c"), "as it is", "as it is", ""),
        (Text("c"), 42, "42", ""),
        (Text("c"), "a\0b", "ab", "NUL taken out"),
        (Text("c"), b"caf\xc3\xa9", "café", "bytes read as text"),
        (Text("c"), Damaged("caf\\xe9"), "caf\\xe9", "not UTF-8"),
        (SEVERITY, 3, 3, ""),
        (SEVERITY, "3", 3, ""),
        (SEVERITY, "3.0", 3, ""),
        (SEVERITY, "HIGH", 4, "word read as a number"),
        (SEVERITY, 9, 5, "clamped"),
        (SEVERITY, "-1", 1, "clamped"),
        (SEVERITY, 3.6, 4, "rounded"),
        (Whole("c"), 10**12, INT4, "clamped"),
        (Real("c", 0, 1), 0.7, 0.7, ""),
        (Real("c", 0, 1), "0.7", 0.7, ""),
        (Real("c", 0, 1), 1, 1.0, ""),
        (Real("c", 0, 1), 85, 1.0, "clamped"),
        (Real("c", 0, None), -3.0, 0, "clamped"),
        (Flag("c"), 0, False, ""),
        (Flag("c"), "true", True, ""),
        (Flag("c"), "no", False, ""),
        (Flag("c"), 2, True, "number read as yes or no"),
        (Day("c"), "2026-03-01", dt.date(2026, 3, 1), ""),
        (Day("c"), "2026-03-01 10:00:00", dt.date(2026, 3, 1), ""),
        (Key("c"), 17, "17", ""),
        (Key("c"), "17", "17", ""),
        (Key("c"), 17.0, "17", ""),
        (TYPES, "failure", "failure", ""),
        (TYPES, "Failure", "failure", "read as failure"),
        (TYPES, "bug", "failure", "read as failure"),
        (TYPES, "sucess", "success", "read as success"),
        (TYPES, "haiku", "observation", "read as observation"),
        (OPEN, "validation", "success", "read as success"),
        (OPEN, "something new", "something new", ""),
    ],
)
def test_a_cell_is_read_by_kind(reader: Any, cell: Any, value: Any, rule: str) -> None:
    notes = Notes()
    assert reader(cell, notes) == value
    assert [noted for _, noted, _ in notes.repairs] == ([rule] if rule else [])
    assert [raw for _, _, raw in notes.repairs] == ([cell] if rule and cell != b"caf\xc3\xa9" else
                                                    ["café"] if rule else [])  # fmt: skip


@pytest.mark.parametrize(
    ("reader", "cell", "reason"),
    [
        (SEVERITY, "urgent", "not a number"),
        (Whole("c"), "", "not a number"),
        (Whole("c"), float("inf"), "not a number"),
        (Real("c"), "much", "not a number"),
        (Real("c"), float("nan"), "not a number"),
        (Flag("c"), "perhaps", "neither yes nor no"),
        (Day("c"), "yesterday", "not a date"),
        (Key("c"), " ", "an empty reference"),
        (Time("c", dt.UTC), "soon", "not a time"),
        (Time("c", dt.UTC), 17, "not a time"),
        (Time("c", BERLIN), "0001-01-01T00:00:00", "not a time"),
    ],
)
def test_what_no_rule_helps_is_unfit(reader: Any, cell: Any, reason: str) -> None:
    with pytest.raises(Unfit, match=reason):
        reader(cell, Notes())


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        # SQLite's CURRENT_TIMESTAMP and the typed models: a space means UTC
        ("2026-07-01 10:00:00", utc(2026, 7, 1, 10)),
        ("2026-07-01 10:00:00.250000", utc(2026, 7, 1, 10, 0, 0, 250000)),
        ("2026-07-01", utc(2026, 7, 1)),
        # Python's isoformat: a T without an offset is local time
        ("2026-07-01T10:00:00.123456", utc(2026, 7, 1, 8, 0, 0, 123456)),
        ("2026-01-01T00:30:00", utc(2025, 12, 31, 23, 30)),
        # an offset says what it is
        ("2026-07-01T10:00:00Z", utc(2026, 7, 1, 10)),
        ("2026-07-01T10:00:00+05:30", utc(2026, 7, 1, 4, 30)),
        ("2026-07-01 10:00:00+02:00", utc(2026, 7, 1, 8)),
        # the hour that comes twice is the first of the two
        ("2026-10-25T02:30:00", utc(2026, 10, 25, 0, 30)),
    ],
)
def test_times_of_both_dialects(text: str, moment: dt.datetime) -> None:
    notes = Notes()
    assert Time("c", BERLIN)(text, notes) == moment
    assert notes.repairs == []


def test_numbers_in_a_time_column_are_seconds_or_milliseconds() -> None:
    notes = Notes()
    read = Time("c", BERLIN)
    assert read(1_772_359_200, notes) == utc(2026, 3, 1, 10)
    assert read("1772359200000", notes) == utc(2026, 3, 1, 10)
    assert len(notes.repairs) == 2
