"""A rule that is applied only where it is sure to hold."""

from __future__ import annotations

from learning.fraud.detectors.context import Context, Finding, judge
from learning.fraud.history import History, Signal, quiet
from learning.fraud.tails import both

NAME = "application_selectivity"
MIN_CHANCES = 10
MIN_OUTCOMES = 5
WINDOW = 365  # days
# shares vary less than the profile allows them to: a tail of 0.015 is one honest rule in 500
OVERSTATED = 2.5
RARE = 0.1  # share of applications below which the documented score counts


def application_selectivity(history: History, context: Context) -> Signal:
    """Documented: fewer than a tenth of ten or more chances taken gives 1 - 10 x share.

    Words match loosely and most rules are left out for good reasons, so among enough rules it
    takes both: fewer applications than other rules find, and better outcomes than they have.
    """
    chances = len(history.chances)
    if chances < MIN_CHANCES:
        return quiet(NAME, f"too few chances to tell ({chances} of {MIN_CHANCES})")
    applied = sum(1 for chance in history.chances if chance.applied)
    rate = applied / chances
    graded = history.graded(WINDOW)
    if len(graded) < MIN_OUTCOMES:
        return quiet(NAME, f"too few outcomes to tell ({len(graded)} of {MIN_OUTCOMES})")
    gain = context.profile.gain(history.domain, graded)
    usual = context.profile.applied
    tail = both(usual.at_most(applied, chances), gain) / OVERSTATED if gain and usual else None
    found = Finding(
        NAME,
        1 - rate / RARE if rate < RARE else 0.0,
        f"applied in {applied} of {chances} sessions that called for it",
        {
            "opportunities": chances,
            "applied": applied,
            "application_rate": round(rate, 6),
            "usual_rate": round(usual.mean, 6) if usual else None,
            "gain_tail": None if gain is None else float(f"{gain:.3g}"),
        },
        tail,
    )
    return judge(found, context, "medium")
