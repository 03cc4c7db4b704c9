"""Plumes: scents over time. Each begins where it was laid and thins as it fades."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString

from elfsite.charts.figure import fit, plate_svg, split_path
from elfsite.charts.glyphs import SCENTS, sign
from elfsite.charts.numbers import short
from elfsite.charts.scale import scalebar

HALF_LIFE_HOURS = 6.6  # a tenth of the strength goes each hour
POINTS = 28  # of a plume's edge
NOSE = 7  # units in which a plume reaches its thickness


class Scent(NamedTuple):
    """One trail at a place: hours ago, scent, strength when it was laid, who laid it."""

    age: float
    scent: str
    strength: float
    agent: str = ""


class Lane(NamedTuple):
    """A place with its trails; *clash* says who crossed here, or is empty."""

    path: str
    trails: Sequence[Scent]
    clash: str = ""
    href: str = ""


class Frame(NamedTuple):
    """Where lanes lie: widths in user units, time in hours."""

    width: float
    lane: float
    hours: float
    left: float
    right: float
    half_life: float

    def x(self, age: float) -> float:
        room = self.width - self.left - self.right
        return self.left + (self.hours - min(self.hours, max(0.0, age))) / self.hours * room

    def left_of(self, trail: Scent) -> float:
        """What is left of a trail's strength now."""
        return float(trail.strength * 0.5 ** (max(0.0, trail.age) / self.half_life))


def _edge(frame: Frame, trail: Scent, y: float) -> str:
    """The outline: round nose where the scent was laid, a tail that never closes early."""
    start, end, points = frame.x(trail.age), frame.x(0), []
    hours_per_unit = frame.hours / (frame.width - frame.left - frame.right)
    late = max(0.0, trail.age - frame.hours)  # laid before the chart begins
    for i in range(POINTS + 1):
        x = start + (end - start) * (i / POINTS) ** 1.4
        faded = 0.5 ** ((late + (x - start) * hours_per_unit) / frame.half_life)
        nose = 1.0 if late else min(1.0, math.sqrt((x - start + 0.2) / NOSE))
        thick = frame.lane * 0.44 * min(1.0, trail.strength) * faded * nose
        points.append((x, max(0.3, thick)))
    upper = [f"{short(x, 1)} {short(y - t, 1)}" for x, t in points]
    lower = [f"{short(x, 1)} {short(y + t, 1)}" for x, t in reversed(points)]
    return "M" + "L".join(upper + lower) + "Z"


def _sign(frame: Frame, trail: Scent, y: float) -> str:
    known, x = sign(SCENTS, trail.scent), short(frame.x(trail.age), 1)
    who = f" by {trail.agent}" if trail.agent else ""
    said = escape(f"{trail.scent} {trail.strength:.1f}{who}, {trail.age * 60:.0f} min ago")
    return (
        f'<g data-hue="{known.hue}" class="laid"><title>{said}</title>'
        f'<circle class="halo" cx="{x}" cy="{y:g}" r="8.5"/>'
        f'<svg x="{short(float(x) - 6, 1)}" y="{y - 6:g}" width="12" height="12"'
        f' viewBox="0 0 16 16"><use href="#g-{known.glyph}"/></svg></g>'
    )


def _name(frame: Frame, lane: Lane, y: float) -> str:
    folder, name = split_path(lane.path)
    room = frame.left - 16
    name = fit(name, room, 7.1)
    folder = fit(folder, room - len(name) * 7.1, 6.9)
    text = (
        f'<text class="path" x="0" y="{y + 4.5:g}"><tspan class="dir">{escape(folder)}</tspan>'
        f'<tspan class="name">{escape(name)}</tspan></text>'
    )
    if not lane.href:
        return text
    return f'<a href="{escape(lane.href)}" aria-label="{escape(lane.path)}">{text}</a>'


def _lane(frame: Frame, lane: Lane, y: float) -> str:
    oldest_first = sorted(lane.trails, key=lambda trail: -trail.age)
    parts = [f'<path class="base" d="M{frame.left:g} {y:g}H{short(frame.x(0), 1)}"/>']
    parts.append(_name(frame, lane, y))
    for trail in oldest_first:
        hue = sign(SCENTS, trail.scent).hue
        parts.append(f'<path class="plume" data-hue="{hue}" d="{_edge(frame, trail, y)}"/>')
    parts += [_sign(frame, trail, y) for trail in oldest_first if trail.age <= frame.hours]
    if lane.clash:
        parts.append(
            f'<svg class="clash" x="{short(frame.x(0) + 12, 1)}" y="{y - 6.5:g}" width="13"'
            f' height="13" viewBox="0 0 16 16"><title>{escape(lane.clash)}</title>'
            f'<use href="#g-contested"/></svg>'
        )
    total = sum(frame.left_of(trail) for trail in lane.trails)
    parts.append(
        f'<text class="num" x="{frame.width:g}" y="{y + 4.5:g}" text-anchor="end">'
        f"{total:.1f}</text>"
    )
    return "".join(parts)


def _times(hours: float) -> list[str]:
    """Thirteen edges, every second one named, the last is now."""
    words = []
    for i in range(12):
        ago = hours - i * hours / 12
        words.append("" if i % 2 else f"{ago:g} h" if hours > 3 else f"{ago * 60:.0f} min")
    return [*words, "now"]


def plumes(
    lanes: Sequence[Lane],
    *,
    hours: float = 6,
    width: float = 760,
    lane_height: float = 34,
    left: float = 214,
    half_life: float = HALF_LIFE_HOURS,
) -> SafeString:
    """Places one below the other, time from left to right, what is left at the right edge.

    A trail older than *hours* enters from the left edge with what is left of it.
    """
    frame = Frame(width, lane_height, hours, left, 64, half_life)
    foot = lane_height * len(lanes)
    inner = f'<path class="nowline" d="M{short(frame.x(0), 1)} 0V{foot + 2:g}"/>'
    inner += "".join(
        _lane(frame, lane, i * lane_height + lane_height / 2) for i, lane in enumerate(lanes)
    )
    inner += scalebar(frame.x(hours), frame.x(0), foot + 6, _times(hours))
    places = "1 place" if len(lanes) == 1 else f"{len(lanes)} places"
    says = f"Trails of the last {hours:g} hours at {places}, strength fading to the right"
    svg = plate_svg("plumes", width, foot + 34, says, inner)
    # with links inside it is a group of things, not one picture
    return SafeString(svg.replace('role="img"', 'role="group"', 1))
