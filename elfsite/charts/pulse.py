"""The pulse: the last two minutes of the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.safestring import SafeString

from elfsite.charts.figure import hue_or_ink
from elfsite.charts.numbers import short

PULSE_SECONDS = 120


class Beat(NamedTuple):
    """One event of the pulse: seconds ago, hue, and height (4 looks, 7 writes, 16 alarms)."""

    age: float
    hue: str
    height: float = 7


def pulse(beats: Sequence[Beat] = (), *, width: int = 120, height: int = 24) -> SafeString:
    """The last two minutes of the timeline: one stroke per event, tall for what matters."""
    foot = height - 4
    strokes, seen = [], 0
    for beat in beats:
        if 0 <= beat.age <= PULSE_SECONDS:
            seen += 1
            x = width - 3 - beat.age / PULSE_SECONDS * (width - 6)
            top = foot - min(beat.height, foot)
            hue = hue_or_ink(beat.hue)
            strokes.append(
                f'<path class="beat" data-hue="{hue}" d="M{short(x, 1)} {foot}V{short(top, 1)}"/>'
            )
    words = f"{seen} event{'' if seen == 1 else 's'} in the last two minutes"
    return SafeString(
        f'<svg class="pulse" viewBox="0 0 {width} {height}" role="img" aria-label="{words}">'
        f'<path class="base" d="M0 {foot}H{width}"/>{"".join(strokes)}'
        f'<path class="edge" d="M{width - 1} 3V{height - 1}"/></svg>'
    )
