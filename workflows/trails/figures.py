"""The drawings of trails: the map by folder, the curve of one place, plumes of the hottest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString

from elfsite.charts.figure import fit, plate_svg
from elfsite.charts.numbers import short
from elfsite.charts.plumes import HALF_LIFE_HOURS, Lane, Scent
from elfsite.charts.plumes import plumes as draw_plumes
from elfsite.charts.scale import scalebar
from elfsite.charts.treemap import Box, Place, squarify, tile
from workflows.trails.fading import course
from workflows.trails.ground import Group
from workflows.trails.models import Trail
from workflows.trails.place import Visited
from workflows.trails.queries import Hotspot

HEAD, GAP = 24, 5  # of a folder: height of its name, room to the next
MOST_TILES = {"wide": 60, "narrow": 16}
LEAST_TILE = 14  # units: a tile that is lower or narrower goes into "more"
BACK, AHEAD = 24, 16  # periods that the curve shows
BELOW = 1.0  # the strength from which on a place counts as quiet (look §5)

ToPlace = Callable[[Hotspot], Place]
ToFolder = Callable[[Group], str]


def folder_map(
    groups: Sequence[Group], as_place: ToPlace, href: ToFolder, *, layout: str = "wide"
) -> SafeString:
    """A box per folder with its name, in it a tile per place; area is strength.

    Places that are too many or too small are one tile "n more" that leads into their folder.
    """
    width, height = (784, 460) if layout == "wide" else (328, 520)
    shown = [group for group in groups if group.strength > 0]
    floor = 0.004 * sum(group.strength for group in shown)
    shown = [group for group in shown if group.strength >= floor][: MOST_TILES[layout] // 2]
    share = _shares(shown, MOST_TILES[layout])
    boxes = squarify([group.strength for group in shown], width, height)
    parts = [
        _folder(group, box, share[group.folder], width, as_place, href)
        for group, box in zip(shown, boxes, strict=True)
    ]
    return SafeString(
        f'<svg class="treemap {layout}" width="100%" height="{height}" role="group"'
        f' aria-label="Places by folder and strength">{"".join(parts)}</svg>'
    )


def _shares(groups: Sequence[Group], most: int) -> dict[str, int]:
    """How many places of each folder get a tile: those that are the strongest of all."""
    ranked = sorted(
        ((spot.strength, group.folder) for group in groups for spot in group.spots), reverse=True
    )[:most]
    found = dict.fromkeys((group.folder for group in groups), 0)
    for _, folder in ranked:
        found[folder] += 1
    return found


def _folder(
    group: Group, box: Box, most: int, width: float, as_place: ToPlace, href: ToFolder
) -> str:
    head = HEAD if group.name and box.height > 3 * HEAD and box.width > 40 else 0
    inner = Box(box.x, box.y + head, box.width - GAP, box.height - head - GAP)
    if min(inner.width, inner.height) < LEAST_TILE:
        return ""
    top = _head(group, box, width, href(group)) if head else ""
    return top + _tiles(group, inner, most, width, as_place, href)


def _head(group: Group, box: Box, width: float, href: str) -> str:
    letters = int((box.width - GAP - 36) / 7.5)
    name = group.name if len(group.name) <= letters else group.name[: max(2, letters - 1)] + "…"
    said = f"{name} {group.strength:.1f}, folder {group.folder} of {_places(len(group.spots))}"
    return (
        f'<a href="{escape(href)}" class="folder" aria-label="{escape(said)}">'
        f'<svg x="{box.x / width * 100:.3f}%" y="{short(box.y)}" height="{HEAD}"'
        f' width="{(box.width - GAP) / width * 100:.3f}%"><rect class="hit" width="100%"'
        f' height="{HEAD}"/><path class="rule" d="M0 1H2000"/>'
        f'<text class="name" x="0" y="17">{escape(name)}</text>'
        f'<text class="q" x="100%" y="17" text-anchor="end">{group.strength:.1f}</text></svg></a>'
    )


def _tiles(
    group: Group, box: Box, most: int, width: float, as_place: ToPlace, href: ToFolder
) -> str:
    spots = list(group.spots)[:most]
    while True:
        rest = group.spots[len(spots) :]
        values = [spot.strength for spot in spots]
        more = sum(spot.strength for spot in rest)
        ranked = sorted([*values, more] if rest and more > 0 else values, reverse=True)
        boxes = squarify(ranked, box.width, box.height)
        place_of_more = ranked.index(more) if rest and more > 0 else -1
        named = [each for i, each in enumerate(boxes) if i != place_of_more]
        if not named or min(min(each.width, each.height) for each in named) >= LEAST_TILE:
            break
        spots.pop()
    parts, queue = [], iter(spots)
    for i, each in enumerate(boxes):
        at = Box(box.x + each.x, box.y + each.y, each.width, each.height)
        if i == place_of_more:
            parts.append(_more(group, rest, at, width, href(group)))
        else:
            parts.append(tile(as_place(next(queue)), at, width))
    return "".join(parts)


def _more(group: Group, rest: Sequence[Hotspot], box: Box, width: float, href: str) -> str:
    strength = sum(spot.strength for spot in rest)
    words = fit(f"{len(rest)} more", box.width - 12, 7.5) if box.height > 24 else ""
    said = f"{words} {_places(len(rest))} in {group.folder or 'no folder'}: {strength:.1f}"
    return (
        f'<a href="{escape(href)}" aria-label="{escape(" ".join(said.split()))}">'
        f'<svg class="tile more" x="{box.x / width * 100:.3f}%" y="{short(box.y)}"'
        f' width="{box.width / width * 100:.3f}%" height="{short(box.height)}">'
        f'<rect class="ground" width="100%" height="100%"/>'
        f'<text class="dir" x="8" y="19">{escape(words)}</text>'
        f'<rect class="gutter" width="100%" height="100%"/>'
        f'<rect class="edge" width="100%" height="100%"/></svg></a>'
    )


def _places(count: int) -> str:
    return f"{count:,} place{'' if count == 1 else 's'}"


def curve(place: Visited) -> SafeString:
    """The strength of a place over time: past solid, future dotted, when it falls below 1.0."""
    width, height, left_edge = 400.0, 190.0, 30.0
    period, base = place.period, height - 40
    start, end = place.hour - BACK * period, place.hour + AHEAD * period
    past = course(place.doses, start, place.hour, 120, period)
    future = course(place.doses, place.hour, end, 60, period)
    top = max(1.2, *(strength for _, strength in (*past, *future))) * 1.12

    def point(at: float, strength: float) -> str:
        x = left_edge + (at - start) / (end - start) * (width - left_edge - 10)
        return f"{short(x, 1)} {short(base - strength / top * (base - 14), 1)}"

    was = "L".join(point(*each) for each in past)
    will = "L".join(point(*each) for each in future)
    x_now, y_now = point(place.hour, place.strength).split()
    inner = [
        _grid(top, left_edge, width, lambda v: point(start, v).split()[1]),
        f'<path class="was" d="M{was}L{x_now} {base:g}L{left_edge:g} {base:g}Z"/>',
        f'<path class="wasline" d="M{was}"/><path class="will" d="M{will}"/>',
        f'<path class="nowline" d="M{x_now} 8V{base:g}"/>',
        f'<circle class="dot" cx="{x_now}" cy="{y_now}" r="4"/>',
        f'<text class="t1" x="{float(x_now) + 9:g}" y="{max(16, float(y_now) + 3):g}">'
        f"{place.strength:.1f} now</text>",
        _crossing(place, end, point, width),
        scalebar(left_edge, width - 10, base + 4, _words(period)),
    ]
    label = f"Strength {place.strength:.1f} now, {_below_words(place)}"
    return SafeString(plate_svg("fade", width, height, label, "".join(inner)))


def _grid(top: float, x: float, width: float, y_of: Callable[[float], str]) -> str:
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 1000, 10**6) if top / s <= 5)
    out = []
    for i in range(1, int(top / step) + 1):
        y = y_of(i * step)
        out.append(
            f'<path class="grid" d="M{x:g} {y}H{width - 10:g}"/>'
            f'<text class="t3" x="{x - 6:g}" y="{float(y) + 4.5:g}" text-anchor="end">'
            f"{i * step:,}</text>"
        )
    return "".join(out)


def _crossing(
    place: Visited, end: float, point: Callable[[float, float], str], width: float
) -> str:
    moment = place.below(BELOW)
    hour = None if moment is None else place.hour + (moment - place.now).total_seconds() / 3600
    if hour is None or hour > end:
        return ""
    x, y = point(hour, BELOW).split()
    late = float(x) > width * 0.7  # the words stand where there is room
    return (
        f'<circle class="hollow" cx="{x}" cy="{y}" r="3.5"/>'
        f'<text class="t3" x="{float(x) + (5 if late else -2):g}" y="{float(y) - 10:g}"'
        f' text-anchor="{"end" if late else "start"}">{_below_words(place)}</text>'
    )


def _below_words(place: Visited) -> str:
    moment = place.below(BELOW)
    if moment is None:
        return f"below {BELOW:.1f}"
    day = "" if moment.date() == place.now.date() else f"{moment.day} {moment:%b} "
    return f"below {BELOW:.1f} at {day}{moment:%H:%M}"


def _words(period: int) -> list[str]:
    """An edge every four periods; every second one is named."""
    words = []
    for step in range(-BACK, AHEAD + 1, 4):
        hours = abs(step) * period
        said = f"{hours} h" if hours < 72 else f"{hours // 24} d"
        words.append("" if step % 8 else "now" if not step else f"{'−' if step < 0 else '+'}{said}")
    return words


def lanes(
    spots: Sequence[Hotspot],
    trails: Sequence[Trail],
    now: dt.datetime,
    href: Callable[[Hotspot], str],
    clash: Callable[[Hotspot], str],
) -> SafeString:
    """Plumes of the places *spots* with their *trails* over the last 24 periods."""
    period: int = settings.TRAIL_PERIOD_HOURS
    found = [
        Lane(
            spot.location,
            [
                Scent(
                    (now - t.created_at).total_seconds() / 3600,
                    t.scent,
                    min(1.0, max(0.0, t.strength)),
                    t.agent_id or "",
                )
                for t in trails
                if t.location == spot.location and t.origin_id == spot.origin
            ],
            clash(spot),
            href(spot),
        )
        for spot in spots
    ]
    return draw_plumes(
        found, hours=24.0 * period, width=784, left=236, half_life=HALF_LIFE_HOURS * period
    )
