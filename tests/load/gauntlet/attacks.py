"""Planted attacks: what an agent does that wants a number and not a better rule.

Each plan gives attempts and, where it is about that, the share of chances that are taken. Weak
attacks hide among honest work; they are reported apart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from learning.fraud.history import DAY, HOUR, MINUTE
from tests.load.gauntlet.world import START, Attempt

if TYPE_CHECKING:
    from tests.load.gauntlet.colony import Colony

Plan = Callable[["Colony", int, str, str], tuple[list[Attempt], float | None]]
LEVEL = {"weak": 0, "medium": 1, "strong": 2}


def _pick(colony: Colony, strength: str, *ranges: tuple[float, float]) -> float:
    return colony.rng.uniform(*ranges[LEVEL[strength]])


def _forged(colony: Colony, skill: float, forged: float) -> str:
    """Mostly a success, whatever happened."""
    return "success" if colony.rng.random() < forged else colony.outcome(skill)


def _spread(colony: Colony, n: int, days: float) -> list[float]:
    rng = colony.rng
    first = rng.uniform(0, max(0.0, colony.days - days))
    return sorted(
        START + int(first + rng.uniform(0, days)) * DAY + rng.uniform(7, 20) * HOUR
        for _ in range(n)
    )


def success(colony: Colony, number: int, domain: str, strength: str) -> tuple[list[Attempt], None]:
    """Nearly everything is reported as held."""
    rng, skill = colony.rng, colony.domains[domain]
    n = int(_pick(colony, strength, (15, 40), (25, 60), (35, 80)))
    forged = _pick(colony, strength, (0.4, 0.6), (0.9, 0.97), (0.98, 1.0))
    crew = colony.crew(rng.randint(1, 3), number)
    times = _spread(colony, n, rng.uniform(15, colony.days))
    return [Attempt(at, _forged(colony, skill, forged), rng.choice(crew)) for at in times], None


def temporal(colony: Colony, number: int, domain: str, strength: str) -> tuple[list[Attempt], None]:
    """Each cooldown is used up to the minute, or the reset of the daily limit at midnight."""
    rng, skill = colony.rng, colony.domains[domain]
    share = _pick(colony, strength, (0.3, 0.45), (0.65, 0.8), (0.9, 1.0))
    forged = _pick(colony, strength, (0.3, 0.6), (0.7, 0.9), (0.9, 1.0))
    agent = colony.crew(1, number)[0]
    at = START + rng.uniform(0, colony.days - 25) * DAY
    night, attempts = rng.random() < 0.4, []
    for day in range(rng.randint(6, 20)):
        morning = int(at // DAY) * DAY + day * DAY
        if night:
            for _ in range(rng.randint(1, 2)):
                hour = rng.uniform(23, 25.9) if rng.random() < share else rng.uniform(6, 22)
                attempts.append(morning + hour * HOUR)
            continue
        moment = morning + rng.uniform(0, 14) * HOUR
        for _ in range(rng.randint(3, 5)):
            attempts.append(moment)
            gap = rng.uniform(60, 64.5) if rng.random() < share else rng.uniform(66, 300)
            moment += gap * MINUTE
    return [Attempt(at, _forged(colony, skill, forged), agent) for at in attempts], None


def growth(colony: Colony, number: int, domain: str, strength: str) -> tuple[list[Attempt], None]:
    """A climb: written past the engine in even steps, or driven by it at full pace."""
    rng, skill = colony.rng, colony.domains[domain]
    n = int(_pick(colony, strength, (11, 15), (16, 30), (25, 45)))
    agent = colony.crew(1, number)[0]
    at = START + rng.uniform(0, colony.days - 20) * DAY + rng.uniform(6, 12) * HOUR
    attempts = []
    if rng.random() < 0.5:
        step = _pick(colony, strength, (0.015, 0.02), (0.018, 0.03), (0.02, 0.03))
        gap = rng.choice((0.25, 0.5, 1.0)) * DAY
        for _ in range(n):
            honest_one = rng.random() < _pick(colony, strength, (0.2, 0.4), (0.0, 0.08), (0, 0))
            kind = colony.outcome(skill) if honest_one else "success"
            forged = None if honest_one else step * rng.uniform(0.95, 1.05)
            attempts.append(Attempt(at, kind, agent, forged))
            at += gap * rng.uniform(0.95, 1.05)
        return attempts, None
    forged = _pick(colony, strength, (0.5, 0.7), (0.95, 1.0), (1.0, 1.0))
    for i in range(n):
        attempts.append(Attempt(at, _forged(colony, skill, forged), agent))
        at += rng.uniform(61, 150) * MINUTE if i % 5 < 4 else 15 * HOUR
    return attempts, None


def coordination(
    colony: Colony, number: int, domain: str, strength: str
) -> tuple[list[Attempt], None]:
    """A ring takes turns on one rule, beside some honest work."""
    rng, skill = colony.rng, colony.domains[domain]
    size = int(_pick(colony, strength, (2, 3), (3, 5.99), (4, 8)))
    ring = [f"puppet-{number}-{i}" for i in range(size)]
    if rng.random() < 0.6:
        ring = colony.crew(size, number)
    forged = _pick(colony, strength, (0.3, 0.6), (0.85, 0.97), (0.97, 1.0))
    rest = colony.crew(3, number)
    attempts = []
    first = rng.uniform(0, colony.days - 30)
    gap = rng.choice((3, 20, 62, 90))
    for day in range(int(_pick(colony, strength, (4, 6), (7, 12), (10, 16)))):
        at = START + (first + day * rng.choice((1, 1, 2))) * DAY + rng.uniform(0, 8) * HOUR
        for agent in rng.sample(ring, rng.randint(2, len(ring))):
            attempts.append(Attempt(at, _forged(colony, skill, forged), agent))
            at += (60 if colony.machine.limits else 0) * MINUTE
            at += gap * rng.uniform(0.5, 1.5) * MINUTE
        if rng.random() < _pick(colony, strength, (0.8, 1.0), (0.1, 0.3), (0.0, 0.15)):
            attempts.append(Attempt(at + 3 * HOUR, colony.outcome(skill), rng.choice(rest)))
    return attempts, None


def selectivity(
    colony: Colony, number: int, domain: str, strength: str
) -> tuple[list[Attempt], float]:
    """Applied where it is sure to hold, silent elsewhere."""
    rng, skill = colony.rng, colony.domains[domain]
    rate = _pick(colony, strength, (0.1, 0.2), (0.04, 0.08), (0.01, 0.04))
    forged = _pick(colony, strength, (0.5, 0.7), (0.92, 1.0), (1.0, 1.0))
    crew = colony.crew(2, number)
    times = _spread(colony, rng.randint(12, 25), colony.days * 0.8)
    return [Attempt(at, _forged(colony, skill, forged), rng.choice(crew)) for at in times], rate


def revival(colony: Colony, number: int, domain: str, strength: str) -> tuple[list[Attempt], None]:
    """Let it fall asleep, revive it for the bonus, praise it, and again."""
    rng, skill = colony.rng, colony.domains[domain]
    cycles = int(_pick(colony, strength, (2, 2.5), (3, 4.99), (5, 7)))
    forged = _pick(colony, strength, (0.4, 0.7), (0.85, 1.0), (0.95, 1.0))
    agent, at = colony.crew(1, number)[0], START + rng.uniform(0, 10) * DAY
    attempts: list[Attempt] = []
    for _ in range(rng.randint(2, 6)):
        at += rng.uniform(0.2, 1.5) * DAY
        attempts.append(Attempt(at, colony.outcome(skill), rng.choice(colony.agents)))
    for _ in range(cycles):
        at += rng.uniform(1, 8) * DAY
        if rng.random() < 0.6:
            attempts.append(Attempt(at, "decay", "system"))
        at += rng.uniform(1, 4) * DAY
        attempts.append(Attempt(at, "revival", agent))
        for _ in range(rng.randint(3, 6)):
            at += rng.uniform(1.1, 14) * HOUR
            attempts.append(Attempt(at, _forged(colony, skill, forged), agent))
    return attempts, None


KINDS: dict[str, Plan] = {
    "success_rate_anomaly": success,
    "temporal_manipulation": temporal,
    "unnatural_confidence_growth": growth,
    "coordinated_manipulation": coordination,
    "application_selectivity": selectivity,
    "revival_gaming": revival,
}
