"""A rule that is put to sleep and revived again and again, each time praised by the same agent."""

from __future__ import annotations

from collections.abc import Sequence

from learning.fraud.detectors.context import Context, Finding, judge
from learning.fraud.history import OUTCOMES, History, Signal, Update, held_count, quiet
from learning.fraud.population import Profile
from learning.fraud.shapes import graders, months_of, same_as_before
from learning.fraud.tails import both, rank_tail, together

NAME = "revival_gaming"
AFTER = 5  # updates after a revival that show what it was for
MIN_REVIVALS = 2
# of the rules that are revived as often, most are what we look for
OVERSTATED = 4.0


def revival_gaming(history: History, context: Context) -> Signal:
    """Documented: .3 x revivals per month / 2 + .4 x concentration of agents + .3 x success
    above .7 in the five updates after each revival.

    A single revival concentrates on one agent by nature, so at least two are asked for; among
    enough rules the count must be rare for revived rules and what follows must be a gain.
    """
    revivals = sum(1 for update in history.updates if update.kind == "revival")
    revivals = max(revivals, history.times_revived)
    if revivals < MIN_REVIVALS:
        return quiet(NAME, "never dormant" if not revivals else "revived once")
    after = after_revivals(history.updates)
    counts = graders(after)
    focus = max(counts.values()) / sum(counts.values()) if counts else 0.0
    share = held_count(after) / len(after) if after else 0.0
    monthly = revivals / max(1.0, months_of(history.updates))
    gain = context.profile.gain(history.domain, after)
    own, named = self_praise(history.updates) or same_as_before(after)
    found = Finding(
        NAME,
        0.3 * min(monthly / 2, 1) + 0.4 * focus + 0.3 * max(0.0, share - 0.7),
        f"revived {revivals} times, {monthly:.1f} a month; "
        f"{share:.0%} of the {len(after)} updates that followed held",
        {
            "revivals": revivals,
            "revivals_per_month": round(monthly, 6),
            "agent_concentration": round(focus, 6),
            "success_after": round(share, 6),
            "updates_after": len(after),
            "praised_by_reviver": own,
            "named_after": named,
            "gain_tail": None if gain is None else float(f"{gain:.3g}"),
        },
        _tail(monthly, own, named, gain, context.profile),
    )
    return judge(found, context, "medium")


def _tail(
    monthly: float, own: int, named: int, gain: float | None, profile: Profile
) -> float | None:
    if gain is None or profile.same is None:
        return None
    often = rank_tail(monthly, profile.revivals)
    odd = together(often, profile.same.at_least(own, named)) if named else often
    return both(odd, gain) / OVERSTATED


def self_praise(updates: Sequence[Update]) -> tuple[int, int] | None:
    """Of the graded updates after a revival whose agents are named: by the reviver, and all;
    None where no reviver is named."""
    own = named = left = 0
    reviver: str | None = None
    for update in updates:
        if update.kind == "revival":
            left, reviver = AFTER, update.agent
        elif left and reviver and update.agent and not update.limited and update.kind in OUTCOMES:
            left -= 1
            named += 1
            own += update.agent == reviver
    return (own, named) if named else None


def after_revivals(updates: Sequence[Update]) -> list[Update]:
    """The first five accepted outcomes after each revival, until the next one."""
    after: list[Update] = []
    left = 0
    for update in updates:
        if update.kind == "revival":
            left = AFTER
        elif left and not update.limited and update.kind in OUTCOMES:
            after.append(update)
            left -= 1
    return after
