"""The referee believes the log, not the claim."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from game.arena.logs import Runs, encode
from game.arena.referee import Verdict, judge
from game.arena.simulation import Outcome, replay
from tests.game.arena.pilots import BEGINNER, GOOD, Flight, Pilot, fly, manifest

SEED = 77
ARM = {"weapon": "pulse_laser"}


@pytest.fixture(scope="module")
def flight() -> Flight:
    return fly(Pilot(GOOD, 3), manifest(3), SEED, "pulse_laser", 900)


@pytest.fixture(scope="module")
def flown(flight: Flight) -> Outcome:
    return replay(flight.manifest, SEED, ARM, flight.runs)


def judged(flight: Flight, flown: Outcome, **other: Any) -> Verdict:
    said: dict[str, Any] = {
        "manifest": flight.manifest,
        "seed": SEED,
        "loadout": ARM,
        "log_text": encode(flight.runs),
        "claimed_score": flown.score,
        "claimed_hash": flown.final_hash,
    }
    return judge(**(said | other))


def test_an_honest_claim_stands(flight: Flight, flown: Outcome) -> None:
    assert judged(flight, flown) == Verdict(True, "", flown)
    assert flown.score > 0 and flown.ticks == 900 and len(flown.hashes) == 15
    assert set(flown.downed) <= set(flown.met)
    assert not flown.over


def test_what_is_claimed_must_come_out(flight: Flight, flown: Outcome) -> None:
    more = judged(flight, flown, claimed_score=flown.score + 1)
    assert (more.ok, more.code) == (False, "other_score")
    assert more.reason == f"The log gives {flown.score} points, not {flown.score + 1}."
    assert judged(flight, flown, claimed_hash=flown.final_hash ^ 1).code == "other_hash"


@pytest.mark.parametrize(
    "other",
    [{"seed": SEED + 1}, {"loadout": {"weapon": "lance"}}, {"manifest": manifest(4)}],
)
def test_a_log_holds_for_one_sortie_only(
    flight: Flight, flown: Outcome, other: dict[str, Any]
) -> None:
    assert not judged(flight, flown, **other).ok


def test_one_changed_input_is_seen(flight: Flight, flown: Outcome) -> None:
    for at in range(0, len(flight.runs), 7):
        keys, count = flight.runs[at]
        runs: Runs = [*flight.runs[:at], (keys ^ 1, count), *flight.runs[at + 1 :]]
        verdict = judged(flight, flown, log_text=encode(runs))
        assert verdict.code in {"other_score", "other_hash", "not_joined"}


def test_nothing_counts_after_the_end() -> None:
    lost = fly(Pilot(BEGINNER, 1), manifest(1), SEED, "pulse_laser")
    assert lost.state.over and not lost.state.cleared
    outcome = replay(lost.manifest, SEED, ARM, lost.runs)
    assert judged(lost, outcome).ok
    keys, held = lost.runs[-1]
    longer = encode([*lost.runs[:-1], (keys, held + 1)])
    verdict = judged(lost, outcome, log_text=longer)
    assert verdict.code == "runs_on"
    assert verdict.outcome == replace(outcome, given=outcome.ticks + 1)


def test_who_leaves_early_keeps_what_was_shot(flight: Flight) -> None:
    early = flight.runs[: len(flight.runs) // 2]
    outcome = replay(flight.manifest, SEED, ARM, early)
    assert judged(flight, outcome, log_text=encode(early)).ok


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty"), ("!", "not_base64url"), (encode([(n % 2, 1) for n in range(900)]), "too_fast")],
)
def test_nonsense_is_not_flown(flight: Flight, flown: Outcome, text: str, code: str) -> None:
    verdict = judged(flight, flown, log_text=text)
    assert (verdict.ok, verdict.code, verdict.outcome) == (False, code, None)
    assert verdict.reason


def test_a_field_that_cannot_be_flown_is_our_fault(flight: Flight, flown: Outcome) -> None:
    with pytest.raises(ValueError, match="foes"):
        judged(flight, flown, manifest={"foes": [], "gifts": []})
