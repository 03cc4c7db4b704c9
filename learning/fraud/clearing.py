"""What would clear a rule: worked out by looking at the history that it would then have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from learning.fraud.checking import Known, check
from learning.fraud.fusion import SUSPECT, classify, fuse, standing
from learning.fraud.history import DAY, HOUR, History, Update
from learning.fraud.known import known_for
from learning.heuristics.confidence import FAILURE, START, SUCCESS, State, step

TRIES = (3, 5, 10, 20, 40)  # further outcomes that are tried out


@dataclass(frozen=True)
class Way:
    """A way to a lower probability: what would have to happen, and where it would then stand."""

    words: str
    score: float | None
    clears: bool


def ways(history: History, fired: Sequence[tuple[str, float]]) -> list[Way]:
    """What would clear the rule: each detector falling quiet, and honest outcomes to come."""
    found = []
    for name, _ in fired if len(fired) > 1 else []:
        rest = fuse(pair for pair in fired if pair[0] != name).score
        words = f"If {name.replace('_', ' ')} fell quiet"
        found.append(Way(words, rest, standing(classify(rest)) < SUSPECT))
    if not fired:
        return found
    known = known_for(history)
    if history.status in {"active", "dormant"}:
        found.append(_by_outcomes(history, known))
    return found


def _by_outcomes(history: History, known: Known) -> Way:
    """Outcomes by somebody who has not graded it before, at odd hours, held as often as usual."""
    share = known.profile.success(history.domain)
    mean = share.mean if share else 0.65
    last = None
    for n in TRIES:
        longer = _continued(history, n, mean)
        found = check(longer, known)
        last = found.verdict.score
        if standing(found.classification) < SUSPECT:
            words = f"{n} further outcomes by another grader, {mean:.0%} of them held"
            return Way(words, last, True)
    words = f"Not {TRIES[-1]} further outcomes by another grader, {mean:.0%} of them held"
    return Way(words, last, False)


def _continued(history: History, n: int, mean: float) -> History:
    rows = list(history.updates)
    at = rows[-1].at if rows else 0.0
    level, held = (rows[-1].new if rows else START), 0
    for number in range(1, n + 1):
        at = (at // DAY + 1) * DAY + (9 + number * 3 % 8) * HOUR + number * 37 % 60 * 60
        good = held < round(mean * number)
        held += good
        kind = SUCCESS if good else FAILURE
        new = step(State(level, level, 0, 20), kind).new
        rows.append(Update(at, kind, level, new, "another grader"))
        level = new
    return replace(
        history,
        updates=rows,
        validated=history.validated + held,
        violated=history.violated + n - held,
        _windows={},
        _graded={},
    )
