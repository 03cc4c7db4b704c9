"""Confidence that grows as no honest use of the engine makes it grow."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from learning.fraud.detectors.context import Context, Finding, judge
from learning.fraud.history import DAY, History, Signal, Update, quiet
from learning.fraud.population import Profile
from learning.fraud.shapes import beyond_engine, outcomes_per_day
from learning.fraud.tails import both, rank_tail

NAME = "unnatural_confidence_growth"
WINDOW = 60  # days
MIN_UPDATES = 10  # the monotone term counts above it (strict)
FULL_SLOPE = 0.02  # confidence per day at which the slope term is full
FULL_NOISE = 0.01  # variance of the steps at which nothing is smooth
USUAL = 0.006  # the engine makes every growth smooth, so the documented score is nearly always high


def unnatural_confidence_growth(history: History, context: Context) -> Signal:
    """Documented: .3 if never falling (above 10 updates) + .4 x slope / .02 a day + .3 x
    smoothness; nothing without a rise.

    The engine itself climbs in small smooth steps, so among enough rules growth is judged by what
    the engine cannot do (steps larger than its own) or by a run of successes at a pace that
    honest rules do not have.
    """
    updates = history.recent(WINDOW)
    if len(updates) < MIN_UPDATES:
        return quiet(NAME, f"too few updates to tell ({len(updates)} of {MIN_UPDATES})")
    monotone, slope, smooth, variance = growth(updates)
    score = 0.3 * monotone + 0.4 * min(slope / FULL_SLOPE, 1) + 0.3 * smooth
    gain = context.profile.gain(history.domain, updates)
    odd, ups = beyond_engine(updates)
    found = Finding(
        NAME,
        score if slope > 0 else 0.0,
        _said(slope, len(updates), monotone, odd, ups),
        {
            "monotonic": monotone,
            "growth_slope": round(slope, 6),
            "smoothness_score": round(smooth, 6),
            "delta_variance": round(variance, 9),
            "total_updates": len(updates),
            "confidence_start": updates[0].new,
            "confidence_end": updates[-1].new,
            "beyond_engine": odd,
            "steps_up": ups,
            "gain_tail": None if gain is None else float(f"{gain:.3g}"),
        },
        _tail(updates, history.graded(WINDOW), slope, gain, context.profile),
        usual=USUAL,
    )
    return judge(found, context, "medium")


def _said(slope: float, count: int, monotone: bool, odd: int, ups: int) -> str:
    if slope <= 0:
        return f"confidence does not rise over {count} updates"
    never = "never falls" if monotone else "falls at times"
    words = f"confidence rises {slope:.4f} a day over {count} updates and {never}"
    return f"{words}; {odd} of {ups} steps are larger than the engine's"


def growth(updates: Sequence[Update]) -> tuple[bool, float, float, float]:
    """Never falling (above 10 updates), slope per day, smoothness, variance of the steps.

    The slope is over whole days, 0 within one day.
    """
    levels = [update.new for update in updates]
    rising = len(levels) > MIN_UPDATES and all(b >= a - 1e-12 for a, b in pairwise(levels))
    days = int((updates[-1].at - updates[0].at) / DAY)
    slope = (levels[-1] - levels[0]) / days if days else 0.0
    steps = [update.new - update.old for update in updates]
    mean = sum(steps) / len(steps)
    variance = sum((step - mean) ** 2 for step in steps) / (len(steps) - 1)
    return rising, slope, max(0.0, 1 - min(variance / FULL_NOISE, 1)), variance


def _tail(
    updates: Sequence[Update],
    graded: Sequence[Update],
    slope: float,
    gain: float | None,
    profile: Profile,
) -> float | None:
    if gain is None:
        return None
    if slope <= 0:
        return 1.0
    pace = rank_tail(outcomes_per_day(graded), profile.paces)
    run = both(pace, gain)
    odd, ups = beyond_engine(updates)
    if profile.beyond is None or not odd:
        return run
    return min(1.0, 2 * min(run, both(profile.beyond.at_least(odd, ups), gain)))
