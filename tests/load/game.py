"""Figures of the game: ``python -m tests.load.game [speed] [forged] [balance]``; else all three.

* speed: 200 flights of full length on both sides: ticks a second, and that they agree to the last
  hash; how long the referee takes for a whole sortie, and for the busiest field there is.
* forged: 1,000 forged and 1,000 honest submissions of 15 seconds, through the services and the job
  of the referee, on a database of their own.
* balance: pilots of four skills with each weapon: how long they live and what they score.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable

from game.arena.referee import judge
from game.arena.simulation import TICKS, WEAPONS
from tests.chromium import find_chromium
from tests.game.arena import pilots
from tests.game.arena.vectors import (
    FLY,
    differences,
    ending_flights,
    expected,
    full_flights,
    packed,
    page_with,
)

FULL, ROUNDS, BATCH = 200, 21, 20
SKILLS = ("BEGINNER", "FAIR", "KEYS_ONLY", "GOOD")


def speed() -> bool:
    """Whether all flights agree."""
    start = time.process_time()
    flights = [packed(flight) for flight in full_flights(FULL)]
    print(f"{FULL} flights of full length made in {time.process_time() - start:.1f} s of CPU")
    took, ticks = [], 0
    for flight in flights:
        start = time.process_time()
        ticks += expected(flight).ticks
        took.append(time.process_time() - start)
    whole = sum(took)
    print(f"Python: {ticks / whole:,.0f} ticks a second, {whole / ticks * 1e6:.1f} µs a tick")
    print(
        f"  a log of three minutes: median {statistics.median(took):.3f} s, most {max(took):.3f} s"
    )
    busiest()
    return in_browser(flights, ticks)


def busiest() -> None:
    """The referee on the flight with as many foes as the field takes, for three minutes."""
    flight = ending_flights()[-1]
    one = packed(flight)
    outcome = expected(one)
    start = time.process_time()
    verdict = judge(
        flight.manifest,
        flight.seed,
        {"weapon": flight.weapon},
        one["log"],
        outcome.score,
        outcome.final_hash,
    )
    took = time.process_time() - start
    print(f"  the fullest field, {outcome.ticks} ticks: {took:.3f} s, accepted: {verdict.ok}")


def in_browser(flights: list[dict[str, object]], ticks: int) -> bool:
    """The same in Chromium, a few at a time."""
    from playwright.sync_api import sync_playwright

    path = find_chromium()
    if not path:
        print("JavaScript: no Chromium on this machine")
        return True
    found: list[str] = []
    took = 0.0
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--disable-gpu"])
        page = page_with(browser)
        for at in range(0, len(flights), BATCH):
            some = flights[at : at + BATCH]
            answer = page.evaluate(FLY, some)
            took += answer["took"] / 1000
            found += differences(some, answer["flown"])
        browser.close()
    print(f"JavaScript: {ticks / took:,.0f} ticks a second, {took / ticks * 1e6:.2f} µs a tick")
    print(f"  flights that differ: {len(found)} of {len(flights)}", *found[:5])
    return not found


def forged() -> bool:
    """Whether no forged submission and all honest ones were accepted."""
    from tests.load import forgeries

    return forgeries.main()


def balance() -> bool:
    """Median seconds, median score and cleared sorties for each skill and weapon."""
    print(f"{'':<10}{'weapon':<14}{'seconds':>8}{'score':>8}{'cleared':>9}   ({ROUNDS} days)")
    best: dict[str, float] = {}
    for name in SKILLS:
        skill = getattr(pilots, name)
        for weapon in WEAPONS:
            ends = [
                pilots.fly(pilots.Pilot(skill, day), pilots.manifest(day), day + 1, weapon).state
                for day in range(ROUNDS)
            ]
            score = statistics.median(end.score for end in ends)
            lived = statistics.median(end.tick for end in ends) / TICKS
            cleared = sum(end.cleared for end in ends)
            print(f"{name.lower():<10}{weapon:<14}{lived:8.0f}{score:8,.0f}{cleared:6}/{ROUNDS}")
            if name == "GOOD":
                best[weapon] = score
    middle = statistics.median(best.values())
    print(
        f"The best weapon of a good pilot is {max(best.values()) / middle - 1:+.0%} off the middle"
    )
    print(f"and {max(best.values()) / min(best.values()) - 1:+.0%} above the weakest.")
    return True


PARTS: dict[str, Callable[[], bool]] = {"speed": speed, "forged": forged, "balance": balance}


def main(arguments: list[str]) -> int:
    """1 if something that must hold does not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=[])
    chosen = parser.parse_args(arguments).parts or list(PARTS)
    held = [PARTS[part]() for part in chosen]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
