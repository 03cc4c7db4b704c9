"""The spark: thirty days in the height of a line."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString

from elfsite.charts.numbers import short


class Span(NamedTuple):
    """Lowest, highest, and the range in which eight of ten values lie."""

    low: float
    usual_low: float
    usual_high: float
    high: float

    def says(self, unit: str) -> str:
        return (
            f"lowest {self.low:g}{unit}, highest {self.high:g}{unit},"
            f" usual {self.usual_low:g} to {self.usual_high:g}{unit}"
        )


def _span(values: Iterable[float | None]) -> Span | None:
    known = sorted(v for v in values if v is not None)
    if not known:
        return None
    last = len(known) - 1
    return Span(known[0], known[int(0.1 * last)], known[int(0.9 * last)], known[-1])


def _finite(values: Iterable[float | None]) -> list[float | None]:
    return [v if v is not None and math.isfinite(v) else None for v in values]


def _strokes(points: Sequence[tuple[float, float] | None]) -> str:
    """One path; a day without a value breaks the line, a lone day is a dot."""
    out, pen_up = [], True
    for i, point in enumerate(points):
        if point is None:
            pen_up = True
            continue
        out.append(f"{'M' if pen_up else 'L'}{short(point[0], 1)} {short(point[1], 1)}")
        if pen_up and (i + 1 == len(points) or points[i + 1] is None):
            out.append("h.01")
        pen_up = False
    return "".join(out)


def _today(point: tuple[float, float] | None) -> str:
    if point is None:
        return ""
    return f'<path class="now" d="M{short(point[0], 1)} {short(point[1], 1)}h.01"/>'


def spark(
    values: Sequence[float | None],
    *,
    width: int = 150,
    height: int = 28,
    unit: str = "",
    span: str = "",
) -> SafeString:
    """A value per day, oldest first; the band is the usual range (10 to 90 %), the dot is today.

    None is a day that was not recorded. *span* names the time in its label ("30 days").
    Without any value nothing is drawn and the result is empty.
    """
    days = _finite(values)
    at = _span(days)
    if at is None:
        return SafeString("")
    step = (width - 6) / max(1, len(days) - 1)
    scale = (height - 7) / ((at.high - at.low) or 1)

    def y_of(value: float) -> float:
        return height - 3 - (value - at.low) * scale

    points = [None if v is None else (1 + i * step, y_of(v)) for i, v in enumerate(days)]
    top = y_of(at.usual_high)
    thick = max(1.5, y_of(at.usual_low) - top)
    words = escape(f"{span or f'{len(days)} days'}: {at.says(unit)}")
    return SafeString(
        f'<svg class="spark" viewBox="0 0 {width} {height}" preserveAspectRatio="none" role="img"'
        f' aria-label="{words}"><rect class="usual" x="0" y="{short(top, 1)}" width="{width}"'
        f' height="{short(thick, 1)}"/><path class="run" d="{_strokes(points)}"/>'
        f"{_today(points[-1])}</svg>"
    )
