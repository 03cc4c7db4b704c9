"""A generator of colonies: every seed draws its own dialect, then honest rules, then attacks.

What an installation writes differs (which engine, whether limits hold, whether refusals are
recorded, how wide skills are, whether agents have their own rules), so nothing of it is constant.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from learning.fraud.history import Chance
from tests.load.gauntlet import attacks, honest
from tests.load.gauntlet.world import STRENGTHS, Machine, Plant, World, history_of

HONEST = 600
EACH = 8  # attacks of each kind and strength


@dataclass
class Colony:
    """The dialect of one seed and the agents that live in it."""

    rng: random.Random
    machine: Machine
    agents: list[str]
    domains: dict[str, float]
    skill_spread: float
    apply_rate: float
    days: int
    dedicated: bool
    previews: bool

    def skill(self, domain: str) -> float:
        return min(0.97, max(0.1, self.rng.gauss(self.domains[domain], self.skill_spread)))

    def crew(self, size: int, number: int) -> list[str]:
        """Who works on a rule: some of the pool, or in some colonies the rule's own agents."""
        if self.dedicated:
            return [f"agent-{number}-{i}" for i in range(size)]
        return self.rng.sample(self.agents, min(size, len(self.agents)))

    def outcome(self, skill: float) -> str:
        if self.rng.random() < skill:
            return "success"
        return "contradiction" if self.rng.random() < 0.2 else "failure"

    def chances(self, rate: float, least: int = 10, most: int = 80) -> list[Chance]:
        n = self.rng.randint(least, most)
        return [Chance(f"c{i}", self.rng.random() < rate) for i in range(n)]


def settle(seed: int) -> Colony:
    """The dialect of a seed."""
    rng = random.Random(seed)
    middle, between = rng.uniform(0.5, 0.7), rng.uniform(0.02, 0.06)
    names = [f"domain-{i}" for i in range(rng.randint(6, 14))]
    return Colony(
        rng=rng,
        machine=Machine(
            rng,
            ema=rng.random() < 0.75,
            limits=rng.random() < 0.7,
            refusals=rng.random() < 0.5,
        ),
        agents=[f"agent-{i}" for i in range(rng.randint(6, 40))],
        domains={name: rng.gauss(middle, between) for name in names},
        skill_spread=rng.uniform(0.05, 0.12),
        apply_rate=rng.uniform(0.2, 0.6),
        days=rng.randint(45, 120),
        dedicated=rng.random() < 0.2,
        previews=rng.random() < 0.85,
    )


def make(seed: int, honest_rules: int = HONEST, each: int = EACH) -> World:
    """The world of a seed: *honest_rules* honest ones, *each* attacks of each kind and strength."""
    colony, world, number = settle(seed), World(f"colony {seed}"), 0
    kinds = list(honest.KINDS)
    weights = [honest.KINDS[kind][1] for kind in kinds]
    for _ in range(honest_rules):
        number += 1
        domain = colony.rng.choice(list(colony.domains))
        live = honest.KINDS[colony.rng.choices(kinds, weights)[0]][0]
        attempts = live(colony, number, domain)
        spread = colony.rng.betavariate(6 * colony.apply_rate, 6 * (1 - colony.apply_rate))
        chances = colony.chances(spread) if colony.previews else None
        world.add(history_of(number, domain, colony.machine.record(attempts), chances))
    for kind, plan in attacks.KINDS.items():
        if kind == "application_selectivity" and not colony.previews:
            continue
        for strength in STRENGTHS:
            for _ in range(each):
                number += 1
                domain = colony.rng.choice(list(colony.domains))
                attempts, rate = plan(colony, number, domain, strength)
                chances = None
                if colony.previews:
                    usual = colony.rng.betavariate(
                        6 * colony.apply_rate, 6 * (1 - colony.apply_rate)
                    )
                    chances = colony.chances(
                        usual if rate is None else rate, 10 if rate is None else 40
                    )
                rows = colony.machine.record(attempts)
                world.add(history_of(number, domain, rows, chances), Plant(kind, strength))
    return world
