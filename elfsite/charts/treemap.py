"""The survey map: places as tiles, area by the strength that is left, pattern by the worst scent.

Tiles are nested ``<svg>`` placed in per cent, so text keeps its size and no inline style is
needed. Two layouts are drawn, the stylesheet shows one (look §5).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from xml.sax.saxutils import unescape

from django.utils.html import escape
from django.utils.safestring import SafeString

from elfsite.charts.figure import fit, split_path
from elfsite.charts.glyphs import SCENTS, sign
from elfsite.charts.numbers import short

MOST_TILES = 60  # more would be slivers; the table below has the rest
SLIVER = 0.002  # least share of the map that still gets a tile one can hit


class Place(NamedTuple):
    """One place of the map. *age* is in words ("6 min"); *contested* names the crossing, if any."""

    path: str
    strength: float
    scent: str
    trails: int
    agents: int
    age: str
    fresh: int = 0  # 0: touched within the hour, 1: within six, 2: older; paler as it grows
    contested: str = ""
    href: str = ""


class Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float


def _worst(row: Sequence[float], side: float) -> float:
    total = sum(row)
    return max(side * side * max(row) / total**2, total**2 / (side * side * min(row)))


def _row_length(values: Sequence[float], side: float) -> int:
    """How many of the next *values* share a row before its tiles become less square."""
    count = 1
    while count < len(values) and _worst(values[: count + 1], side) <= _worst(values[:count], side):
        count += 1
    return count


def squarify(values: Sequence[float], width: float, height: float) -> list[Box]:
    """Boxes whose areas are as *values* (descending, all above 0), as square as can be.

    The method is that of Bruls, Huizing and van Wijk (2000).
    """
    boxes: list[Box] = []
    scale = width * height / sum(values) if values else 0
    rest, x, y = [v * scale for v in values], 0.0, 0.0
    while rest:
        side = min(width, height)
        count = _row_length(rest, side)
        thick, off = sum(rest[:count]) / side, 0.0
        for value in rest[:count]:
            long = value / thick
            lies = width < height
            box = Box(x + off, y, long, thick) if lies else Box(x, y + off, thick, long)
            boxes.append(box)
            off += long
        if width < height:
            y, height = y + thick, height - thick
        else:
            x, width = x + thick, width - thick
        rest = rest[count:]
    return boxes


def _icon(name: str, x: float, y: float, edge: int = 12, more: str = "") -> str:
    return (
        f'<svg class="tile-glyph{more}" x="{x:g}" y="{y:g}" width="{edge}" height="{edge}"'
        f' viewBox="0 0 16 16"><use href="#g-{name}"/></svg>'
    )


def _text(kind: str, y: float, words: str, x: float = 8) -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(words)}</text>'


def _plural(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _heading(place: Place, box: Box, glyph: str) -> tuple[list[str], float]:
    """Name and folder of a tile, as far as they fit, and how far down they reach."""
    folder, name = split_path(place.path)
    room = box.width - 16
    if box.height <= 26 or room <= 30:
        return [], 0
    said = fit(name, room, 7.9)
    lines, low = [_text("name", 19, said) if said else _icon(glyph, 8, 8)], 25.0
    if box.height > 62 and box.width > 84 and folder:
        lines.append(_text("dir", 34, fit(folder, room, 6.4)))
        low = 40
    return lines, low


def _readings(place: Place, box: Box, glyph: str) -> tuple[list[str], float]:
    """Scent, strength, walkers and crossing of a tile, as far as they fit."""
    base = 52 if "/" in place.path and box.width > 84 else 38
    lines, low = [], 0.0
    if box.height > base + 16 and box.width > 74:
        word = place.scent if box.width > 104 else ""
        number = f'<tspan class="q" dx="{5 if word else 0}">{place.strength:.1f}</tspan>'
        lines.append(
            f"{_icon(glyph, 8, base - 10)} "
            f'<text class="word" x="25" y="{base}">{escape(fit(word, 90))} {number}</text>'
        )
        low = base + 7
    if box.height > base + 36 and box.width > 150:
        walked = f"{_plural(place.trails, 'trail')}, {_plural(place.agents, 'agent')}, {place.age}"
        lines.append(_text("q", base + 18, fit(walked, box.width - 12, 6.2)))
        low = base + 25
    if place.contested and box.height > base + 56 and box.width > 120:
        lines.append(_icon("contested", 8, base + 26, 13, " con"))
        lines.append(_text("con", base + 37, fit(place.contested, box.width - 30, 6.6), 26))
        low = base + 44
    return lines, low


def _spoken(lines: Iterable[str], sentence: str) -> str:
    """The name of a tile: what is printed on it first, then the whole sentence (WCAG 2.5.3)."""
    printed = " ".join(
        re.sub(r"<[^>]+>", " ", line) for line in lines if "<text" in line
    )  # our own markup only: every foreign text in it is escaped
    plain = unescape(printed, {"&quot;": '"', "&#x27;": "'"})
    return " ".join(f"{plain} {sentence}".split())


def _sentence(place: Place) -> str:
    words = (
        f"{place.path}: strength {place.strength:.1f}, worst scent {place.scent},"
        f" {_plural(place.trails, 'trail')} by {_plural(place.agents, 'agent')},"
        f" last {place.age} ago"
    )
    return words + (f", contested: {place.contested}" if place.contested else "")


def tile(place: Place, box: Box, width: float) -> str:
    """One place as a link in its *box*; *width* is that of the whole map."""
    known = sign(SCENTS, place.scent)
    heading, low = _heading(place, box, known.glyph)
    readings, lower = _readings(place, box, known.glyph) if heading else ([], 0.0)
    lines, low = heading + readings, max(low, lower)
    ground = (
        f'<rect class="ground" width="100%" height="{short(min(box.height, low + 2))}"/>'
        if lines
        else ""
    )
    fresh = min(2, max(0, place.fresh))
    drawn = (
        f'<svg x="{box.x / width * 100:.3f}%" y="{short(box.y)}" class="tile f{fresh}"'
        f' width="{box.width / width * 100:.3f}%" height="{short(box.height)}"'
        f' data-hue="{known.hue}"><rect class="ground" width="100%" height="100%"/>'
        f'<rect class="hatch h-{known.hue}" width="100%" height="100%"/>{ground}{" ".join(lines)}'
        f'<rect class="gutter" width="100%" height="100%"/>'
        f'<rect class="edge" width="100%" height="100%"/></svg>'
    )
    name = escape(_spoken(lines, _sentence(place)))
    return f'<a href="{escape(place.href)}" aria-label="{name}">{drawn}</a>'


def treemap(
    places: Iterable[Place], *, width: float, height: float, layout: str = "wide"
) -> SafeString:
    """One layout of the map; *width* is what the text is fitted to, the drawing is fluid.

    Places without strength and slivers below 0.2 % of the whole are left to the table.
    """
    ranked = sorted((p for p in places if p.strength > 0), key=lambda p: -p.strength)[:MOST_TILES]
    floor = SLIVER * sum(p.strength for p in ranked)
    shown = [p for p in ranked if p.strength >= floor]
    boxes = squarify([p.strength for p in shown], width, height)
    tiles = "".join(tile(p, box, width) for p, box in zip(shown, boxes, strict=True))
    return SafeString(
        f'<svg class="treemap {layout}" width="100%" height="{height:g}" role="group"'
        f' aria-label="Places by the strength that is left">{tiles}</svg>'
    )


def survey_map(places: Sequence[Place], *, width: float = 784, height: float = 384) -> SafeString:
    """Both layouts: *width* x *height* for a wide sheet (784 is two thirds of it), and 328 x 460
    with at most 14 tiles for a narrow one."""
    ranked = sorted(places, key=lambda p: -p.strength)
    wide = treemap(ranked, width=width, height=height)
    return SafeString(wide + treemap(ranked[:14], width=328, height=460, layout="narrow"))
