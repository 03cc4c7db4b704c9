"""The sheet of rules: a bed for each domain, a dot for each rule, lines to what shares its words.

The layout is computed, not simulated: the same rules always stand in the same places.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString

from elfsite.charts.figure import fit, plate_svg
from elfsite.charts.numbers import short
from elfsite.charts.treemap import Box, squarify
from learning.heuristics.graph import Line, Tie

WIDTH = 1188.0  # user units: the widest sheet
DOT_AREA, TEXT_AREA = 3200.0, 7600.0  # of a bed, per rule: as a dot, and with its first words
TEXT_UP_TO = 60  # rules on a sheet that are named
LEAST_HEIGHT, MOST_HEIGHT = 220.0, 620.0
HEAD, PAD, GAP = 24.0, 10.0, 6.0  # of a bed: room of its name, inside and between beds
LINE_ROOM, LINE_WIDE = 21.0, 150.0  # a named rule needs so much
RADIUS, RADIUS_MORE = 3.5, 4.5  # of a dot, and what full confidence adds
MOST_LINES = 150  # strongest ties that are drawn; more would hide the dots
# stage: class of its dot (static/css/figures.css)
DOTS = {
    "golden": "gold",
    "golden candidate": "cand",
    "validated": "leafy",
    "learning": "young",
    "warm-up": "young",
    "at risk": "risk",
    "dormant": "sleep",
    "quarantined": "jail",
    "archived": "pressed",
    "deprecated": "pressed",
}


@dataclass(frozen=True, slots=True)
class Dot:
    """A rule on the sheet; *href* selects it."""

    pk: int
    rule: str
    domain: str
    confidence: float
    stage: str
    href: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a dot stands, its radius, and the room for words right of it (0: none)."""

    x: float
    y: float
    radius: float
    room: float


def sheet(
    dots: Sequence[Dot], lines: Iterable[Line], chosen: int | None, ties: Sequence[Tie]
) -> SafeString:
    """The drawing of *dots*, in whose order one steps through it; *ties* are those of *chosen*."""
    beds, spots, height = places(dots)
    near = {tie.pk for tie in ties}
    parts = [_ground(box) for _, box in beds.values()]
    # a chosen rule is asked about alone: the other ties would only lie across its own
    parts.append(_ties(spots, chosen, ties) if chosen in spots else _lines(spots, lines))
    parts += [_name(domain, count, box) for domain, (count, box) in beds.items()]
    parts += [_dot(dot, spots[dot.pk], chosen, near) for dot in dots]
    label = f"{len(dots)} rules in {len(beds)} domains"
    svg = plate_svg("garden", WIDTH, height, label, "".join(parts))
    # with links inside it is a group of things, not one picture
    return SafeString(svg.replace('role="img"', 'role="group"', 1))


def places(
    dots: Sequence[Dot],
) -> tuple[dict[str, tuple[int, Box]], dict[int, Spot], float]:
    """Beds (domain: how many, where), spots by key, and the height of the sheet."""
    grown: dict[str, list[Dot]] = defaultdict(list)
    for dot in dots:
        grown[dot.domain].append(dot)
    ranked = sorted(grown.items(), key=lambda item: (-len(item[1]), item[0]))
    named = len(dots) <= TEXT_UP_TO
    area = (TEXT_AREA if named else DOT_AREA) * len(dots)
    height = min(MOST_HEIGHT, max(LEAST_HEIGHT, area / WIDTH))
    # a bed of one rule is as large as one of two, or its name would not fit
    boxes = squarify([max(2.0, len(found)) for _, found in ranked], WIDTH, height)
    beds, spots = {}, {}
    for (domain, found), box in zip(ranked, boxes, strict=True):
        beds[domain] = len(found), box
        spots.update(_spots(found, box))
    return beds, spots, height


