"""Updates whose clock is the limiter's: right after each cooldown, or around midnight."""

from __future__ import annotations

import math
from collections.abc import Sequence

from learning.fraud.detectors.context import Context, Finding, judge
from learning.fraud.history import DAY, HOUR, History, Signal, Update, held_count, quiet
from learning.fraud.population import Profile
from learning.fraud.shapes import NIGHT_EXPECTED, REGULAR_BELOW, Clock, chosen, clock
from learning.fraud.tails import best_of, both, contrast, rank_tail, together

NAME = "temporal_manipulation"
WINDOW = 30  # days
MIN_UPDATES = 5
LEAST_SIDE = 5  # updates at chosen and at other times, to compare them within a rule
UNUSUAL = 0.02  # a clock that one honest rule in fifty has says nothing by itself
NO_GAIN = 0.3  # outcomes that three honest rules in ten have gain nothing from a timetable
NO_NIGHT_GAIN = 0.1  # crews of another continent are common: their nights ask for more
SHIFT = 0.8  # of updates in three hours: a crew's night is longer, so its outcomes must be plain
EVERYBODY = 0.25  # outcomes that one honest rule in four has
LOCKED = 0.9  # length of the mean direction of minutes past the hour: a timetable's clock
TIMETABLE = 12  # updates from which a timetable can be told
LIMITED_SHARE = 0.5  # refused attempts per accepted one: then the limiter made the intervals


def temporal_manipulation(history: History, context: Context) -> Signal:
    """Documented: .4 x share of intervals of 60 to 65 min + .3 x 4 x (night share - .125) +
    .3 x regularity, each term and the sum at most 1.

    A clock that gains nothing is no gaming: a grader that works by timetable or by night and
    finds as many failures as the others is excused, and so is a rule whose attempts the limiter
    refused (it made those intervals).
    """
    updates = history.graded(WINDOW)
    if len(updates) < MIN_UPDATES:
        return quiet(NAME, f"too few updates to tell ({len(updates)} of {MIN_UPDATES})")
    beat = clock(updates)
    gain = _gain(updates, context.profile.gain(history.domain, updates))
    tail = _tail(beat, gain, context.profile)
    found = Finding(
        NAME,
        documented(beat),
        f"{beat.slot} of {beat.intervals} updates come as the cooldown ends, "
        f"{beat.night} of {beat.updates} around midnight",
        _evidence(beat, gain),
        tail,
        _excuse(history, updates, beat, gain),
    )
    return judge(found, context)


def documented(beat: Clock) -> float:
    """The formula of the seed's design, each term held below 1."""
    slot = 0.4 * beat.slot_share
    night = min(1.0, 0.3 * max(0.0, (beat.night_share - NIGHT_EXPECTED) * 4))
    return min(1.0, slot + night + 0.3 * max(0.0, 1 - beat.variation / REGULAR_BELOW))


def _gain(updates: Sequence[Update], among_rules: float | None) -> float | None:
    """What the clock gains: among rules, or within this one, where chosen times stand beside
    others."""
    picked = chosen(updates)
    rest = len(updates) - len(picked)
    if min(len(picked), rest) < LEAST_SIDE:
        return among_rules
    within = contrast(held_count(picked), len(picked), held_count(updates), len(updates))
    return within if among_rules is None else best_of([among_rules, within])


def _tail(beat: Clock, gain: float | None, profile: Profile) -> float | None:
    if gain is None or profile.slot is None or profile.night is None:
        return None
    odd = best_of(
        [
            profile.slot.at_least(beat.slot, beat.intervals),
            profile.night.at_least(beat.night, beat.updates),
        ]
    )
    even = rank_tail(beat.variation, profile.spreads, high=False)
    unusual = min(odd, together(odd, even))
    return both(unusual, gain, ordinary=1.0) if unusual <= UNUSUAL else max(unusual, gain)


def _excuse(history: History, updates: Sequence[Update], beat: Clock, gain: float | None) -> str:
    refused = sum(1 for update in history.updates if update.limited)
    if refused >= LIMITED_SHARE * len(updates) and beat.slot_share > 0:
        return f"{refused} attempts were refused: the limiter made these intervals, not the agent"
    if gain is None:
        return ""
    if gain > NO_GAIN and len(updates) >= TIMETABLE and direction(updates) >= LOCKED:
        return "a timetable, and its outcomes are no better than elsewhere"
    failed = len(updates) - held_count(updates)
    no_gain = NO_NIGHT_GAIN if beat.night_share < SHIFT else EVERYBODY
    if beat.slot_share < 0.5 and gain > no_gain and failed:
        return "a clock of its own, and its outcomes are no better than elsewhere"
    return ""


def direction(updates: Sequence[Update]) -> float:
    """How much the minutes past the hour agree: 1 all the same, 0 spread evenly."""
    angles = [update.at % HOUR / HOUR * math.tau for update in updates]
    x, y = sum(map(math.cos, angles)), sum(map(math.sin, angles))
    return math.hypot(x, y) / len(angles)


def _evidence(beat: Clock, gain: float | None) -> dict[str, float | int | None]:
    return {
        "cooldown_cluster_rate": round(beat.slot_share, 6),
        "cooldown_clustered": beat.slot,
        "intervals": beat.intervals,
        "midnight_rate": round(beat.night_share, 6),
        "expected_midnight_rate": NIGHT_EXPECTED,
        "coefficient_of_variation": round(beat.variation, 6),
        "total_updates": beat.updates,
        "gain_tail": None if gain is None else float(f"{gain:.3g}"),
        "window_days": WINDOW,
        "day_seconds": DAY,
    }
