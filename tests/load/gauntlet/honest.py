"""Honest lives: what agents do who have no intention but their work."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from learning.fraud.history import DAY, HOUR, MINUTE
from tests.load.gauntlet.world import START, Attempt

if TYPE_CHECKING:
    from tests.load.gauntlet.colony import Colony

Life = Callable[["Colony", int, str], list[Attempt]]


def _work(
    colony: Colony,
    crew: list[str],
    skill: float,
    times: list[float],
) -> list[Attempt]:
    rng = colony.rng
    return [Attempt(at, colony.outcome(skill), rng.choice(crew)) for at in times]


def _days(colony: Colony, rate: float, low: float, high: float) -> list[float]:
    """Moments within working hours, weekends rarer, *rate* a day."""
    rng, times = colony.rng, []
    for day in range(colony.days):
        mean = rate * (0.3 if (day + 3) % 7 >= 5 else 1.0)
        for _ in range(poisson(colony, mean)):
            times.append(START + day * DAY + rng.uniform(low, high) * HOUR)
    return times


def poisson(colony: Colony, mean: float) -> int:
    count, left = 0, colony.rng.expovariate(1.0)
    while left < mean:
        count += 1
        left += colony.rng.expovariate(1.0)
    return count


def steady(colony: Colony, number: int, domain: str) -> list[Attempt]:
    rng = colony.rng
    low = rng.uniform(6, 11)
    times = _days(colony, rng.uniform(0.1, 1.2), low, low + rng.uniform(6, 10))
    return _work(colony, colony.crew(rng.randint(1, 6), number), colony.skill(domain), times)


def bursty(colony: Colony, number: int, domain: str) -> list[Attempt]:
    """Sessions of one agent: many attempts within hours, then days of nothing."""
    rng = colony.rng
    crew, skill = colony.crew(rng.randint(1, 5), number), colony.skill(domain)
    attempts: list[Attempt] = []
    for _ in range(rng.randint(3, 14)):
        at = START + rng.uniform(0, colony.days) * DAY
        agent, gap = rng.choice(crew), rng.choice((5, 15, 40, 70)) * MINUTE
        for _ in range(rng.randint(2, 12)):
            attempts.append(Attempt(at, colony.outcome(skill), agent))
            at += rng.expovariate(1 / gap)
    return attempts


def night(colony: Colony, number: int, domain: str) -> list[Attempt]:
    """A crew of another continent, or batches at night."""
    rng = colony.rng
    low = rng.choice((17, 19, 21, 22))
    if rng.random() < 0.3:
        at, jitter = rng.uniform(22, 26), rng.uniform(0.02, 0.5)
        every = rng.choice((1, 1, 2, 3))
        times = [
            START + d * DAY + (at + rng.gauss(0, jitter)) * HOUR
            for d in range(0, colony.days, every)
        ]
    else:
        times = _days(colony, rng.uniform(0.2, 1.2), low, low + rng.uniform(5, 9))
    return _work(colony, colony.crew(rng.randint(1, 4), number), colony.skill(domain), times)


def holiday(colony: Colony, number: int, domain: str) -> list[Attempt]:
    """Steady work with weeks missing."""
    gone = colony.rng.uniform(0, colony.days)
    length = colony.rng.uniform(7, 25)
    return [
        a
        for a in steady(colony, number, domain)
        if not gone <= (a.at - START) / DAY <= gone + length
    ]


def team(colony: Colony, number: int, domain: str) -> list[Attempt]:
    """Several agents meet the same rule on the same days."""
    rng = colony.rng
    crew, skill = colony.crew(rng.randint(3, 9), number), colony.skill(domain)
    attempts: list[Attempt] = []
    for day in range(colony.days):
        if rng.random() < 0.25:
            for agent in rng.sample(crew, rng.randint(1, len(crew))):
                for _ in range(1 + poisson(colony, 0.4)):
                    at = START + day * DAY + rng.uniform(8, 19) * HOUR
                    attempts.append(Attempt(at, colony.outcome(skill), agent))
    return attempts


def ci(colony: Colony, number: int, domain: str) -> list[Attempt]:
    """A build that grades by timetable, each hour or every few, day and night."""
    rng = colony.rng
    every, minute = rng.choice((1, 1, 1, 2, 3, 6, 12)), rng.randint(0, 59)
    skill, agent = colony.skill(domain), f"ci-{rng.randint(1, 3)}"
    first = rng.uniform(0, colony.days - 20)
    times, at = [], START + first * DAY + minute * MINUTE
    while at < START + (first + rng.uniform(3, 20)) * DAY:
        times.append(at + abs(rng.gauss(0, 40)))
        at += every * HOUR
    return [Attempt(at, colony.outcome(skill), agent) for at in times]


def fast(colony: Colony, number: int, domain: str) -> list[Attempt]:
    """A good rule that everybody needs: quick honest growth."""
    rng = colony.rng
    skill = min(0.96, colony.skill(domain) + 1.2 * colony.skill_spread)
    crew = colony.crew(rng.randint(3, 8), number)
    start = rng.uniform(0, colony.days - 12)
    times = []
    for day in range(rng.randint(6, 12)):
        for _ in range(poisson(colony, rng.uniform(2, 6))):
            times.append(START + (start + day) * DAY + rng.uniform(7, 20) * HOUR)
    return _work(colony, crew, skill, times)


def idle(colony: Colony, number: int, domain: str) -> list[Attempt]:
    """Forgotten, decayed, revived when it is needed again; seldom more than once."""
    rng = colony.rng
    crew, skill = colony.crew(rng.randint(2, 6), number), colony.skill(domain)
    attempts: list[Attempt] = []
    at = START + rng.uniform(0, 5) * DAY
    for cycle in range(1 + rng.choice((1, 1, 1, 1, 2, 2, 3))):
        if cycle:
            for _ in range(rng.randint(0, 3)):
                at += 1.0 * DAY
                attempts.append(Attempt(at, "decay", "system"))
            at += rng.uniform(5, 20) * DAY
            attempts.append(Attempt(at, "revival", rng.choice(crew)))
        for _ in range(rng.randint(3, 10)):
            at += rng.expovariate(1 / 0.8) * DAY
            attempts.append(Attempt(at, colony.outcome(skill), rng.choice(crew)))
    return attempts


def sparse(colony: Colony, number: int, domain: str) -> list[Attempt]:
    rng = colony.rng
    times = [START + rng.uniform(0, colony.days) * DAY for _ in range(rng.randint(3, 9))]
    return _work(colony, colony.crew(2, number), colony.skill(domain), times)


KINDS: dict[str, tuple[Life, float]] = {
    "steady": (steady, 0.30),
    "bursty": (bursty, 0.18),
    "night": (night, 0.09),
    "holiday": (holiday, 0.08),
    "team": (team, 0.13),
    "ci": (ci, 0.05),
    "fast": (fast, 0.07),
    "idle": (idle, 0.06),
    "sparse": (sparse, 0.04),
}
