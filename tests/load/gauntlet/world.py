"""What a generator makes: rules with their ledgers, and which of them were planted."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from learning.fraud.history import DAY, HOUR, OUTCOMES, Chance, History, Update

START = 1_767_225_600.0  # 2026-01-01 00:00 UTC, a Thursday
STRENGTHS = ("weak", "medium", "strong")
COOLDOWN, DAILY = 3600.0, 5


@dataclass(frozen=True)
class Plant:
    """What an attack is, and how strong."""

    kind: str
    strength: str


@dataclass
class World:
    """Histories and, for the planted ones, the plant by the rule's id."""

    name: str
    histories: list[History] = field(default_factory=list)
    plants: dict[int, Plant] = field(default_factory=dict)

    def add(self, history: History, plant: Plant | None = None) -> None:
        self.histories.append(history)
        if plant:
            self.plants[history.heuristic] = plant

    def totals(self) -> dict[str, int]:
        """Outcomes per agent anywhere."""
        counted: Counter[str] = Counter()
        for history in self.histories:
            counted.update(
                u.agent for u in history.updates if u.agent and u.kind in OUTCOMES and not u.limited
            )
        return dict(counted)


@dataclass(frozen=True)
class Attempt:
    """Somebody wants to record an outcome."""

    at: float
    kind: str
    agent: str
    step: float | None = None  # a forger writes this change past the engine


@dataclass
class Machine:
    """Records attempts as an installation of that dialect would."""

    rng: random.Random
    ema: bool = True
    limits: bool = True
    refusals: bool = True

    def record(self, attempts: list[Attempt], confidence: float = 0.5) -> list[Update]:
        rows: list[Update] = []
        last, day, today, applied, c = -1e18, -1, 0, 0, confidence
        for a in sorted(attempts, key=lambda a: a.at):
            if int(a.at // DAY) != day:
                day, today = int(a.at // DAY), 0
            own = a.kind in OUTCOMES
            if own and self.limits and (a.at - last < COOLDOWN or today >= DAILY):
                if self.refusals:
                    rows.append(_row(a, c, c, limited=True))
                continue
            new = self._next(c, a, applied)
            rows.append(_row(a, c, new))
            c = new
            if own:
                last, today, applied = a.at, today + 1, applied + 1
        return rows

    def _next(self, c: float, a: Attempt, applied: int) -> float:
        if a.step is not None:
            return min(0.95, max(0.05, c + a.step))
        if a.kind == "decay":
            return max(0.05, 0.92 * c)
        if a.kind == "revival":
            return max(c, 0.35)
        if not self.ema:
            step = {"success": 0.02, "failure": -0.03, "contradiction": -0.04}[a.kind]
            return min(0.95, max(0.05, c + step))
        return ema(c, a.kind, applied)


def ema(c: float, kind: str, applied: int) -> float:
    """The engine's step as documented (warm-up of five, asymmetric smoothing)."""
    raw = {
        "success": min(c + 0.1 * (1 - c), 0.95),
        "failure": max(0.9 * c, 0.05),
        "contradiction": max(0.85 * c, 0.05),
    }[kind]
    up = raw > c
    if applied < 5:
        alpha = 0.30
    elif c > 0.80:
        alpha = 0.10 if up else 0.15
    elif c < 0.30:
        alpha = 0.25 if up else 0.20
    else:
        alpha = (0.15 if up else 0.20) if applied >= 20 else (0.20 if up else 0.25)
    return min(0.95, max(0.05, alpha * raw + (1 - alpha) * c))


def _row(a: Attempt, old: float, new: float, *, limited: bool = False) -> Update:
    return Update(a.at, a.kind, old, new, a.agent, f"s{int(a.at // HOUR)}-{a.agent}", limited)


def history_of(
    number: int, domain: str, rows: list[Update], chances: list[Chance] | None = None
) -> History:
    """The rule whose counters are exactly its accepted outcomes."""
    kinds = Counter(row.kind for row in rows if not row.limited)
    return History(
        heuristic=number,
        domain=domain,
        validated=kinds["success"],
        violated=kinds["failure"],
        contradicted=kinds["contradiction"],
        times_revived=kinds["revival"],
        updates=tuple(rows),
        chances=tuple(chances or ()),
    )
