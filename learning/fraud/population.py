"""What honest rules look like here: the profile that a detector holds a single history against.

A documented formula knows no population and calls every busy or gifted rule a gamer. The profile
is measured on the rules of this installation, by means that a minority of gamers cannot move
(medians, the lower half, trimmed means). Below ``ENOUGH`` rules there is no population to speak
of and the detectors fall back to the documented numbers alone.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from learning.fraud.history import History, Update, held_count, outcomes
from learning.fraud.shapes import (
    beyond_engine,
    clock,
    exclusive_share,
    graders,
    handover,
    months_of,
    outcomes_per_day,
    same_as_before,
)
from learning.fraud.tails import (
    Share,
    centre,
    densest,
    lower_spread,
    share_of,
    trimmed_mean,
)

ENOUGH = 30  # rules; fewer tell nothing about how rules differ
MIN_APPLICATIONS = 10
LEAST_SPREAD = 0.05  # rules of one domain always differ by some points of success
SPREAD_WEIGHT = 20  # rules at which a domain's own spread counts half
SET_ASIDE = 0.01  # tail below which a rule is not counted among the usual ones
MEDIAN = 1.57  # a median varies so much more than a mean
HONEST_REACH = 0.75  # of the sorted rules: above it nothing is taken for granted
DENSE = 0.4  # the part of them that stands closest together
MOST_GAMED = 0.4  # of the rules: were more of them gamed, nobody could tell who is usual
UNSEEN = 1.5  # gamed rules for each one that stands out
SAMPLE = 400  # values kept of each kind: ranks finer than 1 in 400 decide nothing
TRIM = 0.2  # of the highest clocks may be what we look for
CLOCK_WEIGHT = 6.0  # shares of one rule's clock vary as if six observations had been made


Rates = list[tuple[float, int]]  # success rate and the applications behind it


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares and samples of the honest many; ``rules`` is how many were surveyed."""

    rules: int = 0
    overall: Share | None = None
    domains: dict[str, Share] = field(default_factory=dict)
    slot: Share | None = None
    night: Share | None = None
    beyond: Share | None = None
    applied: Share | None = None
    same: Share | None = None
    revivals: tuple[float, ...] = ()
    handovers: tuple[float, ...] = ()
    spreads: tuple[float, ...] = ()
    paces: tuple[float, ...] = ()
    exclusive: tuple[float, ...] = ()

    @property
    def known(self) -> bool:
        return self.rules >= ENOUGH and self.overall is not None

    def success(self, domain: str) -> Share | None:
        """How often rules of *domain* hold; None while too few rules are known."""
        return self.domains.get(domain, self.overall) if self.known else None

    def gain(self, domain: str, updates: Sequence[Update]) -> float | None:
        """P(an honest rule's outcomes are this good or better); None without population."""
        share = self.success(domain)
        graded = outcomes(updates)
        if share is None or not graded:
            return None
        return share.at_least(held_count(graded), len(graded))

    def to_json(self) -> dict[str, Any]:
        """As stored between two scans."""
        return {name: _plain(getattr(self, name)) for name in self.__slots__}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Profile:
        """Raises KeyError, TypeError or ValueError for what ``to_json`` did not write."""
        values = dict(stored)
        for name in ("overall", "slot", "night", "beyond", "applied", "same"):
            values[name] = Share(*values[name]) if values.get(name) else None
        values["domains"] = {name: Share(*beta) for name, beta in values["domains"].items()}
        for name in ("spreads", "paces", "exclusive", "revivals", "handovers"):
            values[name] = tuple(values[name])
        return cls(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, Share):
        return list(value)
    if isinstance(value, dict):
        return {key: list(share) for key, share in value.items()}
    return list(value) if isinstance(value, tuple) else value


