"""The plate of one rule: its leaf at detail size, veined, with the domain's prior behind it."""

from __future__ import annotations

from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString

from elfsite.charts.figure import hue_or_ink, plate_svg
from elfsite.charts.leaf import (
    GOLDEN_AT,
    Interval,
    interval,
    outline,
    pin,
    says,
    thickness,
)
from elfsite.charts.numbers import beta_quantiles, ruler, shape, share_of, short
from elfsite.charts.scale import CONFIDENCE_STOPS, uneven

WIDTH, HEIGHT, MIDDLE, HALF, PAD = 760, 190, 88, 40, 26


def _x(share: float) -> float:
    return PAD + ruler(share) * (WIDTH - 2 * PAD)


def _veins(a: float, b: float, at: Interval) -> str:
    """About one vein per 15 units of the dark body: they make it read as a leaf."""
    x_low, x_high = _x(at.low), _x(at.high)
    count, out = max(5, int((x_high - x_low) / 15)), []
    for i in range(count):
        foot = x_low + (x_high - x_low) * (i + 0.2) / count
        share = min(0.999, at.low + (at.high - at.low) * (i + 0.8) / count)
        thick = thickness(share, a, b, HALF)
        run = 9 + thick * 0.45
        for way in (-1, 1):
            bend = f"{short(foot + run * 0.45)} {short(MIDDLE + way * thick * 0.3)}"
            tip = f"{short(min(foot + run, x_high - 1))} {short(MIDDLE + way * thick * 0.8)}"
            out.append(f"M{short(foot)} {MIDDLE}Q{bend} {tip}")
    return "".join(out)


def _ghost(a: float, b: float) -> str:
    """Where the domain begins: the prior as a dashed outline behind the leaf."""
    low, high = beta_quantiles(a, b, (0.01, 0.99))
    path = outline(a, b, (low, high), _x, middle=MIDDLE, half=HALF, points=40)
    return f'<path class="ghost" d="{path}"/>'


def _begins(prior: tuple[float, float], leaf: tuple[float, float]) -> str:
    """The ghost's words, above its middle and clear of the leaf."""
    mean = prior[0] / (prior[0] + prior[1])
    over = max(thickness(mean, *prior, HALF), thickness(mean, *leaf, HALF))
    place = f'x="{short(_x(mean))}" y="{short(MIDDLE - over - 7)}"'
    return f'<text class="t3" {place} text-anchor="middle">where the domain begins</text>'


@lru_cache(maxsize=256)
def _leaf(a: float, b: float) -> str:
    at = interval(a, b)
    tips = outline(a, b, (at.tip_low, at.tip_high), _x, middle=MIDDLE, half=HALF, points=56)
    body = outline(a, b, (at.low, at.high), _x, middle=MIDDLE, half=HALF, points=48)
    rib = f"M{short(_x(at.tip_low))} {MIDDLE}H{short(_x(at.tip_high))}"
    return (
        f'<path class="tips" d="{tips}"/><path class="body" d="{body}"/>'
        f'<path class="veins" d="{_veins(a, b, at)}"/><path class="rib" d="{rib}"/>'
    )


def _bracket(at: Interval) -> str:
    low, high = _x(at.low), _x(at.high)
    words = f"90 % of the evidence lies in {at.low:.3f} – {at.high:.3f}"
    # left of the bracket where there is room for the sentence, else inside it
    place = f'x="{short(low - 6)}" text-anchor="end" y="{MIDDLE + 56}"'
    if low <= 320:
        place = f'x="{short(low + 8)}" y="{MIDDLE + 44}"'
    return (
        f'<path class="bracket" d="M{short(low)} {MIDDLE + 46}v7H{short(high)}v-7"/>'
        f'<text class="t2" {place}>{words}</text>'
    )


def _gold(golden_at: float, words: str) -> str:
    x = short(_x(golden_at))
    said = f'<text class="t3" x="{x}" y="24" dx="6">{escape(words)}</text>' if words else ""
    return (
        f'<path class="goldline" d="M{x} 30V{HEIGHT - 38}"/>{said}'
        f'<path class="notch" d="M{x} {HEIGHT - 46}V{HEIGHT - 27}"/>'
    )


def _claim(value: float, *, off: bool) -> str:
    x = _x(value)
    # beside the pin's head, on the side where the sheet has room
    side = f'x="{short(x - 13)}" text-anchor="end"' if x > 160 else f'x="{short(x + 13)}"'
    needle = pin(x, 20, HEIGHT - 32, 6, off=off)
    return f'{needle}<text class="t1" {side} y="25">carries {value:.3f}</text>'


def leaf_plate(
    confidence: object,
    a: float,
    b: float,
    *,
    prior: tuple[float, float] | None = None,
    hue: str = "leaf",
    golden_at: float = GOLDEN_AT,
    gold_words: str = "",
) -> SafeString:
    """Detail size, 760 x 190: the leaf, the domain's prior behind it, the pin with its words.

    *gold_words* stand beside the golden line ("two people sign").
    """
    a, b = shape(a, b)
    at, value = interval(a, b), share_of(confidence)
    words = says(value, at)
    ghost = begins = ""
    if prior:
        prior = shape(*prior)
        words += f"; the domain begins at {prior[0] / (prior[0] + prior[1]):.2f}"
        ghost, begins = _ghost(*prior), _begins(prior, (a, b))
    inner = (
        ghost
        + _gold(golden_at, gold_words)
        + _leaf(a, b)
        + begins
        + _bracket(at)
        + (_claim(value, off=value > at.high) if value is not None else "")
        + uneven(_x, HEIGHT - 32, CONFIDENCE_STOPS)
    )
    return SafeString(plate_svg("leafplate", WIDTH, HEIGHT, words, inner, hue=hue_or_ink(hue)))
