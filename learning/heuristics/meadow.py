"""Above the list of rules: how many are at each stage, and all of them on the confidence ruler."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Count, FloatField
from django.db.models.functions import Cast, Round
from django.utils.html import escape
from django.utils.safestring import SafeString

from elfsite.charts.figure import figbox, plate_svg
from elfsite.charts.glyphs import STAGES as SIGNS
from elfsite.charts.glyphs import use
from elfsite.charts.numbers import ruler, short
from elfsite.charts.scale import CONFIDENCE_STOPS, uneven
from elfsite.errors import Refused
from elfsite.listings.limits import time_limit
from elfsite.listings.params import Asked
from elfsite.listings.query import narrowed
from learning.heuristics.lifecycle import GOLDEN_CONFIDENCE, RESTS_BELOW
from learning.heuristics.stages import stage

LIMIT_MS = 250  # 10,000 rules take 35 ms; a list without its picture is still a list
STEPS = 200  # of the ruler that the database counts by
WIDTH, HEIGHT, PITCH, EDGE = 1188, 112, 8, 6
BASE = HEIGHT - 30
TALLEST = (BASE - 10) // PITCH  # dots of one stack
# stages from the best to what was put away: the order of the chips, and of a stack from below
DOTS = {
    "golden": "gold",
    "golden candidate": "cand",
    "validated": "leafy",
    "learning": "leafy",
    "warm-up": "young",
    "at risk": "risk",
    "quarantined": "jail",
    "dormant": "sleep",
    "archived": "sleep",
    "deprecated": "sleep",
}

Heap = Mapping[tuple[str, float], int]  # rules by stage and confidence


def above_rules(asked: Asked) -> SafeString:
    """Chips of the stages and the meadow, of all rules that fit *asked* but for stage and range.

    Empty where there are none, and where counting takes too long.
    """
    every = ("stage", "confidence_min", "confidence_max")
    values = {name: value for name, value in asked.values.items() if name not in every}
    try:
        with time_limit(LIMIT_MS):
            heap = heap_of(narrowed(replace(asked, values=values)))
    except Refused:
        return SafeString("")
    if not heap:
        return SafeString("")
    at_stage: dict[str, int] = defaultdict(int)
    for (word, _), number in heap.items():
        at_stage[word] += number
    shown = str(asked.raw.get("stage", ""))
    drawn = heap if not shown else {key: n for key, n in heap.items() if key[0] in shown.split(",")}
    return SafeString(chips(asked, at_stage, shown) + meadow(drawn or heap, asked))


def heap_of(rules: Any) -> Heap:
    """How many of *rules* there are by stage and confidence, in steps of 1/200. One query."""
    share = Round(Cast("confidence", FloatField()) * STEPS)
    counted = rules.order_by().annotate(at=stage(), step=share).values_list("at", "step")
    found: dict[tuple[str, float], int] = defaultdict(int)
    for word, step, number in counted.annotate(number=Count("pk")):
        share_of = min(1.0, max(0.0, (step or 0) / STEPS))
        found[word, share_of] += number
    return found


def chips(asked: Asked, at_stage: Mapping[str, int], shown: str) -> str:
    """One link for each stage that has rules, and one for any."""
    total = sum(at_stage.values())
    out = [_chip(asked, "", "any", total, here=not shown)]
    for word in DOTS:
        if at_stage.get(word) or word == shown:
            out.append(_chip(asked, word, word, at_stage.get(word, 0), here=word == shown))
    return f'<p class="chips" role="group" aria-label="Stage">{"".join(out)}</p>'


def _chip(asked: Asked, value: str, word: str, number: int, *, here: bool) -> str:
    url = escape(asked.url(stage=value or None))
    known = SIGNS.get(value)
    glyph = f'<span data-hue="{known.hue}">{use(known.glyph)}</span>' if known else ""
    current = ' aria-current="true"' if here else ""
    return (
        f'<a class="chip" href="{url}" hx-get="{url}"{current}>{glyph}{word}'
        f' <span class="quiet num">{number:,}</span></a> '
    )


def meadow(heap: Heap, asked: Asked) -> SafeString:
    """The rules of *heap* as dots on the ruler, stacked where they are many; one dot stands for
    several rules when a stack would grow through the roof."""
    total = sum(heap.values())
    stacks = _stacks(heap)
    most = max(sum(n for _, n in stack) for stack in stacks.values())
    each = -(-most // TALLEST)
    parts = [_ground()]
    for place, stack in stacks.items():
        parts.append(_stack(place, stack, each))
    parts.append(f'<path class="axis" d="M{EDGE} {BASE}H{WIDTH - EDGE}"/>')
    parts.append(uneven(_x, BASE + 5, CONFIDENCE_STOPS))
    parts += [_brush(asked, name) for name in ("confidence_min", "confidence_max")]
    words = f"{total:,} rule{'s' if total != 1 else ''} by confidence"
    if each > 1:
        words += f", one dot for up to {each}"
        parts.append(f'<text class="t3" x="{EDGE}" y="14">one dot: up to {each} rules</text>')
    return figbox(words, plate_svg("meadow", WIDTH, HEIGHT, words, "".join(parts)))


def _x(share: float) -> float:
    return EDGE + ruler(share) * (WIDTH - 2 * EDGE)


def _stacks(heap: Heap) -> dict[int, list[tuple[str, int]]]:
    """Rules by column of the picture, in the order in which a stack is built."""
    columns: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (word, share), number in heap.items():
        columns[min(int(_x(share)), WIDTH - PITCH) // PITCH][word] += number
    return {
        place: [(word, found[word]) for word in DOTS if word in found]
        for place, found in sorted(columns.items())
    }


def _stack(place: int, stack: Iterable[tuple[str, int]], each: int) -> str:
    out, height = [], 0
    for word, number in stack:
        for _ in range(-(-number // each)):
            x, y = place * PITCH + PITCH // 2, BASE - 6 - height * PITCH
            height += 1
            if word == "quarantined":
                out.append(f'<rect class="dot jail" x="{x - 3}" y="{y - 3}" width="6" height="6"/>')
            else:
                out.append(f'<circle class="dot {DOTS[word]}" cx="{x}" cy="{y}" r="3.1"/>')
    return "".join(out)


def _ground() -> str:
    gate, rest = _x(GOLDEN_CONFIDENCE), _x(RESTS_BELOW)
    return (
        f'<rect class="floor" x="{EDGE}" y="4" width="{short(rest - EDGE)}" height="{BASE - 4}"/>'
        f'<rect class="gate" x="{short(gate)}" y="4" width="{short(_x(1) - gate)}"'
        f' height="{BASE - 4}"/><text class="t3" x="{short(gate + 6)}" y="16">may become golden'
        "</text>"
    )


def _brush(asked: Asked, name: str) -> str:
    """Where the range of the filter begins or ends; nothing where it is open."""
    share = asked.get(name)
    if share is None:
        return ""
    x = short(_x(min(1.0, max(0.0, float(share)))))
    return (
        f'<path class="brush" d="M{x} 4V{BASE + 13}"/>'
        f'<path class="brush grip" d="M{x} {BASE - 26}v16"/>'
    )