def _spots(dots: Sequence[Dot], box: Box) -> dict[int, Spot]:
    """Rows of dots in a bed, with words where they fit."""
    x, y = box.x + GAP / 2 + PAD, box.y + GAP / 2 + HEAD
    wide, tall = max(8.0, box.width - GAP - 2 * PAD), max(8.0, box.height - GAP - HEAD - PAD / 2)
    columns = max(1, int(wide / LINE_WIDE))
    rows = math.ceil(len(dots) / columns)
    text = wide >= LINE_WIDE and rows * LINE_ROOM <= tall
    if not text:
        columns = max(1, min(len(dots), math.ceil(math.sqrt(len(dots) * wide / tall))))
        rows = math.ceil(len(dots) / columns)
    across, down = wide / columns, min(tall / rows, LINE_ROOM if text else tall)
    most = max(2.0, min(across, down) / 2 - 1)
    found = {}
    for i, dot in enumerate(dots):
        column, row = (i // rows, i % rows) if text else (i % columns, i // columns)
        radius = min(most, RADIUS + RADIUS_MORE * min(1.0, max(0.0, dot.confidence)))
        left = x + column * across + (RADIUS + RADIUS_MORE if text else across / 2)
        found[dot.pk] = Spot(left, y + (row + 0.5) * down, radius, across - 24 if text else 0.0)
    return found


def _ground(box: Box) -> str:
    return (
        f'<rect class="bed" x="{short(box.x + GAP / 2)}" y="{short(box.y + GAP / 2)}"'
        f' width="{short(box.width - GAP)}" height="{short(box.height - GAP)}" rx="3"/>'
    )


def _name(domain: str, count: int, box: Box) -> str:
    x, y = box.x + GAP / 2, box.y + GAP / 2
    number = f"{count:,}"
    name = fit(domain, box.width - GAP - 2 * PAD - 8 * len(number) - 6, 6.6)
    said = f"<title>{escape(domain)}, {number}</title>"
    return (
        f'<text class="genus" x="{short(x + PAD)}" y="{short(y + 17)}">{said}{escape(name)}'
        f'<tspan class="t3" dx="6">{number}</tspan></text>'
    )


def _lines(spots: Mapping[int, Spot], lines: Iterable[Line]) -> str:
    drawn = [line for line in lines if line.one in spots and line.other in spots][:MOST_LINES]
    ways = "".join(_way(spots[line.one], spots[line.other]) for line in drawn)
    return f'<path class="ties" d="{ways}"/>' if ways else ""


def _way(one: Spot, other: Spot) -> str:
    return f"M{short(one.x, 1)} {short(one.y, 1)}L{short(other.x, 1)} {short(other.y, 1)}"


def _ties(spots: Mapping[int, Spot], chosen: int, ties: Sequence[Tie]) -> str:
    """Lines of the chosen rule, thicker where more is shared."""
    return "".join(
        f'<path class="tie" stroke-width="{short(0.8 + 3.2 * tie.share, 1)}"'
        f' d="{_way(spots[chosen], spots[tie.pk])}"/>'
        for tie in ties
        if tie.pk in spots
    )


def _dot(dot: Dot, spot: Spot, chosen: int | None, near: set[int]) -> str:
    here = dot.pk == chosen
    x, y, radius = short(spot.x, 1), short(spot.y, 1), short(spot.radius, 1)
    said = escape(f"{dot.rule[:160]}, {dot.domain}, {dot.confidence:.2f}, {dot.stage}")
    ring = ""
    if here or dot.pk in near:
        ring = f'<circle class="{"ring here" if here else "ring"}" cx="{x}" cy="{y}"'
        ring += f' r="{short(spot.radius + 4, 1)}"/>'
    words = ""
    if spot.room:
        at = short(spot.x + RADIUS + RADIUS_MORE + 6, 1)
        fitted = escape(fit(dot.rule, spot.room, 6.5))
        words = f'<text class="t2" x="{at}" y="{short(spot.y + 4.5, 1)}">{fitted}</text>'
    reach = short(max(12.0, spot.radius), 1) if spot.room else short(spot.radius + 2, 1)
    current = ' aria-current="true"' if here else ""
    return (
        f'<a id="h{dot.pk}" href="{escape(dot.href)}"{current} aria-label="{said}">'
        f'<title>{said}</title><circle class="hit" cx="{x}" cy="{y}" r="{reach}"/>{ring}'
        f'<circle class="dot {DOTS.get(dot.stage, "pressed")}" cx="{x}" cy="{y}" r="{radius}"/>'
        f"{words}</a>"
    )
