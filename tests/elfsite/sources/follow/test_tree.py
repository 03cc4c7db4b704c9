from __future__ import annotations

import sqlite3
from itertools import pairwise
from pathlib import Path

import pytest

from elfsite.sources.follow.marks import Marks
from elfsite.sources.follow.tree import HIGH, LOW, Forest, merged, varint


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"\x00", 0),
        (b"\x7f", 127),
        (b"\x81\x00", 128),
        (b"\xff" * 9, -1),
        (b"\x80" * 8 + b"\x05", 5),
    ],
)
def test_numbers_of_rows(raw: bytes, value: int) -> None:
    assert varint(raw, 0) == value


def test_ranges_that_touch_are_one() -> None:
    assert merged([(5, 9), (0, 3), (3, 4), (8, 12)]) == [(0, 4), (5, 12)]


@pytest.mark.parametrize("size", [512, 4096, 65536])
def test_every_row_lies_on_one_leaf(tmp_path: Path, size: int) -> None:
    path = tmp_path / "t.db"
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA page_size={size}")
    connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)")
    rows = [(i * 3 - 600, "x" * (i % 90)) for i in range(5_000)]
    connection.executemany("INSERT INTO t VALUES (?, ?)", rows)
    connection.commit()
    root = connection.execute("SELECT rootpage FROM sqlite_master").fetchone()[0]
    connection.close()
    raw = path.read_bytes()
    forest = Forest(lambda page: raw[(page - 1) * size : page * size])
    forest.plant({root})
    ends = sorted(forest.trees[root].leaves.values())
    assert (ends[0][0], ends[-1][1]) == (LOW, HIGH)
    assert all(one[1] == other[0] for one, other in pairwise(ends))


def test_marks_tell_what_changed_and_what_went() -> None:
    marks = Marks()
    assert marks.see(LOW, HIGH, [(1, b"a"), (2, b"b"), (5, b"c")]).changed == [1, 2, 5]
    found = marks.see(1, 5, [(3, b"n"), (5, b"x")])
    assert (found.changed, found.gone) == ([3, 5], [2])
    assert marks.see(LOW, HIGH, [(1, b"a"), (3, b"n"), (5, b"x")]).changed == []
    assert marks.last == 5
