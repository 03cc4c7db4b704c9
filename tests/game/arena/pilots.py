"""Pilots that fly sorties for tests and figures: seeded, with the reactions of people.

They look at the state a few times a second, pick a direction by how near danger comes, and aim
with an error. Floats are fine here: a log is only whole numbers.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Any

from game.arena.logs import Runs, runs_of
from game.arena.simulation import MOST_TICKS, State, new_game, step
from game.arena.simulation.core import AIM, AIM_SHIFT, DOWN, FIRE, LEFT, RIGHT, UP
from game.arena.simulation.state import EDGE_X, EDGE_Y
from game.arena.simulation.tables import SCALE, WEAPONS

KINDS = ("bug", "bug", "drone", "blocker", "impostor", "rammer")
WAYS = [
    (keys, dx, dy)
    for keys, dx, dy in (
        (0, 0, 0), (UP, 0, -1), (DOWN, 0, 1), (LEFT, -1, 0), (RIGHT, 1, 0),
        (UP | LEFT, -0.7, -0.7), (UP | RIGHT, 0.7, -0.7),
        (DOWN | LEFT, -0.7, 0.7), (DOWN | RIGHT, 0.7, 0.7),
    )
]  # fmt: skip
SPEED = 576  # of the ship, in a tick

Dangers = list[tuple[int, int, int, int]]


def manifest(seed: int, foes: int = 60, gifts: int = 10) -> dict[str, Any]:
    """A day's manifest with a mixture of everything."""
    dice = random.Random(seed)
    return {
        "version": 1,
        "day": "2026-11-20",
        "training": False,
        "foes": [
            {
                "kind": dice.choice(KINDS),
                "size": dice.choice((1, 1, 2, 2, 3)),
                "label": f"file{number}.py",
                "link": f"/trails/{number}/",
            }
            for number in range(foes)
        ],
        "gifts": [
            {"kind": dice.choice(("repair", "rapid")), "label": "", "link": "/"}
            for _ in range(gifts)
        ],
    }


@dataclass
class Skill:
    """``every``: ticks between two looks; ``sees``: units around the ship that are looked at;
    ``miss``: error of the aim (1/1024 of a turn); ``mouse``: aims by hand, with a lead;
    ``ahead``: ticks thought ahead; ``spares``: lets the last foe of a wave live;
    ``fires``: at all."""

    every: int
    sees: int
    miss: int
    mouse: bool
    ahead: tuple[int, ...]
    shots: bool = True
    gifts: bool = True
    spares: bool = False
    fires: bool = True


BEGINNER = Skill(every=30, sees=60, miss=0, mouse=False, ahead=(12,), shots=False, gifts=False)
FAIR = Skill(every=14, sees=90, miss=24, mouse=True, ahead=(10, 24))
GOOD = Skill(every=6, sees=130, miss=10, mouse=True, ahead=(6, 14, 26))
KEYS_ONLY = Skill(every=8, sees=110, miss=0, mouse=False, ahead=(6, 14, 26))
LASTING = Skill(every=5, sees=130, miss=12, mouse=True, ahead=(6, 18), spares=True)
DODGER = Skill(every=5, sees=150, miss=0, mouse=False, ahead=(5, 12, 24), fires=False)


