"""Flying a log again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from game.arena.simulation.core import step
from game.arena.simulation.state import hash_of, new_game
from game.arena.simulation.tables import TICKS


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a log comes to.

    ``hashes`` holds one 32-bit hash per 60th tick, ``final_hash`` the one of the last tick flown,
    ``met`` the places in the manifest of the foes that appeared, ``downed`` of those shot down in
    that order. ``ticks`` were flown; ``given`` is the length of the log, longer than ``ticks`` if
    it runs on after the end. ``over`` is false where the player left before the end.
    """

    score: int
    final_hash: int
    hashes: tuple[int, ...]
    ticks: int
    met: tuple[int, ...]
    downed: tuple[int, ...]
    hull: int
    over: bool
    cleared: bool
    given: int


def replay(
    manifest: Mapping[str, Any],
    seed: int,
    loadout: Mapping[str, Any],
    log: Iterable[tuple[int, int]],
) -> Outcome:
    """Fly *log*, pairs of (input, count of ticks). Raises ValueError for what cannot be flown."""
    state = new_game(manifest, seed, loadout)
    hashes: list[int] = []
    given = 0
    for keys, count in log:
        given += count
        for _ in range(count):
            if state.over:
                break
            step(state, keys)
            if state.tick % TICKS == 0:
                hashes.append(hash_of(state))
    return Outcome(
        score=state.score,
        final_hash=hash_of(state),
        hashes=tuple(hashes),
        ticks=state.tick,
        met=tuple(range(min(state.next, len(manifest["foes"])))),
        downed=tuple(dict.fromkeys(state.downed)),
        hull=state.ship.hull,
        over=state.over,
        cleared=state.cleared,
        given=given,
    )
