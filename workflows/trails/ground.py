"""Places by folder, for one level of the map. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from workflows.trails.queries import Hotspot


@dataclass(frozen=True)
class Group:
    """A folder of the level (``name`` "src/"), or the places that lie in none (``name`` "")."""

    folder: str
    name: str
    spots: tuple[Hotspot, ...]

    @cached_property
    def strength(self) -> float:
        return sum(spot.strength for spot in self.spots)

    @cached_property
    def trails(self) -> int:
        return sum(spot.trails for spot in self.spots)


def groups_of(spots: Sequence[Hotspot], folder: str = "") -> list[Group]:
    """The folders right below *folder* with their places, strongest first.

    A folder that holds nothing but one folder is passed through: ``src/auth/`` is one step.
    """
    found: defaultdict[str, list[Hotspot]] = defaultdict(list)
    for spot in spots:
        found[_step(spot.location, folder)].append(spot)
    groups = [_group(folder, name, places) for name, places in found.items()]
    return sorted(groups, key=lambda group: (-group.strength, group.name))


def _step(location: str, folder: str) -> str:
    """The folder right below *folder* that leads to *location*; "" if it lies right there."""
    rest = location.removeprefix(folder)
    first, slash, _ = rest.lstrip("/").partition("/")
    lead = rest[: len(rest) - len(rest.lstrip("/"))]
    return lead + first + slash if slash else ""


def _group(folder: str, name: str, spots: list[Hotspot]) -> Group:
    while name:
        steps = {_step(spot.location, folder + name) for spot in spots}
        if len(steps) != 1 or "" in steps:
            break
        name += steps.pop()
    return Group(folder + name, name, tuple(spots))


def crumbs(folder: str) -> list[tuple[str, str]]:
    """(word, folder) of each step down to *folder*, itself included."""
    steps, at = [], ""
    for part in folder.split("/")[:-1]:
        at += part + "/"
        if part:
            steps.append((part, at))
    return steps
