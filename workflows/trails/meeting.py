"""When two agents meet at a place: different agents, within the window, not both only looking.

Pure. Two agents that read one file do each other no harm. A collision is that one of the two laid
anything else there: a ``write``, a warning, or a scent that we do not know. Both came within
``ELF_COLLISION_MINUTES`` of each other, whoever came first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# what an agent lays that only looked
LOOKING = frozenset({"read", "discovery", "cold"})
NEVER = -1e9  # an hour before all trails; finite, because JSON has no infinity


def touches(scent: str) -> bool:
    """Whether an agent that lays *scent* did more than look."""
    return scent not in LOOKING


def met(
    agents: Mapping[str, Sequence[float]], agent: str, at: float, touching: bool
) -> tuple[str, float] | None:
    """Whom *agent* meets at the hour *at*: (the other, the hour it was there), the latest one.

    *agents* is {agent: [trails, hour of the last, hour of the last that touched]}. Who touches
    meets everybody, who looks meets those that touched. An hour after *at* is not met.
    """
    hour = 1 if touching else 2
    seen = [
        (last[hour], other)
        for other, last in agents.items()
        if other != agent and NEVER < last[hour] <= at
    ]
    if not seen:
        return None
    when, other = max(seen)
    return other, when
