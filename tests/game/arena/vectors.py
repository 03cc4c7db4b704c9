"""Flights that both sides of the simulation must agree on: twenty of full length and two hundred
of 15 seconds, by pilots of every skill, with every weapon, over fields of many sizes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route

from game.arena.logs import decode, encode
from game.arena.simulation import MOST_TICKS, TICKS, WEAPONS, Outcome, replay
from tests.game.arena.pilots import (
    BEGINNER,
    DODGER,
    FAIR,
    GOOD,
    KEYS_ONLY,
    LASTING,
    Fidget,
    Flight,
    Pilot,
    fly,
    manifest,
)  # fmt: skip

STATIC = Path(__file__).resolve().parents[3] / "static"
HOST = "http://vectors.invalid"
FULL, SHORT, SHORT_TICKS = 20, 200, 15 * TICKS
ARMS = tuple(WEAPONS)

# Flies all logs in the page: hashes, the score, and the log as the page writes it again.
FLY = """async (flights) => {
  const { hashOf, newGame, step } = await import("/js/game/sim.mjs");
  const { Reader, Recorder } = await import("/js/game/log.mjs");
  const started = performance.now();
  const flown = flights.map(({ manifest, seed, weapon, log }) => {
    const state = newGame(manifest, seed, { weapon });
    const reader = new Reader(log);
    const recorder = new Recorder();
    const hashes = [];
    for (let input = reader.next(); input !== undefined; input = reader.next()) {
      recorder.add(input);
      step(state, input);
      if (state.tick % 60 === 0) hashes.push(hashOf(state));
    }
    const { score, tick: ticks } = state;
    return { hashes, score, ticks, final_hash: hashOf(state), log: recorder.text() };
  });
  return { flown, took: performance.now() - started };
}"""


def full_flights(number: int = FULL) -> list[Flight]:
    """Flights of three minutes; the few that end before are left out."""
    found: list[Flight] = []
    for seed in count(1):
        pilot = Pilot(LASTING, seed)
        flown = fly(pilot, manifest(seed, 60 - seed % 3 * 8), seed * 7919, ARMS[seed % len(ARMS)])
        if flown.state.tick == MOST_TICKS:
            found.append(flown)
        if len(found) == number:
            break
    return found


def short_flights(number: int = SHORT, ticks: int = SHORT_TICKS) -> list[Flight]:
    """Flights of 15 seconds at the most: people of four skills, and hands that fidget."""
    skills = (BEGINNER, FAIR, GOOD, KEYS_ONLY)
    return [
        fly(
            Fidget(seed) if seed % 3 == 0 else Pilot(skills[seed % 4], seed),
            manifest(seed, 1 + seed * 7 % 60, seed % 21),
            (seed * 2654435761) & 0xFFFFFFFF,
            ARMS[seed % len(ARMS)],
            ticks,
        )
        for seed in range(1, number + 1)
    ]


def ending_flights() -> list[Flight]:
    """Flights to their end: all foes down, the ship lost, more foes than the field takes."""
    crowd = manifest(1)
    for foe in crowd["foes"]:
        foe |= {"kind": "rammer", "size": 1}
    cleared = [
        fly(Pilot(GOOD, seed), manifest(seed, foes), seed - 1, ARMS[seed % len(ARMS)])
        for seed, foes in enumerate((60, 49, 20, 60, 48, 56), 1)
    ]
    lost = [fly(Pilot(BEGINNER, seed), manifest(seed), seed, ARMS[seed]) for seed in range(3)]
    return [*cleared, *lost, fly(Pilot(DODGER, 2), crowd, 2, "lance")]


def packed(flight: Flight) -> dict[str, Any]:
    """A flight as the page takes it."""
    return {
        "manifest": flight.manifest,
        "seed": flight.seed,
        "weapon": flight.weapon,
        "log": encode(flight.runs),
    }


def expected(flight: dict[str, Any]) -> Outcome:
    """What Python makes of a packed flight."""
    loadout = {"weapon": flight["weapon"]}
    return replay(flight["manifest"], flight["seed"], loadout, decode(flight["log"]))


def page_with(browser: Browser, *planted: tuple[str, str]) -> Page:
    """An empty page that can import the game's modules, with *planted* (old, new) replaced in
    their text on the way."""
    page = browser.new_page()

    def serve(route: Route) -> None:
        path = STATIC / route.request.url.removeprefix(HOST).lstrip("/")
        if not path.is_file():
            route.fulfill(body="<!doctype html><title>vectors</title>", content_type="text/html")
            return
        text = path.read_text(encoding="utf-8")
        for old, new in planted:
            text = text.replace(old, new)
        route.fulfill(body=text, content_type="text/javascript")

    page.route("**/*", serve)
    page.goto(HOST)
    return page


def differences(flights: Iterable[dict[str, Any]], flown: Iterable[dict[str, Any]]) -> list[str]:
    """Where the page's flights are not Python's: a line for each flight that differs."""
    found = []
    for number, (flight, theirs) in enumerate(zip(flights, flown, strict=True)):
        ours = expected(flight)
        pairs = enumerate(zip(ours.hashes, theirs["hashes"], strict=False), 1)
        tick = next((at * TICKS for at, (one, two) in pairs if one != two), 0)
        if tick:
            found.append(f"flight {number}: another hash at tick {tick}")
        elif (ours.score, ours.final_hash, ours.ticks, len(ours.hashes)) != (
            theirs["score"], theirs["final_hash"], theirs["ticks"], len(theirs["hashes"]),
        ):  # fmt: skip
            found.append(f"flight {number}: another end")
        elif theirs["log"] != flight["log"]:
            found.append(f"flight {number}: its log is written differently")
    return found
