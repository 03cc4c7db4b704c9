"""Learning velocity: what is new each day as seeds or bars, the mean confidence as a line below."""

from __future__ import annotations

import math
from collections.abc import Sequence

from django.utils.safestring import SafeString

from elfsite.charts.figure import plate_svg
from elfsite.charts.numbers import short
from elfsite.charts.scale import scalebar

WIDTH, GROUND, FOOT = 380, 58, 140  # user units: line under the seeds, line under the means
SEED, MOST_SEEDS = 10, 5  # height of a seed with its gap; a busier day is drawn as a bar
MEAN_TOP = 84  # the means lie between here and FOOT
LEAST_SPAN = 0.04  # of the means' scale: noise must not look like a cliff


def _seeds(x: float, wide: float, count: int) -> str:
    left, width, radius = short(x, 1), short(wide, 1), short(min(4, wide / 2), 1)
    return "".join(
        f'<rect class="new" x="{left}" y="{GROUND - SEED * (k + 1)}" width="{width}"'
        f' height="{SEED - 2}" rx="{radius}"/>'
        for k in range(count)
    )


def _bar(x: float, wide: float, count: int, most: int) -> str:
    height = SEED * MOST_SEEDS * count / most
    return (
        f'<rect class="new" x="{short(x, 1)}" y="{short(GROUND - height, 1)}"'
        f' width="{short(wide, 1)}" height="{short(height, 1)}"/>'
    )


def _new(counts: Sequence[int], step: float) -> str:
    most = max(counts, default=0)
    gap = min(2.0, step * 0.15)
    out = [f'<path class="axis" d="M0 {GROUND}H{WIDTH}"/>']
    for i, count in enumerate(counts):
        x, wide = i * step + gap, step - 2 * gap
        if count > 0:
            few = most <= MOST_SEEDS
            out.append(_seeds(x, wide, count) if few else _bar(x, wide, count, most))
    return "".join(out)


def _means(means: Sequence[float | None], step: float) -> str:
    known = [(i, m) for i, m in enumerate(means) if m is not None and math.isfinite(m)]
    if not known:
        return f'<text class="t3" x="0" y="{FOOT - 8}">no confidence was recorded</text>'
    low, high = min(m for _, m in known), max(m for _, m in known)
    span = max(high - low, LEAST_SPAN)
    base = (low + high - span) / 2
    points = [
        (i * step + step / 2, FOOT - 4 - (m - base) / span * (FOOT - MEAN_TOP - 8))
        for i, m in known
    ]
    line = "M" + "L".join(f"{short(x, 1)} {short(y, 1)}" for x, y in points)
    x, y = points[-1]
    return (
        f'<path class="avg" d="{line}{"h.01" if len(points) == 1 else ""}"/>'
        f'<circle class="dot" cx="{short(x, 1)}" cy="{short(y, 1)}" r="3.5"/>'
        f'<text class="t3" x="0" y="{MEAN_TOP - 6}">mean confidence after updates</text>'
        f'<text class="t1" x="{WIDTH}" y="{MEAN_TOP - 6}" text-anchor="end">'
        f"{known[-1][1]:.2f}</text>"
    )


def velocity(
    counts: Sequence[int], means: Sequence[float | None], dates: Sequence[str]
) -> SafeString:
    """One value per day of both, oldest first; *dates* are words under the axis, evenly spread.

    A mean of None is a day without updates: the line runs on to the next. Raises ValueError for
    no day at all or fewer than two *dates*.
    """
    if not counts:
        raise ValueError("There is no day to draw.")
    step = WIDTH / len(counts)
    known = [m for m in means if m is not None]
    label = f"New per day over {len(counts)} days: {sum(counts)} in all"
    if known:
        label += f"; mean confidence from {known[0]:.2f} to {known[-1]:.2f}"
    inner = _new(counts, step) + _means(means, step) + scalebar(0, WIDTH, FOOT + 8, dates)
    return SafeString(plate_svg("velocity", WIDTH, FOOT + 34, label, inner))
