"""The words of all rules, kept per process, so that the ties of one rule need no scan."""

from __future__ import annotations

import threading
import time

from django.db import connection

from learning.heuristics.graph import Index, Tie
from learning.heuristics.models import Heuristic

# seconds; raw SQL writes no event, so the texts are compared again: 10,000 take 30 ms to read
KEPT_SECONDS = 10.0
MOST_RULES = 50_000  # the most confident ones; 50,000 take 0.6 s to build and 60 MB
clock = time.monotonic
_guard = threading.Lock()
_kept: dict[str, tuple[float, Index]] = {}


def near(pk: int) -> list[Tie]:
    """The strongest ties of a rule to all others; none for a rule beyond MOST_RULES."""
    with _guard:
        return _index().near(pk)


def near_all(pks: list[int]) -> dict[int, list[Tie]]:
    """``near`` for several rules under one look at the clock."""
    with _guard:
        index = _index()
        return {pk: index.near(pk) for pk in pks}


def forget() -> None:
    """For tests, which change the database under a process."""
    with _guard:
        _kept.clear()


def _index() -> Index:
    name = str(connection.settings_dict["NAME"])
    made, index = _kept.get(name) or (clock() - KEPT_SECONDS, Index())
    if clock() - made >= KEPT_SECONDS:
        rows = Heuristic.objects.filter(gone_at__isnull=True).order_by("-confidence", "pk")
        index.refresh(rows.values_list("pk", "rule")[:MOST_RULES])
        _kept[name] = clock(), index
    return index
