"""What the trails of one place add up to: pure, kept by adding and taking away single trails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from workflows.trails import decay

AGENTS_KEPT = 40  # per place, the latest; a place that more agents share says "40 or more"
SCENTS_KEPT = 20  # scent is open text: a writer that invents one per trail must not grow a row
# two agents at one place within ten minutes have crossed; half a second for rounded times
CROSSING_HOURS = 600.5 / 3600
# a clock may be ahead by so much; a trail from further in the future counts when its time comes
AHEAD_HOURS = 1.0
NEVER = float("-inf")


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


@dataclass(slots=True)
class PlaceSum:
    """The sum of a place: ``heat`` and ``trails`` of what lives, ``last`` of all that was laid.

    ``scents`` is {scent: [heat, trails]}, ``agents`` {agent: [trails, last hour]}; an agent whose
    trails have all expired stays with 0, so that a crossing is still seen. ``crossed`` is (hour,
    gap in hours) of the latest crossing of two agents.
    """

    heat: float = decay.COLD
    trails: int = 0
    scents: dict[str, list[float]] = field(default_factory=dict)
    agents: dict[str, list[float]] = field(default_factory=dict)
    last: float | None = None
    crossed: tuple[float, float] | None = None
    # who was here last, and when anybody else was; found in ``agents`` again after loading
    _by: str = ""
    _others_at: float = NEVER

    def __post_init__(self) -> None:
        latest = sorted(self.agents.items(), key=lambda item: item[1][1])[-2:]
        if latest:
            self._by = latest[-1][0]
        if len(latest) == 2:
            self._others_at = latest[0][1][1]

    def add(self, trail: Laid, period_hours: float) -> None:
        """Count a trail; trails of one place come in the order of their times."""
        self.last = trail.at if self.last is None else max(self.last, trail.at)
        self._meet(trail)
        if not trail.live:
            return
        heat = decay.heat(trail.strength, trail.at / period_hours)
        self.heat = decay.combine(self.heat, heat)
        self.trails += 1
        scent = self.scents.setdefault(trail.scent, [decay.COLD, 0])
        scent[0] = decay.combine(scent[0], heat)
        scent[1] += 1
        if len(self.scents) > SCENTS_KEPT:
            del self.scents[min(self.scents, key=lambda name: self.scents[name][0])]

    def take(self, trail: Laid, period_hours: float) -> None:
        """Take away a trail that has expired since it was added."""
        heat = decay.heat(trail.strength, trail.at / period_hours)
        self.heat = decay.subtract(self.heat, heat)
        self.trails = max(0, self.trails - 1)
        if scent := self.scents.get(trail.scent):
            scent[:] = [decay.subtract(scent[0], heat), scent[1] - 1]
            if scent[1] <= 0:
                del self.scents[trail.scent]
        if agent := self.agents.get(trail.agent):
            agent[0] = max(0, agent[0] - 1)

    def _meet(self, trail: Laid) -> None:
        if not trail.agent:
            return
        if self._by and self._by != trail.agent:
            self._others_at = self.agents[self._by][1]
        self._by = trail.agent
        gap = trail.at - self._others_at
        if 0 <= gap <= CROSSING_HOURS:
            self.crossed = (trail.at, gap)
        seen = self.agents.setdefault(trail.agent, [0, trail.at])
        seen[:] = [seen[0] + trail.live, max(seen[1], trail.at)]
        if len(self.agents) > AGENTS_KEPT:
            del self.agents[min(self.agents, key=lambda name: self.agents[name][1])]

    def worst_scent(self, order: tuple[str, ...], periods: float) -> str:
        """The worst scent that is still strong enough to be felt; the hottest where none is."""
        felt = [s for s, (heat, _) in self.scents.items() if heat >= decay.heat_of_floor(periods)]
        if felt:
            return min(felt, key=lambda s: (order.index(s) if s in order else len(order), s))
        return max(self.scents, key=lambda s: self.scents[s][0], default="")

    def agents_here(self) -> int:
        return sum(1 for trails, _ in self.agents.values() if trails > 0)


Key = tuple[int | None, str]


def sum_up(
    trails: Iterable[Laid], period_hours: float, sums: dict[Key, PlaceSum] | None = None
) -> dict[Key, PlaceSum]:
    """The sums of places by (origin, location); adds to *sums* where they are given."""
    found = {} if sums is None else sums
    for trail in trails:
        key = (trail.origin, trail.location)
        place = found.get(key)
        if place is None:
            place = found[key] = PlaceSum()
        place.add(trail, period_hours)
    return found
