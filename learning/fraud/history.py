"""What the detectors read: one rule's past, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0

# a raw row may carry the seed's words for the canonical types
HELD = frozenset({"success", "validation"})
LOST = frozenset({"failure", "contradiction", "violation"})
OUTCOMES = HELD | LOST


class Update(NamedTuple):
    """A row of the ledger; ``at`` is seconds since 1970, UTC."""

    at: float
    kind: str
    old: float
    new: float
    agent: str | None = None
    session: str | None = None
    limited: bool = False

    @property
    def held(self) -> bool:
        return self.kind in HELD


class Chance(NamedTuple):
    """A session whose context called for the rule, and whether the rule was applied there."""

    session: str
    applied: bool


@dataclass(slots=True)
class History:
    """One rule with its ledger in order of time, and the chances to apply it."""

    heuristic: int
    domain: str
    golden: bool = False
    status: str = "active"
    validated: int = 0
    violated: int = 0
    contradicted: int = 0
    times_revived: int = 0
    updates: Sequence[Update] = ()
    chances: Sequence[Chance] = ()
    counts_itself: bool = False  # the row has no counters: its ledger was counted instead
    _windows: dict[float, list[Update]] = field(default_factory=dict, repr=False, compare=False)
    _graded: dict[float, list[Update]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def applications(self) -> int:
        return self.validated + self.violated + self.contradicted

    @property
    def success_rate(self) -> float:
        return self.validated / self.applications if self.applications else 0.0

    def recent(self, days: float) -> list[Update]:
        """Accepted rows of the *days* before the rule's last one.

        The window hangs on the last row and not on today, so that waiting clears nobody and an
        imported history reads the same in any year.
        """
        found = self._windows.get(days)
        if found is None:
            accepted = [update for update in self.updates if not update.limited]
            since = accepted[-1].at - days * DAY if accepted else 0.0
            if accepted and accepted[0].at < since:
                accepted = [update for update in accepted if update.at >= since]
            found = self._windows[days] = accepted
        return found

    def graded(self, days: float) -> list[Update]:
        """Those of ``recent`` that grade an application."""
        found = self._graded.get(days)
        if found is None:
            found = self._graded[days] = outcomes(self.recent(days))
        return found


def outcomes(updates: Sequence[Update]) -> list[Update]:
    """The rows that grade an application; decay, revival and resets are the product's own."""
    return [update for update in updates if update.kind in OUTCOMES]


def held_count(updates: Sequence[Update]) -> int:
    return sum(1 for update in updates if update.kind in HELD)


@dataclass(frozen=True, slots=True)
class Signal:
    """What one detector saw. Score 0 to 1; it counts only when ``fired``.

    ``reason`` is one sentence, ``evidence`` small JSON: the numbers that the page draws.
    """

    detector: str
    score: float
    severity: str
    reason: str
    fired: bool
    evidence: dict[str, Any] = field(default_factory=dict)


def quiet(detector: str, reason: str, score: float = 0.0, **evidence: Any) -> Signal:
    """A detector that saw nothing, or too little to tell, and says which."""
    return Signal(detector, min(1.0, score), "low", reason, False, evidence)
