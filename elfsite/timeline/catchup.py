"""What a browser has missed, by the last id or the time that it names."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from elfsite.origins.fields import Unreadable, read_time
from elfsite.timeline import reading
from elfsite.timeline.frames import CATCH_UP, Event


@dataclass(frozen=True)
class Missed:
    """Events to give, or (beyond CATCH_UP) how many at least were missed; the id then reached."""

    events: list[Event]
    missed: int
    last: int


def missed_by(said: dict[str, Any]) -> Missed:
    """What a browser that says *said* has not seen. Nonsense counts as "nothing to catch up"."""
    head = reading.head()
    last = _place(said, head)
    events = reading.after(last, CATCH_UP + 1)
    if len(events) > CATCH_UP:
        return Missed([], CATCH_UP, head)
    return Missed(events, 0, events[-1].id if events else last)


def _place(said: dict[str, Any], head: int) -> int:
    last = said.get("last")
    if isinstance(last, int) and not isinstance(last, bool):
        return last if 0 <= last <= head else head
    moment = read_time(said.get("since"))
    if isinstance(moment, Unreadable) or not isinstance(moment, dt.datetime):
        return head
    return reading.before(moment)
