"""What detectors saw, drawn: the rule among its peers, its clock, its growth, its graders."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString

from elfsite.charts.figure import fit, plate_svg
from elfsite.charts.ladder import log_odds
from elfsite.charts.numbers import short
from elfsite.charts.scale import labels, scalebar, segments
from learning.fraud.fusion import BORDERS
from learning.fraud.history import DAY, MINUTE, Update
from learning.fraud.shapes import COOLDOWN, NIGHT, hour_of

WIDTH, HEIGHT, FOOT = 238.0, 172.0, 40.0
BASE = HEIGHT - FOOT
LEAST_MINUTES, MOST_MINUTES = 20.0, 40_000.0
STOPS = (
    (20.0, ""),
    (60.0, "1 h"),
    (480.0, "8 h"),
    (1440.0, "1 d"),
    (10080.0, "1 w"),
    (40_000.0, ""),
)
LANES = 5  # agents that get a lane of their own
MINI = 170.0  # width of an inbox entry's picture
MOST_DOTS = 17  # in one column of the clock; higher columns are pressed


def bell(rate: float, mean: float, spread: float, peers: int, z: float) -> SafeString:
    """The rule's success rate among its peers: their bell, the border at 2.5, the rule's pin."""
    low = min(mean - 3 * spread, rate, 0.25)
    low, high = max(0.0, low - 0.02), 1.05

    def x(value: float) -> float:
        return 14 + (value - low) / (high - low) * (WIDTH - 28)

    def y(value: float) -> float:
        return BASE - 74 * math.exp(-0.5 * ((value - mean) / spread) ** 2)

    points = [low + (high - low) * i / 80 for i in range(81)]
    curve = "L".join(f"{short(x(p))} {short(y(p))}" for p in points)
    inner = f'<path class="area" d="M{curve}L{short(x(high))} {BASE:g}L{short(x(low))} {BASE:g}Z"/>'
    inner += f'<path class="mean" d="M{short(x(mean))} {short(y(mean))}V{BASE:g}"/>'
    inner += _border(x, mean + 2.5 * spread, high)
    off = " off" if z > 2.5 else ""
    inner += f'<g class="pin{off}"><path d="M{short(x(rate))} 18V{BASE:g}"/>'
    inner += f'<circle cx="{short(x(rate))}" cy="18" r="5"/></g>'
    side = "end" if x(rate) > WIDTH / 2 else "start"
    inner += f'<text class="t1" x="{short(x(rate))}" y="9" text-anchor="{side}">{z:.2f} σ</text>'
    inner += scalebar(x(low), x(1.0), BASE + 2, [f"{low:.2f}", "", f"{(low + 1) / 2:.2f}", "", "1"])
    inner += _under(f"success rate of {peers} peers")
    says = f"Success rate {rate:.2f}; {peers} peers hold {mean:.2f} on average, z {z:.2f}"
    return SafeString(plate_svg("detect", WIDTH, HEIGHT, says, inner))


def _border(x: object, at: float, high: float) -> str:
    if at >= high or not callable(x):
        return ""
    place = x(at)
    return (
        f'<path class="limit" d="M{short(place)} 30V{BASE:g}"/>'
        f'<text class="t3" x="{short(place - 5)}" y="40" text-anchor="end">fires at 2.5 σ</text>'
    )


def _under(words: str) -> str:
    return (
        f'<text class="t3" x="{WIDTH / 2:g}" y="{HEIGHT - 2:g}" text-anchor="middle">'
        f"{escape(words)}</text>"
    )


def nights(updates: Sequence[Update]) -> SafeString:
    """Updates by hour of the day, UTC; the shaded hours lie around the reset of the daily limit.

    The day is drawn from noon to noon, so that midnight stands in the middle.
    """
    hours = Counter(hour_of(update.at) for update in updates)
    most, step = max(hours.values(), default=1), (WIDTH - 16) / 24
    inner = []
    for place in range(24):
        hour = (place + 12) % 24
        x, height = 8 + place * step, hours[hour] / most * (BASE - 40)
        if hour in NIGHT:
            inner.append(
                f'<rect class="slot" x="{short(x)}" y="6" width="{short(step)}"'
                f' height="{BASE - 6:g}"/>'
            )
        if height:
            kind = "hit" if hour in NIGHT else "mean-bar"
            inner.append(
                f'<rect class="{kind}" x="{short(x + 1)}" y="{short(BASE - height)}"'
                f' width="{short(step - 2)}" height="{short(height)}"/>'
            )
    late = sum(hours[hour] for hour in NIGHT)
    inner.append(f'<text class="t1" x="8" y="18">{late} of {len(updates)}</text>')
    inner.append('<text class="t3" x="8" y="34">from 23 to 2</text>')
    inner.append(scalebar(8, WIDTH - 8, BASE + 2, ["12 h", "18 h", "0 h", "6 h", "12 h"]))
    inner.append(_under("hour of the update, UTC"))
    says = f"{late} of {len(updates)} updates come between 23 and 2 o’clock"
    return SafeString(plate_svg("detect", WIDTH, HEIGHT, says, "".join(inner)))


def clockface(updates: Sequence[Update]) -> SafeString:
    """Minutes between updates on a log ruler; the shaded slot is where the cooldown ends."""
    gaps = [max(1e-3, (b.at - a.at) / MINUTE) for a, b in pairwise(updates)]
    low, high = math.log10(LEAST_MINUTES), math.log10(MOST_MINUTES)

    def x(minutes: float) -> float:
        place = math.log10(min(MOST_MINUTES, max(LEAST_MINUTES, minutes)))
        return 8 + (place - low) / (high - low) * (WIDTH - 16)

    columns: dict[int, list[bool]] = defaultdict(list)
    for gap in gaps:
        columns[round(x(gap) / 7)].append(COOLDOWN[0] <= gap <= COOLDOWN[1])
    hits = sum(sum(column) for column in columns.values())
    left, right = x(COOLDOWN[0] - 4), x(COOLDOWN[1] + 12)
    inner = f'<rect class="slot" x="{short(left)}" y="6" width="{short(right - left)}"'
    inner += f' height="{BASE - 6:g}"/><text class="t1" x="{short(right + 6)}" y="18">'
    inner += f'{hits} of {len(gaps)}</text><text class="t3" x="{short(right + 6)}" y="34">'
    inner += f"at the cooldown’s end</text>{_dots(columns)}"
    inner += segments([x(minutes) for minutes, _ in STOPS], BASE + 2)
    inner += labels([(x(minutes), word) for minutes, word in STOPS], BASE + 21)
    inner += _under("time between updates")
    says = f"{hits} of {len(gaps)} intervals lie between 60 and 65 minutes"
    return SafeString(plate_svg("detect", WIDTH, HEIGHT, says, inner))


def _dots(columns: dict[int, list[bool]]) -> str:
    out = []
    for column, hits in columns.items():
        step = min(6.4, (BASE - 44) / max(1, len(hits) - 1)) if len(hits) > MOST_DOTS else 6.4
        for row, hit in enumerate(hits):
            y = short(BASE - 5 - row * step)
            kind = "hit" if hit else "peer"
            out.append(f'<circle class="{kind}" cx="{column * 7}" cy="{y}" r="2.8"/>')
    return "".join(out)


def climb(levels: Sequence[float], usual: Sequence[float], domain: str) -> SafeString:
    """The rule's confidence update by update, and what a usual rule would carry after as many."""
    both = [*levels, *usual]
    low, high = min(both), max(both)
    low, high = low - 0.02, max(high + 0.02, low + 0.08)
    last = max(1, len(levels) - 1)

    def point(i: int, level: float) -> str:
        at = 8 + i / last * (WIDTH - 16)
        return f"{short(at)} {short(BASE - (level - low) / (high - low) * (BASE - 26))}"

    def path(kind: str, values: Sequence[float]) -> str:
        line = "L".join(point(i, v) for i, v in enumerate(values))
        return f'<path class="{kind}" d="M{line}"/>' if values else ""

    inner = path("honest", usual) + path("carried", levels)
    inner += f'<text class="t1" x="8" y="14">this rule, {levels[-1]:.3f}</text>' if levels else ""
    if usual:
        name = escape(fit(domain, 90))
        inner += '<text class="t3" x="8" y="30">thin: a usual rule of '
        inner += f'<tspan font-style="italic">{name}</tspan></text>'
    words = ["1st", "", "", "", f"{len(levels)}th"]
    inner += scalebar(8, WIDTH - 8, BASE + 2, words) + _under("order of updates")
    says = f"Confidence from {levels[0]:.3f} to {levels[-1]:.3f} in {len(levels)} updates"
    return SafeString(plate_svg("detect", WIDTH, HEIGHT, says if levels else "none", inner))


