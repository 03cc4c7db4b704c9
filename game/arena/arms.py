"""Weapons and cursors, and what unlocks each. Pure; how a weapon flies is in the simulation."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

POINTS, ACHIEVEMENT, STAR, START = "points", "achievement", "star", "start"


@dataclass(frozen=True)
class Arm:
    """Something to equip. ``by`` says what unlocks it: POINTS of the ledger (``need``), the
    ACHIEVEMENT ``code``, a STAR for the configured repository, or nothing (START)."""

    code: str
    name: str
    about: str
    by: str
    need: int = 0
    achievement: str = ""


WEAPONS = (
    Arm("pulse_laser", "Pulse laser", "One steady bolt after the other, straight ahead.", START),
    Arm("scatter", "Scatter", "A short fan: strong up close, nothing from afar.", POINTS, 1_500),
    Arm("echo", "Echo", "Bolts that come back from the edge of the field.", POINTS, 6_000),
    Arm("lance", "Lance", "Slow to load; goes through whatever stands in line.", POINTS, 15_000),
    Arm(
        "swarm",
        "Swarm",
        "Slow darts that find their own way.",
        ACHIEVEMENT,
        achievement="caretaker",
    ),
    Arm("star_blaster", "Star blaster", "One slow shot that opens into seven, like a star.", STAR),
)
CURSORS = (
    Arm("default", "Plain", "The pointer of your system.", START),
    Arm("leaf", "Leaf", "A leaf whose tip points.", POINTS, 500),
    Arm(
        "lantern",
        "Lantern",
        "A small light for late hours.",
        ACHIEVEMENT,
        achievement="whole_field",
    ),
    Arm(
        "compass",
        "Compass",
        "A needle that shows the way.",
        ACHIEVEMENT,
        achievement="second_look",
    ),
    Arm("star_ship", "Star ship", "A small ship with a star for a sail.", STAR),
    Arm("star_trail", "Star trail", "A star that leaves sparks behind.", STAR),
)
KINDS = {"weapon": WEAPONS, "cursor": CURSORS}


def arm_named(kind: str, code: str) -> Arm | None:
    """The arm of that kind and code."""
    return next((arm for arm in KINDS.get(kind, ()) if arm.code == code), None)


def earned(
    arms: Collection[Arm], *, points: int, achievements: Collection[str], starred: bool
) -> list[str]:
    """Codes of *arms* that somebody with so many *points* has reached, in their order."""
    return [
        arm.code
        for arm in arms
        if arm.by == START
        or (arm.by == POINTS and points >= arm.need)
        or (arm.by == ACHIEVEMENT and arm.achievement in achievements)
        or (arm.by == STAR and starred)
    ]
