"""The time axis of a run: idle stretches are cut out, ticks stand at round times. No database.

Times are seconds since 1970 (UTC), places on the axis are shares of its width, 0 to 1.
"""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

IDLE_LEAST = 30.0  # seconds; a shorter pause belongs to the work
IDLE_SHARE = 0.25  # of the time worked; a pause must be longer to be worth a cut
MOST_CUTS = 6  # the longest pauses; with more of them the axis would be all breaks
CUT_WIDTH = 0.03  # share of the axis that the drawing of a cut takes
TAIL = 0.02  # share left free after the last end
TICKS = 6  # about so many on the whole axis
LABEL_ROOM = 0.1  # share of the axis that the words of a tick need
OFFSETS_BELOW = 10.0  # seconds of work; a shorter run is told in time since its start
STEPS = (
    *(base * 10.0**power for power in range(-3, 1) for base in (1, 2, 5)),
    *(10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0),
    *(3600.0, 7200.0, 10_800.0, 21_600.0, 43_200.0),
    *(86_400.0 * days for days in (1, 2, 7, 14, 30, 90, 365)),
)

Interval = tuple[float, float]


class Piece(NamedTuple):
    """A stretch of work: from *start* to *end* in time, from *left* to *right* on the axis."""

    start: float
    end: float
    left: float
    right: float


class Cut(NamedTuple):
    """An idle stretch that is not drawn: its middle on the axis, its length in seconds."""

    at: float
    seconds: float

    @property
    def words(self) -> str:
        return length(self.seconds)


class Tick(NamedTuple):
    """An edge of the scale bar; an empty label has no room for words."""

    at: float
    label: str


@dataclass(frozen=True)
class Axis:
    """*busy* is what at least one attempt worked, *total* from the first start to the last end."""

    pieces: tuple[Piece, ...]
    cuts: tuple[Cut, ...]
    ticks: tuple[Tick, ...]
    busy: float
    total: float

    def place(self, moment: float) -> float:
        """Where *moment* lies; within a cut at its left edge, outside of the axis at its ends."""
        i = max(0, bisect_right([piece.start for piece in self.pieces], moment) - 1)
        piece = self.pieces[i]
        if moment <= piece.start or piece.end == piece.start:
            return piece.left
        share = min(1.0, (moment - piece.start) / (piece.end - piece.start))
        return piece.left + share * (piece.right - piece.left)


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """The time that any of *intervals* covers, in order, without overlaps."""
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, max(start, end)))
    return merged


def stretches(work: Sequence[Interval]) -> list[Interval]:
    """*work* (a union) joined over the pauses that stay; between its members the axis is cut."""
    busy = sum(end - start for start, end in work)
    pauses = [(after[0] - before[1], i) for i, (before, after) in enumerate(pairwise(work))]
    least = max(IDLE_LEAST, IDLE_SHARE * busy)
    longest = sorted((pause for pause in pauses if pause[0] > least), reverse=True)[:MOST_CUTS]
    cut_after = {i for _, i in longest}
    joined: list[Interval] = []
    for i, (start, end) in enumerate(work):
        if joined and i - 1 not in cut_after:
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined


def axis_of(intervals: Iterable[Interval], *, tail: float = TAIL) -> Axis | None:
    """The axis of attempts that ran over *intervals*; None without any. *tail* is left free."""
    work = union(intervals)
    if not work:
        return None
    parts = stretches(work)
    shown = sum(end - start for start, end in parts)
    room = 1.0 - tail - CUT_WIDTH * (len(parts) - 1)
    pieces, cuts, left = list[Piece](), list[Cut](), 0.0
    for i, (start, end) in enumerate(parts):
        if i:
            cuts.append(Cut(left + CUT_WIDTH / 2, start - parts[i - 1][1]))
            left += CUT_WIDTH
        width = room * ((end - start) / shown if shown else 1 / len(parts))
        pieces.append(Piece(start, end, left, left + width))
        left += width
    return Axis(
        tuple(pieces),
        tuple(cuts),
        tuple(_ticks(pieces, shown, 1 - tail - (LABEL_ROOM * 0.7 if tail > TAIL else 0.02))),
        sum(end - start for start, end in work),
        work[-1][1] - work[0][0],
    )


def step_for(seconds: float) -> float:
    """The round step that divides *seconds* into about TICKS parts."""
    return next((step for step in STEPS if step >= seconds / TICKS), STEPS[-1])


def _ticks(pieces: Sequence[Piece], shown: float, last: float) -> list[Tick]:
    step, begin = step_for(shown), pieces[0].start
    by_offset = shown < OFFSETS_BELOW and len(pieces) == 1
    days = {_clock(piece.start).date() for piece in pieces} | {_clock(pieces[-1].end).date()}
    ticks, free, day = list[Tick](), 0.0, None
    for piece in pieces:
        zero = piece.start if by_offset else 0.0
        for moment in (piece.start, *_round(piece, step, zero)):
            share = (moment - piece.start) / (piece.end - piece.start or 1.0)
            at = piece.left + share * (piece.right - piece.left)
            fits = free <= at <= last
            named = day if len(days) > 1 else _clock(moment).date()
            label = since(moment - begin) if by_offset else _label(moment, step, named)
            if fits:
                free, day = at + LABEL_ROOM * (1 + 0.6 * (len(label) > 8)), _clock(moment).date()
            ticks.append(Tick(at, label if fits else ""))
        ticks.append(Tick(piece.right, ""))
    return ticks


def _round(piece: Piece, step: float, zero: float) -> list[float]:
    """The multiples of *step* from *zero* that lie inside of *piece*."""
    first = math.floor((piece.start - zero) / step) + 1
    last = math.ceil((piece.end - zero) / step) - 1
    return [zero + n * step for n in range(first, min(last, first + 20 * TICKS) + 1)]


def _clock(moment: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(moment, dt.UTC)


def _label(moment: float, step: float, day: dt.date | None) -> str:
    """The time of day, with its date where that has changed since the last label."""
    when = _clock(moment)
    date = f"{when.day} {when:%b}"
    if step >= 86_400:
        return date
    time = when.strftime("%H:%M:%S" if step < 60 else "%H:%M")
    return time if day == when.date() else f"{date} {time}"


def since(seconds: float) -> str:
    """A short time since the start, for the axis of a run that was over at once."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.3g} s"


def length(seconds: float) -> str:
    """How long something took, as it stands in a drawing: 18 ms, 4.2 s, 1:48, 1 h 19, 3 d 4 h."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}:{rest:02d}"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes:02d}"
    return f"{hours // 24:,} d {hours % 24} h"
