"""Axes of the house: the cartographer's scale bar, filled and hollow segments in turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString

from elfsite.charts.numbers import short

Stops = Sequence[float]
CONFIDENCE_STOPS: Stops = (0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1)
ODDS_STOPS: Stops = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95)
THICK = 5


def segments(edges: Sequence[float], y: float, thick: float = THICK) -> str:
    """The bar itself: one rectangle between each two *edges* (x in user units)."""
    return "".join(
        f'<rect class="{"off" if i % 2 else "on"}" x="{short(a)}" y="{short(y)}"'
        f' width="{short(b - a)}" height="{thick:g}"/>'
        for i, (a, b) in enumerate(pairwise(edges))
    )


def labels(places: Sequence[tuple[float, str]], y: float) -> str:
    """Words under a bar; the first stands right of its place, the last left, others astride."""
    out = []
    for i, (x, word) in enumerate(places):
        if word:
            anchor = "start" if i == 0 else "end" if i == len(places) - 1 else "middle"
            out.append(
                f'<text class="t3" x="{short(x)}" y="{short(y)}" text-anchor="{anchor}">'
                f"{escape(word)}</text>"
            )
    return "".join(out)


def scalebar(x0: float, x1: float, y: float, words: Sequence[str]) -> SafeString:
    """An even bar from *x0* to *x1* with one word per edge; an empty word leaves its edge bare.

    Raises ValueError for fewer than two words.
    """
    if len(words) < 2:
        raise ValueError("A scale bar has at least two edges.")
    step = (x1 - x0) / (len(words) - 1)
    edges = [x0 + i * step for i in range(len(words))]
    named = list(zip(edges, words, strict=True))
    return SafeString(f'<g class="scalebar">{segments(edges, y)}{labels(named, y + 19)}</g>')


def uneven(x_of: Callable[[float], float], y: float, stops: Stops) -> SafeString:
    """A bar whose edges stand at *stops*, each named by its number."""
    edges = [x_of(stop) for stop in stops]
    named = [(x, f"{stop:g}") for x, stop in zip(edges, stops, strict=True)]
    return SafeString(f'<g class="scalebar">{segments(edges, y)}{labels(named, y + 20)}</g>')
