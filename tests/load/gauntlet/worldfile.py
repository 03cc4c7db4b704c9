"""Worlds of another author: one JSON object a line, so that any program can write them.

``{"id": 1, "domain": "api", "plant": ["temporal_manipulation", "strong"],
"updates": [[at, kind, old, new, agent, limited], …], "chances": [[session, applied], …],
"validated": 12, "violated": 3, "contradicted": 0}`` — ``at`` in seconds since 1970, UTC; honest
rules carry no ``plant``; left out counters are counted from the updates.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from learning.fraud.history import Chance, Update
from tests.load.gauntlet.world import Plant, World, history_of


def read(path: Path) -> World:
    """Raises ValueError with the line's number for a line that is no rule."""
    world = World(path.name)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            _add(world, json.loads(line))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path.name}, line {number}: {error!r}") from error
    return world


def _add(world: World, row: dict[str, Any]) -> None:
    updates = [
        Update(float(at), kind, float(old), float(new), agent, None, bool(limited))
        for at, kind, old, new, agent, limited in row["updates"]
    ]
    chances = [Chance(session, bool(applied)) for session, applied in row.get("chances", [])]
    history = history_of(int(row["id"]), row["domain"], sorted(updates), chances)
    for counter in ("validated", "violated", "contradicted", "times_revived"):
        setattr(history, counter, int(row.get(counter, getattr(history, counter))))
    world.add(history, Plant(*row["plant"]) if row.get("plant") else None)