class Survey:
    """Takes histories one by one and gives the profile; memory is bounded by ``SAMPLE``.

    *totals* is how many outcomes each agent graded anywhere.
    """

    def __init__(self, totals: dict[str, int] | None = None) -> None:
        self.totals = totals or {}
        self.rules = 0
        self.rates: dict[str, list[tuple[float, int]]] = defaultdict(list)
        self.samples: dict[str, list[float]] = defaultdict(list)
        self.seen: dict[str, int] = defaultdict(int)
        self._dice = random.Random(7)  # noqa: S311 - which values are kept is no secret

    def add(self, history: History) -> None:
        """One more rule; quarantined ones teach nothing about the honest."""
        if history.status == "quarantined":
            return
        self.rules += 1
        self._outcome(history)
        recent = history.recent(60)
        graded = history.graded(60)
        if len(graded) >= 6:
            beat = clock(graded)
            self._keep("slot", beat.slot / max(1, beat.intervals))
            self._keep("night", beat.night / len(graded))
            self._keep("spreads", beat.variation)
            self._keep("paces", outcomes_per_day(graded))
            again, pairs = same_as_before(graded)
            if pairs >= 5:
                self._keep("same", again / pairs)
            passing = handover(graded)
            if passing is not None:
                self._keep("handovers", passing)
            alone = exclusive_share(graders(graded), self.totals)
            if alone is not None:
                self._keep("exclusive", alone)
        odd, ups = beyond_engine(recent)
        if ups >= 5:
            self._keep("beyond", odd / ups)
        if len(history.chances) >= 10:
            self._keep("applied", sum(c.applied for c in history.chances) / len(history.chances))
        self._keep("revivals", history.times_revived / max(1.0, months_of(history.updates)))

    def _outcome(self, history: History) -> None:
        trials = history.applications
        if trials < MIN_APPLICATIONS or history.status != "active":
            return
        rates = self.rates[history.domain]
        self._reservoir(f"rate:{history.domain}", rates, (history.success_rate, trials))

    def _keep(self, name: str, value: float) -> None:
        self._reservoir(name, self.samples[name], value)

    def _reservoir(self, name: str, kept: list[Any], value: Any) -> None:
        """A uniform sample of at most SAMPLE of all values seen so far."""
        self.seen[name] += 1
        if len(kept) < SAMPLE:
            kept.append(value)
        elif (place := self._dice.randrange(self.seen[name])) < SAMPLE:
            kept[place] = value

    def profile(self) -> Profile:
        """The profile of everything added so far."""
        everything = [rate for rates in self.rates.values() for rate in rates]
        overall = usual(everything) if len(everything) >= 3 else None
        return Profile(
            rules=len(everything),
            overall=overall.share() if overall else None,
            domains=self._domains(everything, overall) if overall else {},
            slot=self._clock_share("slot"),
            night=self._clock_share("night"),
            beyond=self._clock_share("beyond"),
            applied=_applied_share(self.samples["applied"]),
            same=self._clock_share("same"),
            revivals=tuple(sorted(self.samples["revivals"])),
            handovers=tuple(sorted(self.samples["handovers"])),
            spreads=tuple(sorted(self.samples["spreads"])),
            paces=tuple(sorted(self.samples["paces"])),
            exclusive=tuple(sorted(self.samples["exclusive"])),
        )

    def _domains(self, everything: Rates, overall: Spread) -> dict[str, Share]:
        honest = set(honest_part(everything, overall.share()))
        left = {d: [r for r in rates if r in honest] for d, rates in self.rates.items()}
        told = {domain: rates for domain, rates in left.items() if rates}
        apart = between(told.values(), overall)
        return {domain: _domain(rates, overall, apart) for domain, rates in told.items()}

    def _clock_share(self, name: str) -> Share | None:
        values = self.samples[name]
        if len(values) < ENOUGH:
            return None
        return share_of(trimmed_mean(values, TRIM), CLOCK_WEIGHT, len(values))


class Spread(NamedTuple):
    """Mean of success, true spread around it (counting noise taken away), rules behind it."""

    mean: float
    spread: float
    rules: int

    def share(self) -> Share:
        mean = min(0.97, max(0.03, self.mean))
        weight = mean * (1 - mean) / max(self.spread, LEAST_SPREAD) ** 2 - 1
        return share_of(mean, min(80.0, max(3.0, weight)), self.rules)


