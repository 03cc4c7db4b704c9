"""The stream over plain HTTP, for a browser whose socket does not come through; the playback."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from elfsite.errors import Refused
from elfsite.listings import query, said
from elfsite.listings.facets import facets_of
from elfsite.listings.form import fields_of
from elfsite.listings.rows import render_rows
from elfsite.timeline import playback
from elfsite.timeline.catchup import missed_by
from elfsite.timeline.frames import frame_of
from elfsite.timeline.hub import Listener, by_table

MOST_NAMES = 40


async def _nowhere(text: str) -> None:
    """A poll has no socket; its answer is the response."""


def events(request: HttpRequest) -> JsonResponse:
    """``GET /live/events/?last=ID&topic=…&table=…``: the same answer that the socket would give."""
    found = missed_by(_said(request))
    listener = Listener(
        send=_nowhere,
        topics=frozenset(request.GET.getlist("topic")[:MOST_NAMES]),
        tables=frozenset(request.GET.getlist("table")[:MOST_NAMES]),
    )
    shown = [event for event in found.events if listener.sees(event)]
    rows = render_rows(by_table(shown, set(listener.tables)))
    frames = [frame_of(event, rows.get(event.subject, "")) for event in shown]
    return JsonResponse({"events": frames, "missed": found.missed, "last": found.last})


def _said(request: HttpRequest) -> dict[str, Any]:
    last = request.GET.get("last")
    if last is None:
        return {"since": request.GET.get("since")}
    if not last.isdecimal() or len(last) > 18:
        raise Refused("bad_last", "last must be the id of an event.")
    return {"last": int(last)}


@require_safe
def show_playback(request: HttpRequest) -> HttpResponse:
    """``/timeline-events/playback/?<filters of the list>&speed=&at=``: events played again.

    Without script it is the list of these events, oldest first.
    """
    played = playback.read(request.GET)
    asked, here = played.asked, reverse("playback")
    facets = facets_of(asked.listing)
    offered = [each for each in fields_of(asked, facets) if each.name not in playback.NOT_A_FILTER]
    context: dict[str, Any] = {
        "played": played,
        "listing": asked.listing,
        "lines": playback.lines(played),
        "track": playback.track(played),
        "fields": offered,
        "words": said.plain(_counted(played), said.chips_of(asked, facets), "oldest first"),
        "speeds": [(s, f"{here}?{urlencode({**asked.raw, 'speed': s})}") for s in playback.SPEEDS],
        "next": _next(here, played),
        "last": None if played.events else query.last_before(asked),
        "list_url": asked.url(),
        "trail": [(asked.listing.heading, asked.url()), ("Playback", "")],
    }
    return render(request, "elfsite/timeline/playback.html", context)


def _counted(played: playback.Played) -> str:
    count = len(played.events)
    if played.more is not None:
        return f"The first {count:,} events"
    return f"{count:,} event{'' if count == 1 else 's'}"


def _next(here: str, played: playback.Played) -> str:
    if played.more is None:
        return ""
    query_ = {**played.asked.raw, "speed": played.speed, "begin": str(played.more)}
    return f"{here}?{urlencode(query_)}"
