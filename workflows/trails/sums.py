"""What the trails of one place add up to: pure, kept by adding and taking away single trails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from workflows.trails import decay
from workflows.trails.meeting import NEVER, met, touches

AGENTS_KEPT = 40  # per place, the latest; a place that more agents share says "40 or more"
SCENTS_KEPT = 20  # scent is open text: a writer that invents one per trail must not grow a row
# two agents at one place within ten minutes have crossed; half a second for rounded times
CROSSING_HOURS = 600.5 / 3600
# a clock may be ahead by so much; a trail from further in the future counts when its time comes
AHEAD_HOURS = 1.0
SPAN_HOURS = (24.0, 7 * 24.0, 30 * 24.0)  # of the sliding windows: a day, a week, a month
ALL = ""  # in the place of a scent: every scent


@dataclass(frozen=True, slots=True)
class Laid:
    """One trail as it counts. Times are hours since ``decay.EPOCH``."""

    origin: int | None
    location: str
    scent: str
    strength: float
    agent: str
    at: float
    live: bool  # it has not expired


class Frame(NamedTuple):
    """What sums are made by: hours of a period, of a collision, and when each window begins."""

    period_hours: float = 1
    crossing_hours: float = CROSSING_HOURS
    edges: tuple[float, ...] = (decay.COLD,) * len(SPAN_HOURS)


def edges_at(hour: float) -> tuple[float, ...]:
    """When each window begins that ends at *hour*."""
    return tuple(hour - span for span in SPAN_HOURS)


@dataclass(slots=True)
class PlaceSum:
    """The sum of a place: ``heat`` and ``trails`` of what lives, ``last`` of all that was laid.

    ``spans`` is [strength as laid, trails] of each window, expired or not. ``scents`` is {scent:
    [heat, trails, last hour]}, ``agents`` {agent: [trails, last hour, last hour that touched]};
    one whose trails have all expired stays with 0, so that a collision is still seen and a window
    still told. ``crossed`` is (hour, gap in hours) of the latest collision of two agents.
    """

    heat: float = decay.COLD
    trails: int = 0
    scents: dict[str, list[float]] = field(default_factory=dict)
    agents: dict[str, list[float]] = field(default_factory=dict)
    last: float | None = None
    crossed: tuple[float, float] | None = None
    spans: list[list[float]] = field(default_factory=lambda: [[0.0, 0] for _ in SPAN_HOURS])

    def add(self, trail: Laid, frame: Frame) -> None:
        """Count a trail; trails of one place come in the order of their times."""
        self.last = trail.at if self.last is None else max(self.last, trail.at)
        self._meet(trail, frame)
        strength = decay.clamped(trail.strength)
        for span, edge in zip(self.spans, frame.edges, strict=True):
            if trail.at > edge:
                span[:] = [span[0] + strength, span[1] + 1]
        scent = self.scents.setdefault(trail.scent, [decay.COLD, 0, trail.at])
        scent[2] = max(scent[2], trail.at)
        if trail.live:
            heat = decay.heat(strength, trail.at / frame.period_hours)
            self.heat = decay.combine(self.heat, heat)
            self.trails += 1
            scent[:2] = [decay.combine(scent[0], heat), scent[1] + 1]
        if len(self.scents) > SCENTS_KEPT:
            del self.scents[min(self.scents, key=lambda name: self.scents[name][0])]

    def take(self, trail: Laid, frame: Frame) -> None:
        """Take away a trail that has expired since it was added; windows keep it."""
        heat = decay.heat(trail.strength, trail.at / frame.period_hours)
        self.heat = decay.subtract(self.heat, heat)
        self.trails = max(0, self.trails - 1)
        if scent := self.scents.get(trail.scent):
            left = max(0, scent[1] - 1)
            scent[:2] = [decay.subtract(scent[0], heat) if left else decay.COLD, left]
        if agent := self.agents.get(trail.agent):
            agent[0] = max(0, agent[0] - 1)

    def leave(self, trail: Laid, span: int) -> None:
        """Take a trail that is older than a window out of it."""
        strength, trails = self.spans[span]
        left = strength - decay.clamped(trail.strength)
        self.spans[span] = [max(0.0, left), trails - 1] if trails > 1 else [0.0, 0]

    def _meet(self, trail: Laid, frame: Frame) -> None:
        if not trail.agent:
            return
        touching = touches(trail.scent)
        meeting = met(self.agents, trail.agent, trail.at, touching)
        if meeting and trail.at - meeting[1] <= frame.crossing_hours:
            self.crossed = (trail.at, trail.at - meeting[1])
        seen = self.agents.setdefault(trail.agent, [0, trail.at, NEVER])
        touched = trail.at if touching else NEVER
        seen[:] = [seen[0] + trail.live, max(seen[1], trail.at), max(seen[2], touched)]
        if len(self.agents) > AGENTS_KEPT:
            del self.agents[min(self.agents, key=lambda name: self.agents[name][1])]


def worst_felt(scents: Mapping[str, Sequence[float]], order: Sequence[str], periods: float) -> str:
    """The worst scent that is still strong enough to be felt; the hottest where none is."""
    floor = decay.heat_of_floor(periods)
    felt = [scent for scent, (heat, *_) in scents.items() if heat >= floor]
    return _worst(felt, order) if felt else max(scents, key=lambda s: scents[s][0], default="")


def worst_since(scents: Mapping[str, Sequence[float]], order: Sequence[str], edge: float) -> str:
    """The worst scent that was laid after the hour *edge*."""
    return _worst([scent for scent, seen in scents.items() if seen[2] > edge], order)


def _worst(scents: list[str], order: Sequence[str]) -> str:
    rank = {scent: number for number, scent in enumerate(order)}
    return min(scents, key=lambda s: (rank.get(s, len(order)), s), default="")


Key = tuple[int | None, str, str]  # origin, location, scent (or ALL)
Sums = dict[Key, PlaceSum]


def keys_of(trail: Laid) -> tuple[Key, ...]:
    """The sums that a trail is part of: its place, and its scent at its place."""
    place = (trail.origin, trail.location, ALL)
    return (place, (trail.origin, trail.location, trail.scent)) if trail.scent else (place,)


def sum_up(trails: Iterable[Laid], frame: Frame, sums: Sums | None = None) -> Sums:
    """The sums of places and of their scents; adds to *sums* where they are given."""
    found: Sums = {} if sums is None else sums
    for trail in trails:
        for key in keys_of(trail):
            place = found.get(key)
            if place is None:
                place = found[key] = PlaceSum()
            place.add(trail, frame)
    return found
