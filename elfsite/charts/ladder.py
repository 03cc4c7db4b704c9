"""The odds ladder: how a posterior was built, detector by detector.

The horizontal axis is log odds, labelled as probability: equal steps are equal odds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString

from elfsite.charts.figure import plate_svg
from elfsite.charts.numbers import short
from elfsite.charts.scale import ODDS_STOPS, labels, segments

# word and lower border of each class of fraud (behaviour of the engine: .20, .50, .80)
BANDS = (("low", 0.0, "b1"), ("suspicious", 0.2, "b2"), ("fraud likely", 0.5, "b3"))
CONFIRMED = ("confirmed", 0.8, "b4")
LEAST_LOD, MOST_LOD = -4.2, 3.2  # log odds at the two edges, wider where a posterior needs it
QUIET = 1.01  # a likelihood ratio up to this moves nothing one could see
EDGE, TOP, ROW, FOOT = 8, 44, 50, 64
LETTER = 7.6  # width of a letter of a detector's name, measured


class Step(NamedTuple):
    """One detector: its name, the likelihood ratio of what it saw, and words where it was quiet."""

    name: str
    ratio: float
    words: str = ""


class Axis(NamedTuple):
    low: float
    high: float
    width: float

    def x(self, lod: float) -> float:
        room = self.width - 2 * EDGE
        return EDGE + (lod - self.low) / (self.high - self.low) * room


def log_odds(share: float) -> float:
    """Log odds of a probability, which is kept clear of 0 and 1."""
    share = min(1 - 1e-6, max(1e-6, share))
    return math.log(share / (1 - share))


def probability(lod: float) -> float:
    """The probability of log odds."""
    return 1 / (1 + math.exp(-lod))


def posterior(prior: float, ratios: Sequence[float]) -> float:
    """The probability after multiplying the prior's odds by each ratio (ratios above 0)."""
    return probability(log_odds(prior) + sum(math.log(max(1e-9, ratio)) for ratio in ratios))


def _bands(axis: Axis, height: float) -> str:
    borders = [(word, log_odds(at) if at else axis.low, kind) for word, at, kind in BANDS]
    borders.append((CONFIRMED[0], log_odds(CONFIRMED[1]), CONFIRMED[2]))
    borders.append(("", axis.high, ""))
    out = []
    for (word, low, kind), (_, high, _) in pairwise(borders):
        x, width = axis.x(low), axis.x(high) - axis.x(low)
        out.append(
            f'<rect class="band {kind}" x="{short(x)}" y="22" width="{short(width)}"'
            f' height="{height:g}"/><text class="t3" x="{short(x + width / 2)}" y="14"'
            f' text-anchor="middle">{word}</text>'
        )
    return "".join(out)


def _bead(x: float, y: float, *, quiet: bool = False) -> str:
    return f'<circle class="bead{" quiet" if quiet else ""}" cx="{short(x)}" cy="{y:g}" r="4"/>'


def _drop(x: float, y0: float, y1: float) -> str:
    return f'<path class="drop" d="M{short(x)} {y0 + 4:g}V{y1:g}"/>'


def _named(name: str, x: float, y: float, kind: str) -> str:
    """A detector's name left of its bead, or below and right of it where the sheet ends."""
    side = f'x="{short(x + 12)}" dy="19"'
    if x - 10 > len(name) * LETTER:
        side = f'x="{short(x - 10)}" text-anchor="end"'
    return f'<text class="{kind}" {side} y="{y + 5:g}">{escape(name)}</text>'


def _quiet(step: Step, x: float, y: float) -> str:
    words = f'<text class="t3" x="{short(x + 12)}" y="{y + 5:g}">{escape(step.words)}</text>'
    return (
        _drop(x, y - ROW, y - 4) + _bead(x, y, quiet=True) + _named(step.name, x, y, "t3") + words
    )


def _fired(step: Step, x0: float, x1: float, y: float, share: float) -> str:
    way = 1 if x1 > x0 else -1  # a ratio below one clears, and pushes left
    back = short(x1 - way * 9)
    tip = f"M{back} {y - 5:g}L{short(x1 - way * 2)} {y:g}L{back} {y + 5:g}Z"
    return (
        f'{_drop(x0, y - ROW, y)}<path class="push" d="M{short(x0)} {y:g}H{short(x1 - way * 8)}"/>'
        f'<path class="arrow" d="{tip}"/><text class="lr" x="{short((x0 + x1) / 2)}"'
        f' y="{y - 8:g}" text-anchor="middle">× {step.ratio:.2f}</text>{_bead(x1, y)}'
        f"{_named(step.name, min(x0, x1), y, 't1')}"
        f'<text class="t2 num" x="{short(max(x0, x1) + 12)}" y="{y + 5:g}">{share:.3f}</text>'
    )


def _foot(axis: Axis, y: float, x: float) -> str:
    stops = [(axis.x(log_odds(p)), f"{p:g}") for p in ODDS_STOPS]
    return (
        f"{segments([at for at, _ in stops], y)}{labels(stops, y + 20)}"
        f'<g class="pin off"><path d="M{short(x)} {y - 12:g}V{y + 5:g}"/></g>'
    )


def ladder(prior: float, steps: Sequence[Step], *, width: float = 760) -> SafeString:
    """From *prior* (a probability) down one row per detector to the posterior.

    Ratios at or below zero, which no detector gives, count as the least one drawn.
    """
    lods = [log_odds(prior)]
    for step in steps:
        lods.append(lods[-1] + math.log(max(1e-9, step.ratio)))
    axis = Axis(min(LEAST_LOD, min(lods) - 0.6), max(MOST_LOD, max(lods) + 0.6), width)
    y = float(TOP + 6)
    rows = [_bead(axis.x(lods[0]), y)]
    rows.append(
        f'<text class="t2" x="{short(axis.x(lods[0]) + 12)}" y="{y + 5:g}">prior {prior:.2f}</text>'
    )
    for step, (before, after) in zip(steps, pairwise(lods), strict=True):
        y += ROW
        if abs(math.log(max(1e-9, step.ratio))) <= math.log(QUIET):
            rows.append(_quiet(step, axis.x(after), y))
        else:
            rows.append(_fired(step, axis.x(before), axis.x(after), y, probability(after)))
    bottom = TOP + ROW * (len(steps) + 1) + 10.0
    rows += [_drop(axis.x(lods[-1]), y, bottom), _foot(axis, bottom, axis.x(lods[-1]))]
    height = bottom + FOOT - 10
    note = f'<text class="t3" x="{width - 4:g}" y="{height - 4:g}" text-anchor="end">'
    note += "probability of gaming; equal steps are equal odds</text>"
    says = f"Posterior built step by step: {prior:.2f} before, {probability(lods[-1]):.3f} after"
    inner = _bands(axis, TOP + ROW * (len(steps) + 1) - 14.0) + "".join(rows) + note
    return SafeString(plate_svg("ladder", width, height, says, inner))