def honest_part(rates: Rates, share: Share) -> Rates:
    """The rules left when those are set aside whose success is rare among the rest."""
    return [(r, n) for r, n in rates if share.at_least(round(r * n), n) > SET_ASIDE]


def usual(rates: Rates) -> Spread:
    """Middle and true spread of the honest many, where up to two fifths may be gamed upward.

    Looked at twice: first as if a fifth were gamed, then with the part that stood out.
    """
    first = _around(rates, 0.2)
    left = honest_part(rates, first.share())
    return _around(rates, min(MOST_GAMED, UNSEEN * (1 - len(left) / len(rates))))


def _around(rates: Rates, gamed: float) -> Spread:
    """As if that part of the rules were gamed.

    The middle lies half way between where rules stand densest among the lower three quarters
    (which gaming does not move, but which is anywhere in an even spread) and the middle rank of
    those that are not gamed. The spread is told by what lies below.
    """
    values = sorted(rate for rate, _ in rates)
    dense = densest(values[: max(3, math.ceil(len(values) * HONEST_REACH))], DENSE)
    middle = (dense + values[int((1 - gamed) / 2 * (len(values) - 1))]) / 2
    return spread_below(rates, middle)


def spread_below(rates: Rates, middle: float) -> Spread:
    """True spread around *middle* as the rules below it tell it, counting noise taken away.

    Measured in log odds, where skills scatter evenly: near 1 there is less room above than below.
    """
    middle = min(0.97, max(0.03, middle))
    variance, log_odds = middle * (1 - middle), math.log(middle / (1 - middle))
    squares, noise = 0.0, 0.0
    count = 0
    for rate, trials in rates:
        noise += 1 / (trials * variance)
        if rate <= middle:
            held = rate * trials
            count += 1
            squares += (log_odds - math.log((held + 0.5) / (trials - held + 0.5))) ** 2
    own = max(0.0, squares / count - noise / len(rates)) if count else 0.0
    return Spread(middle, max(LEAST_SPREAD, variance * math.sqrt(own)), len(rates))


def between(domains: Iterable[Rates], overall: Spread) -> float:
    """The variance of the domains' true middles: what their medians differ by beyond the accident
    that few rules stand in each."""
    squares = weights = 0.0
    for rates in domains:
        own = centre([rate for rate, _ in rates])
        squares += len(rates) * ((own - overall.mean) ** 2 - accident(rates, overall))
        weights += len(rates)
    return max(0.0, squares / weights) if weights else 0.0


def accident(rates: Rates, overall: Spread) -> float:
    """The variance that the median of these rules has by chance: skills differ, counts are few."""
    noise = overall.mean * (1 - overall.mean) * sum(1 / n for _, n in rates) / len(rates)
    return MEDIAN * (overall.spread**2 + noise) / len(rates)


def _domain(rates: Rates, overall: Spread, apart: float) -> Share:
    """A domain's share, leaning on all domains together as far as these do not differ (*apart*)
    and while its own rules are few."""
    own = centre([rate for rate, _ in rates])
    chance = accident(rates, overall)
    weight = apart / (apart + chance) if apart else 0.0
    middle = weight * own + (1 - weight) * overall.mean
    unsure = weight * chance
    own_spread = spread_below(rates, middle).spread
    weight = len(rates) / (len(rates) + SPREAD_WEIGHT)
    variance = weight * own_spread**2 + (1 - weight) * overall.spread**2
    return Spread(middle, math.sqrt(variance + unsure), len(rates)).share()


def _applied_share(values: Sequence[float]) -> Share | None:
    """For a share that gaming pushes down: the middle, and the spread of the upper half."""
    if len(values) < ENOUGH:
        return None
    middle = centre(values)
    spread = lower_spread([-value for value in values], -middle)
    return Spread(middle, spread, len(values)).share()


def survey(histories: Iterable[History], totals: dict[str, int] | None = None) -> Profile:
    """The profile of an iterable of histories, in one pass."""
    counted = Survey(totals)
    for history in histories:
        counted.add(history)
    return counted.profile()
