"""The chances to apply each rule, out of the contexts that sessions recorded."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Q

from elfsite.origins.seedjson import read
from learning.fraud.calling import Calls
from learning.fraud.history import Chance
from learning.heuristics.models import Heuristic
from workflows.sessions.matching import matcher
from workflows.sessions.models import SessionContext

MOST_CONTEXTS = 50_000  # the latest; a scan's memory is bounded by them
MOST_CHANCES = 400  # of one rule, the latest
FRESH = 60.0  # seconds for which the words of rules are kept

CONTEXT = (
    "origin_id", "session_id", "context_preview", "heuristics_applied", "heuristics_offered",
)  # fmt: skip


def chances(only: int | None = None) -> dict[int, list[Chance]]:
    """Chances by rule, latest last: sessions whose context called for it, and whether it was used.

    A context of ours says itself what it called for; of a source's context the preview does. With
    *only* one rule's chances alone are kept.
    """
    found: dict[int, list[Chance]] = defaultdict(list)
    keys, indexes = _Keys(), _Indexes()
    for origin, session, preview, applied, offered in _contexts():
        used = keys.resolve(origin, _ids(applied))
        called = set(_ids(offered)) if offered is not None else set()
        if offered is None and preview:
            called = set(indexes.of(origin).called(preview))
        for pk in called | used:
            if only in (None, pk) and len(found[pk]) < MOST_CHANCES:
                found[pk].append(Chance(session, pk in used))
    return {pk: known[::-1] for pk, known in found.items()}


def _contexts() -> Iterator[tuple[int | None, str, str | None, str | None, str | None]]:
    rows = SessionContext.objects.filter(gone_at__isnull=True).order_by("-created_at", "-pk")
    yield from rows.values_list(*CONTEXT)[:MOST_CONTEXTS].iterator(2000)


def _ids(text: str | None) -> list[int]:
    value = read(text, empty=[]).value
    return [pk for pk in value if type(pk) is int] if isinstance(value, list) else []


class _Keys:
    """Ids in the texts of a source are its own; what they are here."""

    def __init__(self) -> None:
        self._known: dict[int, dict[str, int]] = {}

    def resolve(self, origin: int | None, ids: list[int]) -> set[int]:
        if origin is None:
            return set(ids)
        if origin not in self._known:
            rows = Heuristic.objects.filter(origin=origin).values_list("origin_key", "pk")
            self._known[origin] = {str(key): pk for key, pk in rows}
        known = self._known[origin]
        return {known[str(pk)] for pk in ids if str(pk) in known}


class _Indexes:
    """The words of the rules of each origin."""

    def __init__(self) -> None:
        self._known: dict[int | None, Calls] = {}

    def of(self, origin: int | None) -> Calls:
        if origin not in self._known:
            self._known[origin] = Calls(_texts(Q(origin=origin)))
        return self._known[origin]


def _texts(which: Q) -> Iterator[tuple[int, str]]:
    living = Q(status__in=("active", "dormant", "quarantined"), gone_at__isnull=True)
    yield from Heuristic.objects.filter(living & which).values_list("pk", "rule").iterator(2000)


_lock = threading.Lock()
_kept: tuple[float, Calls] | None = None


@matcher
def called_now(text: str) -> list[int]:
    """Living rules that *text* calls for; their words are read again after a minute."""
    global _kept
    with _lock:
        if _kept is None or time.monotonic() - _kept[0] > FRESH:
            _kept = (time.monotonic(), Calls(_texts(Q())))
        calls = _kept[1]
    return calls.called(text)


def renew() -> None:
    """Read the words of rules anew at the next question."""
    global _kept
    with _lock:
        _kept = None
