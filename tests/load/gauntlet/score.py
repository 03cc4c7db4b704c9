"""How well reports and plants agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from learning.domains.baselines import Baseline, moments
from learning.fraud.detectors import DETECTORS, examine
from learning.fraud.detectors.context import Context
from learning.fraud.fusion import classify, fuse, standing
from learning.fraud.history import History
from learning.fraud.population import survey
from tests.load.gauntlet import upstream
from tests.load.gauntlet.world import World

SUSPICIOUS = standing("suspicious")


@dataclass
class Count:
    """Hits among scored attacks, alarms among the honest; a detector counts when it fires."""

    hits: int = 0
    attacks: int = 0
    alarms: int = 0
    honest: int = 0

    @property
    def recall(self) -> float:
        return self.hits / max(1, self.attacks)

    @property
    def precision(self) -> float:
        return self.hits / max(1, self.hits + self.alarms)

    @property
    def false_rate(self) -> float:
        return self.alarms / max(1, self.honest)


@dataclass
class Score:
    """Counts overall, per detector and per kind of attack; weak attacks apart."""

    overall: Count = field(default_factory=Count)
    weak: Count = field(default_factory=Count)
    detectors: dict[str, Count] = field(default_factory=dict)
    kinds: dict[str, Count] = field(default_factory=dict)

    def note(self, world: World, history: History, hit: bool, fired: Iterable[str]) -> None:
        plant, fired = world.plants.get(history.heuristic), set(fired)
        scored = plant is not None and plant.strength != "weak"
        if plant is None:
            self.overall.honest += 1
            self.overall.alarms += hit
        elif scored:
            self.overall.attacks += 1
            self.overall.hits += hit
        else:
            self.weak.attacks += 1
            self.weak.hits += hit
        if plant:
            count = self.kinds.setdefault(f"{plant.kind} {plant.strength}", Count())
            count.attacks += 1
            count.hits += hit
        self._detectors(plant.kind if plant and scored else None, plant is None, fired)

    def _detectors(self, kind: str | None, honest: bool, fired: set[str]) -> None:
        for name in DETECTORS:
            count = self.detectors.setdefault(name, Count())
            if honest:
                count.honest += 1
                count.alarms += name in fired
            elif kind == name:
                count.attacks += 1
                count.hits += name in fired


def run(world: World, threshold: float | None = None) -> tuple[Score, Score]:
    """Ours and the upstream rule's on one world; all detectors may be set to one *threshold*."""
    ours, theirs = Score(), Score()
    contexts = Contexts(world, threshold)
    base = upstream.baselines(world.histories)
    for history in world.histories:
        signals = [s for s in examine(history, contexts.of(history)) if s.fired]
        verdict = fuse((s.detector, s.score) for s in signals)
        hit = standing(classify(verdict.score)) >= SUSPICIOUS
        ours.note(world, history, hit, (s.detector for s in signals))
        fired = upstream.fired(history, base)
        names = [name for name, yes in fired.items() if yes]
        theirs.note(world, history, upstream.posterior(fired) > 0.2, names)
    return ours, theirs


class Contexts:
    """What the product's scan knows around each history of a world."""

    def __init__(self, world: World, threshold: float | None = None) -> None:
        self.thresholds = {} if threshold is None else dict.fromkeys(DETECTORS, threshold)
        self.totals = world.totals()
        self.profile = survey(world.histories, self.totals)
        self.rates: dict[str, list[float]] = {}
        for h in world.histories:
            if h.applications >= 10 and h.status == "active":
                self.rates.setdefault(h.domain, []).append(h.success_rate)
        self.moments = {domain: moments(rates) for domain, rates in self.rates.items()}

    def of(self, history: History) -> Context:
        found = self.moments.get(history.domain)
        base = None
        if found:
            rest = found.without(history.success_rate) if history.applications >= 10 else found
            if rest.count >= 3:
                base = Baseline(rest.mean, rest.std, rest.count)
        return Context(self.profile, base, self.totals, self.thresholds)


def merge(scores: Iterable[Score]) -> Score:
    """The sum of several worlds."""
    total = Score()
    for score in scores:
        _add(total.overall, score.overall)
        _add(total.weak, score.weak)
        for ours, theirs in ((total.detectors, score.detectors), (total.kinds, score.kinds)):
            for name, count in theirs.items():
                _add(ours.setdefault(name, Count()), count)
    return total


def _add(to: Count, more: Count) -> None:
    to.hits += more.hits
    to.attacks += more.attacks
    to.alarms += more.alarms
    to.honest += more.honest
