"""What a day's sortie is made of, as a value: fair shares, one order, one canonical text.

Pure. ``game.arena.field`` finds the team's data, ``services.sorties`` freezes the result. The
simulation uses kind, size and order; labels and links are for the drawing and the debrief.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

VERSION = 1
FOES = ("blocker", "bug", "drone", "impostor", "rammer")  # what wins a tie stands first
GIFTS = ("repair", "rapid")
MOST_FOES, MOST_GIFTS = 60, 20
LEAST_FOES = 6  # fewer are over in seconds: such a day is for training
LABEL_LIMIT, LINK_LIMIT = 40, 400  # characters


class Thing(NamedTuple):
    """One foe or gift: its *label*, a *size* from 1 to 3, and the page where it can be mended."""

    label: str
    size: int
    link: str


def shares(counts: Mapping[str, int], most: int = MOST_FOES) -> dict[str, int]:
    """How many of each kind fit into *most*: every kind gets as many as any other that has them,
    so that six hundred warnings do not push three blockers out."""
    given = dict.fromkeys(counts, 0)
    left = most
    while left:
        open_ = [kind for kind in counts if given[kind] < counts[kind]]
        if not open_:
            break
        each = max(1, left // len(open_))
        for kind in open_:
            take = min(each, counts[kind] - given[kind], left)
            given[kind] += take
            left -= take
    return given


def mixed(things: Mapping[str, Sequence[Thing]], most: int = MOST_FOES) -> list[dict[str, Any]]:
    """The foes in the order of their coming, each kind spread evenly over the whole sortie."""
    ordered = {kind: list(things.get(kind, ())) for kind in FOES}
    given = shares({kind: len(found) for kind, found in ordered.items()}, most)
    placed = [
        ((number + 0.5) / given[kind], FOES.index(kind), kind, thing)
        for kind, found in ordered.items()
        for number, thing in enumerate(found[: given[kind]])
    ]
    return [_entry(kind, thing) for _, _, kind, thing in sorted(placed, key=lambda p: p[:2])]


def _entry(kind: str, thing: Thing) -> dict[str, Any]:
    return {
        "kind": kind,
        "label": shortened(thing.label),
        "size": min(3, max(1, thing.size)),
        "link": thing.link if len(thing.link) <= LINK_LIMIT else "",
    }


def shortened(label: str) -> str:
    """One line of at most LABEL_LIMIT characters."""
    line = " ".join(label.split())
    return line if len(line) <= LABEL_LIMIT else line[: LABEL_LIMIT - 1] + "…"


def made(day: str, foes: Mapping[str, Sequence[Thing]], gifts: Sequence[Thing]) -> dict[str, Any]:
    """The manifest of *day* (ISO date)."""
    return {
        "version": VERSION,
        "day": day,
        "training": False,
        "foes": mixed(foes),
        "gifts": [_gift(GIFTS[n % 2], thing) for n, thing in enumerate(gifts[:MOST_GIFTS])],
    }


def _gift(kind: str, thing: Thing) -> dict[str, Any]:
    entry = _entry(kind, thing)
    del entry["size"]
    return entry


def training(day: str) -> dict[str, Any]:
    """The practice field: every kind of foe, gently mixed, about nothing that is real."""
    drill = {
        "blocker": [Thing(f"practice blocker {n}", 1 + n % 2, "") for n in (1, 2, 3, 4)],
        "bug": [Thing(f"practice bug {n}", 1, "") for n in range(1, 11)],
        "drone": [Thing(f"practice drone {n}", 1, "") for n in range(1, 5)],
        "impostor": [Thing(f"practice impostor {n}", 1, "") for n in (1, 2, 3)],
        "rammer": [Thing(f"practice rammer {n}", 1, "") for n in (1, 2, 3)],
    }
    gifts = [Thing(f"practice find {n}", 1, "") for n in range(1, 6)]
    return made(day, drill, gifts) | {"training": True}


def counted(manifest: Mapping[str, Any]) -> list[tuple[str, int]]:
    """(kind, how many) of the foes, in the order of FOES, without those that are not there."""
    kinds = [foe["kind"] for foe in manifest["foes"]]
    return [(kind, kinds.count(kind)) for kind in FOES if kind in kinds]


def canonical(manifest: Mapping[str, Any]) -> str:
    """The one text of a manifest: keys sorted, no spaces, plain ASCII."""
    return json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest_of(text: str) -> str:
    """SHA-256 of the canonical text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()
