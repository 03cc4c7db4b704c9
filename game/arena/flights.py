"""Flights in words: what a field holds, what one met by kind, and where it can be mended. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from game.arena.manifest import FOES, counted

PLACES_SHOWN = 4  # of a kind in the table of the manifest; the debrief names all


class Kind(NamedTuple):
    """How a foe is called, what it stands for, how it behaves, and its hue of the look."""

    name: str
    made_of: str
    way: str
    hue: str


KINDS: dict[str, Kind] = {
    "blocker": Kind(
        "armoured blocker",
        "blocker trails",
        "A snail behind a shield. Go round it, or wait until it opens to fire.",
        "blocker",
    ),
    "bug": Kind("bug", "warning trails", "A beetle that darts in zigzag.", "warning"),
    "drone": Kind(
        "drone", "open alerts", "A wasp that circles you; a ring closes before it stings.", "hot"
    ),
    "impostor": Kind(
        "impostor",
        "fraud reports that wait for a review",
        "A broken outline of a leaf, until you come close.",
        "gold",
    ),
    "rammer": Kind(
        "rammer",
        "violations that nobody has acknowledged",
        "A rhinoceros beetle: it aims, then runs straight until a wall stops it.",
        "write",
    ),
}
GIFTS = {"repair": "mends the leaf by one", "rapid": "fires twice as fast for eight seconds"}


class Place(NamedTuple):
    """What one met there: its label, the page where it can be mended, how often, how many of
    these came down."""

    label: str
    link: str
    met: int
    down: int


class Meeting(NamedTuple):
    """Foes of one kind; ``places`` are the first few, ``more`` foes are in others."""

    code: str
    kind: Kind
    met: int
    down: int
    places: list[Place]
    more: int


def places_of(foes: Sequence[Mapping[str, Any]]) -> list[Place]:
    """*foes* by place and page, in the order of their first coming."""
    seen: dict[tuple[str, str], list[bool]] = {}
    for foe in foes:
        place = str(foe.get("label", "")).partition(" · ")[0]  # the table says the kind
        key = (place, str(foe.get("link", "")))
        seen.setdefault(key, []).append(bool(foe.get("down")))
    return [Place(label, link, len(down), sum(down)) for (label, link), down in seen.items()]


def meetings(foes: Sequence[Mapping[str, Any]], shown: int = PLACES_SHOWN) -> list[Meeting]:
    """*foes* of a manifest or of a debrief by kind, in the order of the legend; kinds that do
    not come are left out."""
    found = []
    for code in FOES:
        places = places_of([foe for foe in foes if foe.get("kind") == code])
        if not places:
            continue
        more = sum(place.met for place in places[shown:])
        met, down = sum(p.met for p in places), sum(p.down for p in places)
        found.append(Meeting(code, KINDS[code], met, down, places[:shown], more))
    return found


def sentence(manifest: Mapping[str, Any]) -> str:
    """ "3 blockers, 12 bugs, 1 pick-up": what the field holds."""
    parts = [*counted(manifest), ("pick-up", len(manifest["gifts"]))]
    said = [f"{count} {word}{'' if count == 1 else 's'}" for word, count in parts if count]
    return ", ".join(said)
