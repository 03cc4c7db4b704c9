"""The referee's verdict on a claim: fly the log again and compare. Pure; bounded by the log.

What it proves and what not: docs/game.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from game.arena.logs import BadLog, decode, too_fast
from game.arena.simulation import Outcome, replay


@dataclass(frozen=True, slots=True)
class Verdict:
    """``outcome`` is there whenever the log could be flown, also for a refused claim. ``code`` is
    a word for programs ("" if ok), ``reason`` a sentence for people."""

    ok: bool
    reason: str
    outcome: Outcome | None
    code: str = ""


def judge(
    manifest: Mapping[str, Any],
    seed: int,
    loadout: Mapping[str, Any],
    log_text: str,
    claimed_score: int,
    claimed_hash: int,
) -> Verdict:
    """Whether playing *log_text* gives what is claimed. A log that stops before the game's end
    counts as it stands; one that runs on after it does not. Raises ValueError only for a
    manifest, seed or loadout that cannot be flown: those are ours, not the player's."""
    try:
        runs = decode(log_text)
    except BadLog as bad:
        return Verdict(False, str(bad), None, bad.code)
    if sentence := too_fast(runs):
        return Verdict(False, sentence, None, "too_fast")
    outcome = replay(manifest, seed, loadout, runs)
    if outcome.given > outcome.ticks:
        sentence = f"The log runs on after the end at tick {outcome.ticks}."
        return Verdict(False, sentence, outcome, "runs_on")
    if outcome.score != claimed_score:
        sentence = f"The log gives {outcome.score} points, not {claimed_score}."
        return Verdict(False, sentence, outcome, "other_score")
    if outcome.final_hash != claimed_hash:
        sentence = f"The log ends in another state than claimed, at tick {outcome.ticks}."
        return Verdict(False, sentence, outcome, "other_hash")
    return Verdict(True, "", outcome)
