"""Whether a flight repeats another one. Pure.

All players of a day fly the same field from the same seed, and accepted flights can be watched: who
sends the log of somebody else under a ticket of their own sends one that the referee can fly again.
But no two hands press the same keys on the same ticks, and a copy cannot move its key presses: from
the first one that lands elsewhere the game is another one. So the ticks on which keys change tell.
Behaviour: docs/game.md, "What replay proves".
"""

from __future__ import annotations

from collections.abc import Iterable

from game.arena.logs import Runs

KEYS = 0x1F  # steering and fire; what the mouse does while nothing is fired can be made up
# Flights of one pilot program over one field share at most 3 of 100 changes of keys (9 of them) in
# a whole sortie, and 5 changes within 15 s; the hands of people are less regular. A copy that goes
# its own way after a minute still shares a third with where it comes from.
SHARE, FEWEST = 0.25, 16
# Short flights: two people do not even share eight, to the tick, and nearly nothing else.
WHOLE, LEAST = 0.9, 8


def marks(runs: Runs) -> frozenset[tuple[int, int]]:
    """(tick, keys) wherever the keys change."""
    found = set()
    before = tick = 0
    for keys, count in runs:
        if keys & KEYS != before:
            before = keys & KEYS
            found.add((tick, before))
        tick += count
    return frozenset(found)


def repeats(mine: frozenset[tuple[int, int]], others: Iterable[tuple[int, int]]) -> bool:
    """Whether two sets of `marks` have so much in common that one is made of the other. What is
    put in between does not help: the smaller of the two is what is measured."""
    theirs = frozenset(others)
    common = len(mine & theirs)
    share = common / (min(len(mine), len(theirs)) or 1)
    return (common >= FEWEST and share >= SHARE) or (common >= LEAST and share >= WHOLE)
