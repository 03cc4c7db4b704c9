"""A second, plainer generator: another hand, other habits. Nothing is tuned on it.

Honest rules are graded at random moments by a pool of agents, attacks are what the upstream's
formulas describe, taken literally.
"""

from __future__ import annotations

import random

from learning.fraud.history import DAY, HOUR, MINUTE, Chance
from tests.load.gauntlet.world import START, STRENGTHS, Attempt, Machine, Plant, World, history_of

DAYS = 60


class Plain:
    """Makes one world of a seed."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(10_000 + seed)
        self.pool = [f"a{i}" for i in range(self.rng.randint(4, 20))]
        self.low = self.rng.uniform(0.45, 0.6)
        self.high = self.low + self.rng.uniform(0.15, 0.3)
        self.machine = Machine(self.rng, limits=False)

    def outcome(self, skill: float) -> str:
        return "success" if self.rng.random() < skill else "failure"

    def honest(self) -> list[Attempt]:
        rng, skill = self.rng, self.rng.uniform(self.low, self.high)
        hours = rng.choice(((8, 18), (8, 18), (20, 28), (0, 24)))
        at, attempts = START + rng.uniform(0, 5) * DAY, []
        for _ in range(rng.randint(10, 60)):
            at += rng.expovariate(1 / rng.choice((0.05, 0.5, 1.5))) * DAY
            moment = int(at // DAY) * DAY + rng.uniform(*hours) * HOUR
            attempts.append(Attempt(moment, self.outcome(skill), rng.choice(self.pool)))
        return attempts

    def attack(self, kind: str, level: int) -> tuple[list[Attempt], float | None]:
        return getattr(self, f"_{kind}")(level)

    def _success_rate_anomaly(self, level: int) -> tuple[list[Attempt], None]:
        rng, p = self.rng, (0.85, 0.95, 1.0)[level]
        times = sorted(START + rng.uniform(0, DAYS) * DAY for _ in range((20, 35, 50)[level]))
        return [Attempt(t, self.outcome(p), rng.choice(self.pool)) for t in times], None

    def _temporal_manipulation(self, level: int) -> tuple[list[Attempt], None]:
        rng, share = self.rng, (0.3, 0.7, 1.0)[level]
        at, attempts, agent = START + rng.uniform(0, 30) * DAY, [], rng.choice(self.pool)
        for _ in range((10, 20, 30)[level]):
            attempts.append(Attempt(at, self.outcome((0.75, 0.85, 0.95)[level]), agent))
            tight = rng.random() < share
            at += rng.uniform(60, 65) * MINUTE if tight else rng.expovariate(1 / 0.4) * DAY
        return attempts, None

    def _unnatural_confidence_growth(self, level: int) -> tuple[list[Attempt], None]:
        rng, agent = self.rng, self.rng.choice(self.pool)
        noise, step = (0.6, 0.1, 0.0)[level], (0.012, 0.018, 0.025)[level]
        at, attempts = START + rng.uniform(0, 20) * DAY, []
        for _ in range((12, 16, 18)[level]):
            change = step * (1 + noise * rng.gauss(0, 1))
            attempts.append(Attempt(at, "success" if change > 0 else "failure", agent, change))
            at += rng.choice((0.5, 1, 1)) * DAY
        return attempts, None

    def _coordinated_manipulation(self, level: int) -> tuple[list[Attempt], None]:
        rng = self.rng
        ring = [f"ring{rng.randint(0, 9)}-{i}" for i in range((2, 3, 5)[level])]
        attempts = []
        for day in range((5, 8, 12)[level]):
            at = START + (20 + day) * DAY + rng.uniform(9, 17) * HOUR
            for agent in ring:
                at += rng.uniform(1, 15) * MINUTE
                attempts.append(Attempt(at, self.outcome((0.75, 0.92, 1.0)[level]), agent))
        return attempts, None

    def _application_selectivity(self, level: int) -> tuple[list[Attempt], float]:
        rng = self.rng
        times = sorted(START + rng.uniform(0, DAYS) * DAY for _ in range(rng.randint(10, 20)))
        p = (0.85, 0.97, 1.0)[level]
        found = [Attempt(t, self.outcome(p), rng.choice(self.pool)) for t in times]
        return found, (0.12, 0.06, 0.03)[level]

    def _revival_gaming(self, level: int) -> tuple[list[Attempt], None]:
        rng, agent = self.rng, self.rng.choice(self.pool)
        at, attempts = START + rng.uniform(0, 10) * DAY, []
        for _ in range((2, 3, 5)[level]):
            attempts.append(Attempt(at, "revival", agent))
            for _ in range(5):
                at += rng.uniform(2, 12) * HOUR
                attempts.append(Attempt(at, self.outcome((0.8, 0.93, 1.0)[level]), agent))
            at += rng.uniform(4, 10) * DAY
            attempts.append(Attempt(at, "decay", "system"))
            at += DAY
        return attempts, None


KINDS = (
    "success_rate_anomaly",
    "temporal_manipulation",
    "unnatural_confidence_growth",
    "coordinated_manipulation",
    "application_selectivity",
    "revival_gaming",
)


def make(seed: int, honest_rules: int = 300, each: int = 6) -> World:
    """The plain world of a seed."""
    author, world, number = Plain(seed), World(f"plain {seed}"), 0
    rng = author.rng
    domains = [f"d{i}" for i in range(rng.randint(4, 12))]
    for _ in range(honest_rules):
        number += 1
        attempts = author.honest()
        if rng.random() < 0.1:
            attempts.append(Attempt(attempts[len(attempts) // 2].at + 1, "revival", "a0"))
        rate = rng.uniform(0.2, 0.9)
        chances = [Chance(f"c{i}", rng.random() < rate) for i in range(rng.randint(10, 40))]
        rows = author.machine.record(attempts)
        world.add(history_of(number, rng.choice(domains), rows, chances))
    for kind in KINDS:
        for level, strength in enumerate(STRENGTHS):
            for _ in range(each):
                number += 1
                attempts, rate = author.attack(kind, level)
                usual = rng.uniform(0.2, 0.9) if rate is None else rate
                chances = [
                    Chance(f"c{i}", rng.random() < usual) for i in range(rng.randint(20, 60))
                ]
                rows = author.machine.record(attempts)
                world.add(
                    history_of(number, rng.choice(domains), rows, chances), Plant(kind, strength)
                )
    return world