class Pilot:
    """Flies by a `Skill`; ``keys(state)`` is its input for the next tick."""

    def __init__(self, skill: Skill, seed: int) -> None:
        self.skill = skill
        self.dice = random.Random(seed)
        self.held = 0
        self.aim = 0
        self.look = self.dice.randrange(skill.every)

    def keys(self, state: State) -> int:
        if state.tick >= self.look:
            self.look = state.tick + self.skill.every + self.dice.randint(-1, 1)
            self.held = self._steer(state) | self._trigger(state)
        if not self.skill.mouse:
            return self.held
        if state.tick % 3 == 0:
            self._point(state)
        return self.held | AIM | self.aim << AIM_SHIFT

    def _trigger(self, state: State) -> int:
        here = [foe for foe in state.foes if foe.born == 0 and not foe.cloaked]
        if not self.skill.fires or (self.skill.spares and len(state.foes) < 2):
            return 0
        return FIRE if here or not self.skill.mouse else 0

    def _point(self, state: State) -> None:
        ship, best, found = state.ship, 1e12, None
        for foe in state.foes:
            apart = math.hypot(foe.x - ship.x, foe.y - ship.y)
            if foe.born == 0 and not foe.cloaked:
                apart *= 2.5 if foe.guard else 1
                if apart < best:
                    best, found = apart, foe
        if found is None:
            return
        flight = best / WEAPONS[state.weapon].speed
        x = found.x + found.vx * flight * 0.7 - ship.x
        y = found.y + found.vy * flight * 0.7 - ship.y
        right = round(math.atan2(y, x) * 512 / math.pi)
        self.aim = (right + self.dice.randint(-self.skill.miss, self.skill.miss)) & 1023

    def _steer(self, state: State) -> int:
        """The direction in which the least danger comes near within the next moments."""
        moments = [(ahead, self._dangers(state, ahead)) for ahead in self.skill.ahead]
        calm = 30 if self.skill.shots else 400
        best, keys = 1e12, 0
        for way, dx, dy in WAYS:
            risk = self._risk(state, dx * SPEED, dy * SPEED, moments) + self.dice.random() * calm
            if risk < best:
                best, keys = risk, way
        return keys

    def _dangers(self, state: State, ahead: int) -> Dangers:
        """(x, y, how far it is felt, weight) of what is near, where it will be."""
        ship, sees = state.ship, self.skill.sees * SCALE
        found: Dangers = []
        for foe in state.foes:
            if abs(foe.x - ship.x) < sees and abs(foe.y - ship.y) < sees:
                x, y = foe.x + foe.vx * ahead, foe.y + foe.vy * ahead
                found.append((x, y, foe.radius + 55 * SCALE, 1))
        if self.skill.shots:
            for shot in state.shots:
                if not shot.mine and abs(shot.x - ship.x) < sees and abs(shot.y - ship.y) < sees:
                    found.append(
                        (shot.x + shot.vx * ahead, shot.y + shot.vy * ahead, 20 * SCALE, 8)
                    )
        return found

    def _risk(
        self, state: State, vx: float, vy: float, moments: list[tuple[int, Dangers]]
    ) -> float:
        ship, risk = state.ship, 0.0
        for ahead, dangers in moments:
            x = min(max(ship.x + vx * ahead, 1792), EDGE_X - 1792)
            y = min(max(ship.y + vy * ahead, 1792), EDGE_Y - 1792)
            for ox, oy, felt, weight in dangers:
                dx, dy = ox - x, oy - y
                if -felt < dx < felt and -felt < dy < felt:
                    gap = math.hypot(dx, dy)
                    if gap < felt:
                        risk += ((felt - gap) / SCALE) ** 2 * weight
        risk += math.hypot((x - EDGE_X / 2) / EDGE_X, (y - EDGE_Y / 2) / EDGE_Y) * 300
        if self.skill.gifts and state.gifts:
            gift = min(state.gifts, key=lambda g: math.hypot(g.x - ship.x, g.y - ship.y))
            risk += math.hypot(gift.x - x, gift.y - y) / SCALE * 3
        return risk


class Fidget:
    """Holds random keys for a few ticks; every other one waves a mouse in a random walk."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.mouse = seed % 2 == 1
        self.held = 0
        self.aim = 512
        self.until = 0

    def keys(self, state: State) -> int:
        if state.tick >= self.until:
            self.held = self.dice.randrange(32)
            self.until = state.tick + self.dice.randint(6, 30)
        if not self.mouse:
            return self.held
        self.aim = (self.aim + self.dice.randint(-14, 14)) & 1023
        return self.held | AIM | self.aim << AIM_SHIFT


@dataclass(frozen=True)
class Flight:
    """A flown sortie: what it takes to fly it again, and where it came to."""

    manifest: dict[str, Any]
    seed: int
    weapon: str
    runs: Runs
    state: State


def fly(
    pilot: Pilot | Fidget, field: dict[str, Any], seed: int, weapon: str, ticks: int = MOST_TICKS
) -> Flight:
    """At most *ticks* of a sortie, less if it ends."""
    state = new_game(field, seed, {"weapon": weapon})
    inputs = []
    while not state.over and state.tick < ticks:
        keys = pilot.keys(state)
        inputs.append(keys)
        step(state, keys)
    return Flight(field, seed, weapon, runs_of(inputs), state)
