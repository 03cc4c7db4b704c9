"""One table of a followed file: which of its rows are to be looked at, and what that found."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass, field

from elfsite.sources.dialect import quoted
from elfsite.sources.follow.marks import Marks
from elfsite.sources.follow.tree import HIGH, LOW, Range
from elfsite.sources.plans import Plan

SMALL = 50_000  # rows; a larger table is compared whole at most every LARGE_EVERY
LARGE_EVERY = 5.0  # seconds
LARGE_TURNS = 4
SLICE = 5_000  # rows in one statement: 6 ms, which is how long a writer may have to wait for us
CUT = 400  # bytes by which a row's JSON may be shorter than the row


@dataclass
class Followed:
    """A table with the state of its comparison; all times are of ``time.monotonic``."""

    plan: Plan
    root: int
    page_size: int
    marks: Marks = field(default_factory=Marks)
    dirty: list[Range] = field(default_factory=list)
    stale: bool = True  # anything may have changed
    cursor: int | None = None  # how far the whole comparison is; None: none is on
    compared_at: float = 0.0  # when the last whole comparison ended
    wide: set[int] = field(default_factory=set)  # rows that may lie on overflow pages
    pending: dict[int, float] = field(default_factory=dict)  # rowid -> when it was noticed
    as_text: bool = False  # JSON does not take its values: BLOBs

    @property
    def small(self) -> bool:
        return len(self.marks) < SMALL

    def look(self, connection: sqlite3.Connection, low: int, high: int) -> None:
        """Compare the rows of a range; what differs is pending."""
        while low < high:
            rows = self._rows(connection, low, high)
            end = rows[-1][0] if len(rows) == SLICE else high
            self._see(low, end, rows)
            low = end

    def look_at_dirty(self, connection: sqlite3.Connection) -> None:
        """Compare the ranges that the log named."""
        ranges, self.dirty = self.dirty, []
        for place, (low, high) in enumerate(ranges):
            try:
                self.look(connection, low, high)
            except sqlite3.Error:
                self.dirty = ranges[place:]
                raise

    def look_at_tail(self, connection: sqlite3.Connection) -> None:
        """Compare what lies behind the last row that was seen: one look into the b-tree."""
        self.look(connection, LOW if self.marks.last is None else self.marks.last, HIGH)

    def look_at_wide(self, connection: sqlite3.Connection) -> None:
        """Compare the rows that have pages of their own."""
        for rowid in sorted(self.wide):
            self.look(connection, rowid - 1, rowid)

    def turn(self) -> tuple[bool, float]:
        """Who is compared first: what has begun, then what waits longest; a small table's time
        counts LARGE_TURNS times, so that all have a turn and small ones have more."""
        age = time.monotonic() - self.compared_at
        return self.cursor is None, -age * (LARGE_TURNS if self.small else 1)

    def is_due(self, now: float) -> bool:
        """Whether a whole comparison is owed and may begin."""
        late = now - self.compared_at >= LARGE_EVERY
        return self.stale and self.cursor is None and (self.small or late)

    def begin(self) -> None:
        """Start a whole comparison."""
        self.stale, self.cursor = False, LOW

    def step(self, connection: sqlite3.Connection) -> None:
        """Compare the next slice of a whole comparison."""
        if self.cursor is None:
            return
        rows = self._rows(connection, self.cursor, HIGH)
        ended = len(rows) < SLICE
        end = HIGH if ended else rows[-1][0]
        self._see(self.cursor, end, rows)
        self.cursor = None if ended else end
        if ended:
            self.compared_at = time.monotonic()

    def _see(self, low: int, high: int, rows: list[tuple[int, bytes]]) -> None:
        found = self.marks.see(low, high, rows)
        limit = self.page_size - CUT
        self.wide.update(rowid for rowid, text in rows if len(text) > limit)
        self.wide.difference_update(found.gone)
        now = time.monotonic()
        for rowid in (*found.changed, *found.gone):
            self.pending.setdefault(rowid, now)

    def _rows(self, connection: sqlite3.Connection, low: int, high: int) -> list[tuple[int, bytes]]:
        """(rowid, all that we read of the row) of at most SLICE rows of the range."""
        try:
            return connection.execute(self._sql(), (low, high)).fetchall()
        except sqlite3.OperationalError as error:
            if self.as_text or "BLOB" not in str(error):
                raise
        self.as_text = True
        return connection.execute(self._sql(), (low, high)).fetchall()

    def _sql(self) -> str:
        names = [self.plan.file.key, *map(quoted, self.plan.selected)]
        if self.as_text:
            names = [f"quote({name})" for name in names]
        parts = [f"json_array({', '.join(names[i : i + 90])})" for i in range(0, len(names), 90)]
        text = " || ".join(parts)
        return (
            f"SELECT rowid, CAST({text} AS BLOB) FROM {quoted(self.plan.file.name)}"
            f" WHERE rowid > ? AND rowid <= ? ORDER BY rowid LIMIT {SLICE}"
        )
