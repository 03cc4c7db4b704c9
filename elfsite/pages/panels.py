"""Parts of a page that are kept: built once, shown to everybody, never older than ten seconds.

What a panel shows is kept per process under the head (the latest event) of its topics. It is
shown as it is for 20 times what building it cost (0.2 s at least, 2 s at most), so that a burst
of events costs a twentieth of a core; after that it is built anew as soon as one of its topics
has a new event, and after ten seconds in any case, because raw SQL writes no event. A panel that
fails is a sentence, the page around it stands.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Subquery

from elfsite.timeline.hiding import hidden
from elfsite.timeline.models import TimelineEvent

# seconds that a panel is kept: at least, if it was cheap or dear to build, and at most; an open
# page asks every five, so raw SQL is seen within 15
CHEAP, LEAST, MOST = 0.2, 2.0, 10.0
SHARE = 20  # of the time, one part may go into building it
KEPT = 256  # panels per process, all variants (times of the past, windows) together
# rows from a source come under this topic, whatever their table
SOURCES = "sources"
log = logging.getLogger("elf.pages")
clock = time.monotonic
spent = time.thread_time  # of a core: a busy machine makes no panel dearer

Heads = dict[str, int]


@dataclass(frozen=True)
class Panel:
    """A part of a page: ``build`` makes its data from nothing but the database and the clock.

    ``variant`` tells panels of one key apart that show different things (a time of the past).
    """

    key: str
    topics: tuple[str, ...]
    build: Callable[[], Any]
    variant: Hashable = None


@dataclass(frozen=True)
class Failed:
    """Stands where a panel could not be built; the log has the reason under the request's id."""

    key: str


@dataclass
class _Kept:
    value: Any
    made: float
    heads: tuple[int, ...]
    least: float = LEAST


_kept: OrderedDict[Hashable, _Kept] = OrderedDict()
_building: dict[Hashable, threading.Lock] = {}
_guard = threading.Lock()


def panel(
    key: str, topics: Collection[str], build: Callable[[], Any], variant: Hashable = None
) -> Panel:
    """Declare a panel. *topics* are those of the timeline that change it; imports always do."""
    return Panel(key, tuple(sorted({*topics, SOURCES})), build, variant)


def heads_of(topics: Iterable[str]) -> Heads:
    """The id of the latest event of each topic (0: none), in one query: one look into the index
    per topic, where grouping would read every event of them."""
    wanted = sorted(set(topics))
    heads = {f"head_{i}": _head(topic) for i, topic in enumerate(wanted)}
    # any row carries them; without a row there is no event
    row = TimelineEvent.objects.order_by().annotate(**heads).values_list(*heads)[:1]
    found = next(iter(row), None) if wanted else None
    return {topic: (found[i] or 0) if found else 0 for i, topic in enumerate(wanted)}


def _head(topic: str) -> Subquery:
    return Subquery(TimelineEvent.objects.filter(topic=topic).order_by("-id").values("id")[:1])


def show(panels: Iterable[Panel], request_id: str = "") -> dict[str, Any]:
    """What each panel shows, by its key; ``Failed`` where it could not be built."""
    wanted = list(panels)
    due = [each for each in wanted if _is_due(each)]
    heads = heads_of(topic for each in due for topic in each.topics)
    return {each.key: _value(each, heads, request_id) for each in wanted}


def forget() -> None:
    """Drop everything that is kept; for tests, which share a process."""
    with _guard:
        _kept.clear()
        _building.clear()


def _place(one: Panel) -> Hashable:
    return connection.settings_dict["NAME"], one.key, one.variant, hidden()


def _is_due(one: Panel) -> bool:
    kept = _kept.get(_place(one))
    return kept is None or clock() - kept.made >= kept.least


def _value(one: Panel, heads: Heads, request_id: str) -> Any:
    place = _place(one)
    kept = _kept.get(place)
    if kept and _is_good(kept, one, heads):
        return kept.value
    with _guard:
        lock = _building.setdefault(place, threading.Lock())
    # whoever finds it being built shows what there is; only the first build of all is waited for
    if not lock.acquire(blocking=kept is None) and kept:
        return kept.value
    try:
        kept = _kept.get(place)
        if kept and _is_good(kept, one, heads):
            return kept.value
        return _build(one, place, heads, request_id)
    finally:
        lock.release()


def _is_good(kept: _Kept, one: Panel, heads: Heads) -> bool:
    age = clock() - kept.made
    if age < kept.least:
        return True
    return age < MOST and kept.heads == tuple(heads.get(topic, 0) for topic in one.topics)


def _build(one: Panel, place: Hashable, heads: Heads, request_id: str) -> Any:
    began = spent()
    try:
        value = one.build()
    except Exception:
        # whatever it is, the rest of the page can be read
        log.exception("The panel %s failed in request %s.", one.key, request_id)
        return Failed(one.key)
    known = tuple(heads.get(topic, 0) for topic in one.topics)
    with _guard:
        least = min(LEAST, max(CHEAP, (spent() - began) * SHARE))
        _kept[place] = _Kept(value, clock(), known, least)
        _kept.move_to_end(place)
        while len(_kept) > KEPT:
            gone, _ = _kept.popitem(last=False)
            _building.pop(gone, None)
    return value
