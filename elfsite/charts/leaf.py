"""The leaf and the pin: what the evidence supports, and the confidence that a rule carries.

The leaf is the mirrored density of the rule's Beta posterior, dark from 5 to 95 %, pale from 0.3
to 99.7 %. The pin is the claim. A pin right of the dark body outruns its evidence (look §4).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from django.utils.safestring import SafeString

from elfsite.charts.figure import hue_or_ink
from elfsite.charts.numbers import (
    beta_pdf,
    beta_peak,
    beta_quantiles,
    ruler,
    shape,
    share_of,
    short,
)

GOLDEN_AT = 0.9  # where a rule may become golden (architecture of trust, look §4)
HEIGHT, MIDDLE, FOOT, PAD = 26, 12, 24, 5  # of a leaf in a row, in user units
HALF = 7.5  # its greatest half thickness
SATURATION, ROUNDNESS = 5.5, 0.62  # half = HALF (1 - e^(-peak / 5.5)) (f / peak)^.62


class Interval(NamedTuple):
    """Shares at which the evidence leaves 0.3, 5, 95 and 99.7 % below."""

    tip_low: float
    low: float
    high: float
    tip_high: float


def interval(a: float, b: float) -> Interval:
    """What outcomes worth Beta(*a*, *b*) support; any pair of numbers is made drawable first."""
    return Interval(*beta_quantiles(*shape(a, b), (0.003, 0.05, 0.95, 0.997)))


def outruns(confidence: object, a: float, b: float) -> bool:
    """Does a rule carry more than 95 % of its evidence supports? Modesty is not a fault."""
    value = share_of(confidence)
    return value is not None and value > interval(a, b).high


def thickness(share: float, a: float, b: float, half: float) -> float:
    """Half the leaf's thickness at *share*; *half* is what it nears as evidence grows."""
    peak = beta_peak(a, b)
    most = half * (1 - math.exp(-peak / SATURATION))
    return float(most * min(1.0, beta_pdf(share, a, b) / peak) ** ROUNDNESS)


def outline(
    a: float,
    b: float,
    span: tuple[float, float],
    x_of: Callable[[float], float],
    *,
    middle: float,
    half: float,
    points: int = 22,
    places: int = 1,
) -> str:
    """The path of the mirrored density between the two ends of *span*."""
    low, high = span
    upper, lower = [], []
    for i in range(points + 1):
        p = low + (high - low) * i / points
        thick = thickness(p, a, b, half)
        x = short(x_of(p), places)
        upper.append(f"{x} {short(middle - thick, places)}")
        lower.append(f"{x} {short(middle + thick, places)}")
    return "M" + "L".join(upper + lower[::-1]) + "Z"


def _row_x(share: float, width: int) -> float:
    return PAD + ruler(share) * (width - 2 * PAD)


@lru_cache(maxsize=64)
def _row_ground(width: int, golden_at: float) -> str:
    """The ruler under every leaf of a column: base line, ticks at tenths, the golden notch."""
    ticks = "".join(
        f"M{short(_row_x(i / 10, width), 1)} {20 if i % 5 == 0 else 21.5}V{FOOT}"
        for i in (0, 5, 6, 7, 8, 9, 10)  # below .5 the squared ruler has no room for more
    )
    notch = short(_row_x(golden_at, width), 1)
    return (
        f'<path class="base" d="M{PAD} {FOOT}H{width - PAD}{ticks}"/>'
        f'<path class="notch" d="M{notch} 17V{FOOT}"/>'
    )


@lru_cache(maxsize=2048)
def _row_leaf(a: float, b: float, width: int) -> str:
    """Tips, body and midrib; the part that costs, hence kept by evidence and width."""
    at = interval(a, b)

    def x_of(share: float) -> float:
        return _row_x(share, width)

    tips = outline(a, b, (at.tip_low, at.tip_high), x_of, middle=MIDDLE, half=HALF)
    body = outline(a, b, (at.low, at.high), x_of, middle=MIDDLE, half=HALF, points=16)
    rib = f"M{short(x_of(at.low), 1)} {MIDDLE}H{short(x_of(at.high), 1)}"
    return (
        f'<path class="tips" d="{tips}"/><path class="body" d="{body}"/>'
        f'<path class="rib" d="{rib}"/>'
    )


def pin(x: float, top: float, foot: float, radius: float, *, off: bool) -> str:
    """The confidence that is carried; *off* gives it the hollow head of an unearned claim."""
    return (
        f'<g class="pin{" off" if off else ""}"><path d="M{short(x, 1)} {top:g}V{foot:g}"/>'
        f'<circle cx="{short(x, 1)}" cy="{top:g}" r="{radius:g}"/></g>'
    )


def says(confidence: float | None, at: Interval) -> str:
    """The drawing in words, for those who hear it."""
    claim = "confidence not recorded" if confidence is None else f"confidence {confidence:.3f}"
    words = f"{claim}; the evidence supports {at.low:.2f} to {at.high:.2f}"
    if confidence is not None and confidence > at.high:
        words += "; confidence outruns the evidence"
    return words


def leaf(
    confidence: object,
    a: float,
    b: float,
    *,
    hue: str = "leaf",
    width: int = 220,
    golden_at: float = GOLDEN_AT,
) -> SafeString:
    """Row size, *width* x 26: ruler, leaf of Beta(*a*, *b*), pin at *confidence*.

    *confidence* that is no finite number is drawn without a pin and said to be not recorded.
    """
    a, b = shape(a, b)
    at, value = interval(a, b), share_of(confidence)
    needle = ""
    if value is not None:
        needle = pin(_row_x(value, width), 2.6, FOOT, 2.4, off=value > at.high)
    return SafeString(
        f'<svg class="leaf" data-hue="{hue_or_ink(hue)}" viewBox="0 0 {width} {HEIGHT}"'
        f' width="{width}" height="{HEIGHT}" role="img" aria-label="{says(value, at)}">'
        f"{_row_ground(width, golden_at)}{_row_leaf(a, b, width)}{needle}</svg>"
    )


def confidence_cell(confidence: object, a: float, b: float, *, hue: str = "leaf") -> SafeString:
    """A leaf with its number to three places, and the words where it outruns its evidence."""
    value = share_of(confidence)
    number = "–" if value is None else f"{value:.3f}"
    over = ""
    if value is not None and value > interval(a, b).high:
        over = '<span class="mark over" data-hue="blocker">outruns its evidence</span>'
    return SafeString(
        f'<span class="conf">{leaf(confidence, a, b, hue=hue)}'
        f'<span class="num">{number}</span></span>{over}'
    )
