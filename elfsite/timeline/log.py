"""The one door of every write: a short transaction whose last statement inserts its events.

Events are written last because on PostgreSQL the insert takes a lock that makes ids commit order;
rows that are locked after it would deadlock (22 deadlocks in 6 s, measured).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from elfsite.timeline.models import TimelineEvent

SUMMARY_LIMIT = 300  # characters; a summary is a line on a page, never a text


@dataclass
class Write:
    """What is being written: services add events, the outermost ``write()`` inserts them."""

    actor: str
    events: list[TimelineEvent] = field(default_factory=list)

    def event(
        self,
        topic: str,
        verb: str,
        subject: models.Model | None,
        summary: str,
        *,
        actor: str = "",
        **data: Any,
    ) -> None:
        """Note what happened. *data* is small JSON; *summary* is one line for people."""
        self.events.append(
            TimelineEvent(
                at=timezone.now(),
                topic=topic,
                verb=verb,
                subject_type=subject._meta.db_table if subject is not None else "",
                subject_id=str(subject.pk) if subject is not None else "",
                actor=actor or self.actor,
                summary=shorten(summary),
                data=data,
            )
        )


# f(event) runs inside the write that the event is of, right before the commit; it enqueues work
Follower = Callable[[TimelineEvent], None]
F = TypeVar("F", bound=Follower)
_followers: dict[tuple[str, str], list[Follower]] = {}


def follow(topic: str, *verbs: str) -> Callable[[F], F]:
    """Register a function for events of other areas: what must flow upward does so by a job."""

    def register(follower: F) -> F:
        for verb in verbs:
            known = _followers.setdefault((topic, verb), [])
            if follower not in known:
                known.append(follower)
        return follower

    return register


class _Current(threading.local):
    write: Write | None = None


_current = _Current()


def shorten(text: str, limit: int = SUMMARY_LIMIT) -> str:
    """One line of at most *limit* characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def name_of(actor: Any) -> str:
    """How the log names an actor: a person by login or name, anything else as given."""
    if actor is None:
        return "system"
    return str(getattr(actor, "login", None) or getattr(actor, "username", None) or actor)


@contextmanager
def write(actor: Any = None) -> Iterator[Write]:
    """Open the transaction of one act, or join the one that is open.

    *actor* is a User, a name, or None for the product itself. Everything inside is committed or
    nothing is; the events of nested services are inserted together, right before the commit.
    """
    if _current.write is not None:
        yield _current.write
        return
    current = Write(actor=name_of(actor))
    _current.write = current
    try:
        with transaction.atomic():
            yield current
            if current.events:
                _tell(current.events)
                TimelineEvent.everything.bulk_create(current.events)
    finally:
        _current.write = None


def _tell(events: list[TimelineEvent]) -> None:
    for event in events:
        for follower in _followers.get((event.topic, event.verb), ()):
            follower(event)
