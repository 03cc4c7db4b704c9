"""Several agents that push one rule together, taking turns."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from learning.fraud.detectors.context import Context, Finding, judge
from learning.fraud.history import DAY, History, Signal, Update, held_count, quiet
from learning.fraud.population import Profile
from learning.fraud.shapes import exclusive_share, graders, handover
from learning.fraud.tails import best_of, both, normal_above, rank_tail, together

NAME = "coordinated_manipulation"
WINDOW = 30  # days
MIN_UPDATES = 6
PRAISE = 0.75  # success above which the documented formula counts it
CRITICAL = 0.75
# bursts of one agent are so usual that the combined tail overstates honest teams: measured on
# simulated ones, a tail of 0.03 is one rule in 500
OVERSTATED = 2.5


def coordinated_manipulation(history: History, context: Context) -> Signal:
    """Two or more agents: documented .3 x (n - 1) / 4 + .4 x share of days with several updates
    + .3 x success above .75.

    A team at work looks like that, so among enough rules it takes a gain and a sign of agreement:
    turns taken more strictly than shuffled names would, or graders who grade nothing else.
    """
    updates = [update for update in history.graded(WINDOW) if update.agent]
    counts = graders(updates)
    if len(counts) < 2:
        return quiet(NAME, "one agent alone" if counts else "no agent is named")
    if len(updates) < MIN_UPDATES:
        return quiet(NAME, f"too few updates to tell ({len(updates)} of {MIN_UPDATES})")
    share = held_count(updates) / len(updates)
    days = Counter(int(update.at // DAY) for update in updates)
    busy = sum(1 for n in days.values() if n > 1) / len(days)
    score = 0.3 * min((len(counts) - 1) / 4, 1) + 0.4 * busy + 0.3 * share * (share > PRAISE)
    found = _found(history, updates, counts, score, context)
    found.evidence.update(multi_update_days=round(busy, 6), success_rate=round(share, 6))
    return judge(found, context, "critical" if score > CRITICAL else "high")


def _found(
    history: History,
    updates: Sequence[Update],
    counts: Mapping[str, int],
    score: float,
    context: Context,
) -> Finding:
    """The documented score beside what shuffled names and other rules would show."""
    gain = context.profile.gain(history.domain, updates)
    turns, passing = turn_taking(updates, counts), handover(updates)
    alone = exclusive_share(counts, context.totals) or 0.0
    return Finding(
        NAME,
        score,
        f"{len(counts)} agents made {len(updates)} updates, "
        f"{held_count(updates) / len(updates):.0%} of them held; "
        f"names change {turns.changes} times where {turns.expected:.1f} are expected",
        {
            "agents": len(counts),
            "total_updates": len(updates),
            "changes": turns.changes,
            "expected_changes": round(turns.expected, 3),
            "handover_minutes": passing,
            "exclusive_share": round(alone, 6),
            "gain_tail": None if gain is None else float(f"{gain:.3g}"),
        },
        _tail(gain, turns.tail, alone, passing, context.profile),
    )


def _tail(
    gain: float | None, turns: float, alone: float, passing: float | None, profile: Profile
) -> float | None:
    if gain is None:
        return None
    quick = 1.0 if passing is None else rank_tail(passing, profile.handovers, high=False)
    agreement = best_of([together(turns, quick), rank_tail(alone, profile.exclusive)])
    return both(agreement, gain) / OVERSTATED


class Turns:
    """How often the name changes from one update to the next, against shuffled names."""

    def __init__(self, changes: int, expected: float, spread: float) -> None:
        self.changes, self.expected = changes, expected
        self.tail = normal_above((changes - 0.5 - expected) / spread) if spread > 0 else 1.0


def turn_taking(updates: Sequence[Update], counts: Mapping[str, int]) -> Turns:
    """The runs test for several kinds (Barton and David, 1957): mean and variance are exact."""
    changes = sum(1 for a, b in pairwise(updates) if a.agent != b.agent)
    n = len(updates)
    squares = sum(c * c for c in counts.values())
    cubes = sum(c**3 for c in counts.values())
    expected = n - squares / n
    variance = (squares * (squares + n * (n + 1)) - 2 * n * cubes - n**3) / (n * n * (n - 1))
    return Turns(changes, expected, math.sqrt(max(0.0, variance)))
