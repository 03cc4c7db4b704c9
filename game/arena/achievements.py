"""What a player can have done once. Kind ones: nothing for days in a row, nothing for volume.

Pure. ``services.honours`` asks ``flown`` after an accepted sortie and ``cared`` after an award.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

SHORT = 60 * 30  # ticks of half a minute
WHOLE = 10_800  # ticks of a full sortie


@dataclass(frozen=True)
class Honour:
    """An achievement: its *code*, its *name*, and the sentence that says what for."""

    code: str
    name: str
    words: str


HONOURS = (
    Honour("first_flight", "First flight", "Flew a sortie that the referee could fly again."),
    Honour("practice", "Dry run", "Flew the practice field before anything counted."),
    Honour("into_the_field", "Into the field", "Flew a sortie made of what the team has to fix."),
    Honour("armour", "Armour opened", "Brought a blocker down."),
    Honour("unmasked", "Unmasked", "Brought an impostor down."),
    Honour("steady_nerves", "Steady nerves", "Brought a rammer down."),
    Honour("whole_set", "One of each", "Brought one of every kind down in one sortie."),
    Honour("whole_field", "Clear field", "Brought everything down that the day had."),
    Honour("three_minutes", "To the last second", "Stayed in the air for the whole three minutes."),
    Honour("home_early", "Home in time", "Came home within half a minute, and that counts too."),
    Honour("other_hand", "Another hand", "Flew with a weapon other than the first."),
    Honour("second_look", "Second look", "A fraud review of yours stood."),
    Honour("gold_keeper", "Gold that held", "A golden rule that you signed held for 30 days."),
    Honour("good_answer", "Answered in time", "Answered what waited for a person within its day."),
    Honour("caretaker", "Caretaker", "Earned points for care in two different ways."),
    Honour("star_gazer", "Star gazer", "Starred the repository that this team looks up to."),
)
BY_CODE = {honour.code: honour for honour in HONOURS}

# what a stewardship reason stands for
FOR_CARE = {"fraud_review": "second_look", "golden_rule": "gold_keeper", "inbox": "good_answer"}


@dataclass(frozen=True)
class Flight:
    """An accepted sortie: foes there were and foes brought down by kind, ticks, weapon."""

    training: bool
    weapon: str
    ticks: int
    there: Mapping[str, int]
    down: Mapping[str, int]


def flown(flight: Flight) -> list[str]:
    """Codes that *flight* earns."""
    down = {kind for kind, many in flight.down.items() if many}
    cleared = bool(flight.there) and all(
        flight.down.get(kind, 0) >= many for kind, many in flight.there.items()
    )
    earned: dict[str, bool] = {
        "first_flight": True,
        "practice": flight.training,
        "into_the_field": not flight.training,
        "armour": "blocker" in down,
        "unmasked": "impostor" in down,
        "steady_nerves": "rammer" in down,
        "whole_set": len(flight.there) > 2 and down >= set(flight.there),
        "whole_field": cleared and not flight.training,
        "three_minutes": flight.ticks >= WHOLE,
        "home_early": flight.ticks <= SHORT,
        "other_hand": flight.weapon != "pulse_laser",
    }
    return [code for code, is_earned in earned.items() if is_earned]


def cared(reasons: Collection[str]) -> list[str]:
    """Codes for somebody who holds awards for these *reasons*."""
    held = set(reasons)
    found = [FOR_CARE[reason] for reason in sorted(held) if reason in FOR_CARE]
    return [*found, "caretaker"] if len(held) > 1 else found
