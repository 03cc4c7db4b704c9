"""Events played again: those that a filter finds in a window, oldest first, idle time cut out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.http import QueryDict
from django.utils.html import escape
from django.utils.safestring import SafeString

from elfsite.charts.figure import plate_svg
from elfsite.charts.numbers import short
from elfsite.charts.scale import labels
from elfsite.errors import Refused
from elfsite.listings import params, query, registry
from elfsite.listings.limits import LIST_MS, time_limit
from elfsite.listings.params import Asked
from elfsite.timeline.frames import Event, sign_of
from elfsite.timeline.listings import EVENTS
from elfsite.timeline.models import TimelineEvent

MOST = 500  # events that are played at once
SPEEDS = ("0.5", "1", "2", "4", "8", "16")
LONGEST, SHORTEST = 2.0, 0.12  # seconds at speed 1 between two events: longer ones are cut
USUAL_DAYS = "1"  # the window where none is chosen
NOT_A_FILTER = ("order", "limit", "after", "before", "asof")  # of a list; the player has its own
TALL = {"blocker": 26, "gold": 22, "leaf": 19, "discovery": 19, "warning": 18, "hot": 18}
WIDTH, FOOT = 784, 34  # units of the track


@dataclass(frozen=True)
class Played:
    """What is played: the list that was asked for, its events, where the cursor stands."""

    asked: Asked
    events: list[Event]
    more: int | None  # the id after which to go on; None where this is all
    speed: str
    at: int | None

    @cached_property
    def offsets(self) -> list[float]:
        return offsets([event.at for event in self.events])

    @cached_property
    def cuts(self) -> int:
        """How many idle stretches were cut out."""
        return sum(gap > LONGEST for gap in gaps([event.at for event in self.events]))


def gaps(times: Sequence[dt.datetime]) -> list[float]:
    """Seconds between neighbours."""
    return [(later - earlier).total_seconds() for earlier, later in pairwise(times)]


def offsets(times: Sequence[dt.datetime]) -> list[float]:
    """When each event plays, in seconds from the first at speed 1: never more than LONGEST after
    the one before it, never less than SHORTEST, so that each can be seen."""
    found = [0.0] if times else []
    for gap in gaps(times):
        found.append(found[-1] + min(LONGEST, max(SHORTEST, gap)))
    return found


def read(said: QueryDict) -> Played:
    """What a URL asks to be played. Raises Refused (400) for what is no filter of the timeline, no
    speed, no id; ``too_slow`` beyond the limit of a list."""
    own = said.copy()
    for name in NOT_A_FILTER:
        own.pop(name, None)
    speed, at, begin = (_one(own, name) for name in ("speed", "at", "begin"))
    if speed and speed not in SPEEDS:
        raise Refused("bad_parameter", f"speed must be one of {', '.join(SPEEDS)}.")
    if not any(own.get(name, "").strip() for name in ("days", "from", "to")):
        own["days"] = USUAL_DAYS
    asked = params.read(EVENTS, own)
    events = _events(asked, _id("begin", begin))
    more = events[MOST].id if len(events) > MOST else None
    return Played(asked, events[:MOST], more, speed or "1", _id("at", at))


def _one(own: QueryDict, name: str) -> str:
    found = own.pop(name, [""])
    return str(found[-1]).strip()


def _id(name: str, text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > 18:
        raise Refused("bad_parameter", f"{name} must be the id of an event.")
    return int(text)


def _events(asked: Asked, begin: int | None) -> list[Event]:
    rows = query.narrowed(asked)
    if begin is not None:
        rows = rows.filter(id__gte=begin)
    names = [field.attname for field in TimelineEvent._meta.concrete_fields]
    with time_limit(LIST_MS):
        return [Event(*row) for row in rows.order_by("id").values_list(*names)[: MOST + 1]]


def track(played: Played) -> SafeString:
    """Every event as a stroke where it plays; a cut is a gap in the line."""
    if not played.events:
        return SafeString("")
    whole = played.offsets[-1] or 1.0
    places = [4 + offset / whole * (WIDTH - 8) for offset in played.offsets]
    parts = [_line(played, places)]
    for event, x in zip(played.events, places, strict=True):
        hue = sign_of(event)[1]
        parts.append(
            f'<path class="beat" data-hue="{escape(hue)}" id="beat-{event.id}"'
            f' d="M{short(x, 1)} {FOOT}V{FOOT - TALL.get(hue, 13)}"/>'
        )
    first, last = (f"{event.at:%d %b %H:%M:%S}" for event in (played.events[0], played.events[-1]))
    parts.append(f'<path class="edge" data-cursor d="M{short(places[0], 1)} 2V{FOOT + 4}"/>')
    parts.append(labels([(0, first), (WIDTH, last)], FOOT + 19))
    said = f"{len(played.events)} events from {first} to {last}, {played.cuts} idle stretches cut"
    return SafeString(plate_svg("pulse track", WIDTH, FOOT + 26, said, "".join(parts)))


def _line(played: Played, places: Sequence[float]) -> str:
    """The ground line, interrupted where idle time was cut out."""
    out, start = [], 0.0
    for gap, (x, after) in zip(
        gaps([event.at for event in played.events]), pairwise(places), strict=True
    ):
        if gap > LONGEST:
            out.append(f"M{short(start, 1)} {FOOT}H{short(x + (after - x) * 0.35, 1)}")
            start = x + (after - x) * 0.65
    out.append(f"M{short(start, 1)} {FOOT}H{WIDTH}")
    return f'<path class="base" d="{"".join(out)}"/>'


def lines(played: Played) -> list[dict[str, Any]]:
    """The events as the template prints them."""
    found = []
    for event, offset in zip(played.events, played.offsets, strict=True):
        glyph, hue = sign_of(event)
        target = registry.by_table(event.subject_type)
        subject = f"{target.one} {event.subject_id}" if target else ""
        said = {"event": event, "offset": f"{offset:.2f}", "subject": subject}
        found.append({**said, "glyph": glyph, "hue": hue})
    return found