def lanes(updates: Sequence[Update]) -> SafeString:
    """Who graded when: a lane per agent, a filled dot where the rule held."""
    names = [u.agent for u in updates if u.agent]
    busiest = [name for name, _ in Counter(names).most_common(LANES)]
    first, last = updates[0].at, max(updates[-1].at, updates[0].at + 1)
    row = (BASE - 8) / max(1, len(busiest))
    inner = []
    for lane, name in enumerate(busiest):
        y = 4 + (lane + 0.75) * row
        inner.append(f'<path class="mean" d="M8 {short(y)}H{WIDTH - 8:g}"/>')
        inner.append(
            f'<text class="t3" x="8" y="{short(y - 6)}">{escape(fit(name, WIDTH - 20))}</text>'
        )
        for update in updates:
            if update.agent == name:
                x = 8 + (update.at - first) / (last - first) * (WIDTH - 16)
                kind = "peer" if update.held else "hit"
                inner.append(f'<circle class="{kind}" cx="{short(x)}" cy="{short(y)}" r="2.8"/>')
    days = (last - first) / DAY
    until = f"{days:.0f} d" if days >= 2 else f"{days * 24:.0f} h"
    inner.append(scalebar(8, WIDTH - 8, BASE + 2, ["0", "", "", "", until]))
    more = len(set(names)) - len(busiest)
    inner.append(_under(f"updates by agent{f', {more} more' if more else ''}; red: did not hold"))
    says = f"{len(updates)} updates by {len(set(names))} agents over {days:.0f} days"
    return SafeString(plate_svg("detect", WIDTH, HEIGHT, says, "".join(inner)))


def strip(score: float) -> SafeString:
    """A probability of gaming in miniature: the ladder's scale with one pin."""
    low, high = log_odds(0.02), log_odds(0.97)

    def x(share: float) -> float:
        place = min(high, max(low, log_odds(share)))
        return 4 + (place - low) / (high - low) * (MINI - 8)

    edges = [x(0.02), *(x(border) for border in BORDERS.values()), x(0.97)]
    inner = "".join(
        f'<rect class="band b{i + 1}" x="{short(a)}" y="3" width="{short(b - a)}" height="16"/>'
        for i, (a, b) in enumerate(pairwise(edges))
    )
    inner += f'{segments(edges, 19, 4)}<g class="pin off"><path d="M{short(x(score))} 3V23"/></g>'
    return SafeString(
        f'<svg class="ladder mini-ladder" viewBox="0 0 {MINI:g} 26" width="{MINI:g}" height="26"'
        f' role="img" aria-label="Probability of gaming {score:.3f}">{inner}</svg>'
    )
