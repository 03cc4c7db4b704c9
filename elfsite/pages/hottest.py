"""The table of hot spots: the twin of the survey map, kept like a panel."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from elfsite.listings.links import list_url
from elfsite.pages.asof import written
from workflows.trails.models import Place
from workflows.trails.panels import crossing, places_in_words, trails_of
from workflows.trails.queries import survey

ROWS, SIZES = 60, (60, 200)  # usual, offered


@dataclass(frozen=True)
class Asked:
    """A moment of the past (None: now), so many rows, of one source (its id or ``ours``)."""

    asof: dt.datetime | None = None
    limit: int = ROWS
    source: int | str | None = None

    def url(self, **changes: Any) -> str:
        """This page with *changes*; what is usual is not written."""
        other = replace(self, **changes)
        query = {"asof": written(other.asof)} if other.asof else {}
        if other.limit != ROWS:
            query["limit"] = str(other.limit)
        if other.source is not None:
            query["source"] = str(other.source)
        return reverse("hotspots") + (f"?{urlencode(query, safe=':')}" if query else "")


def table(asked: Asked, sources: dict[int, str]) -> SafeString:
    """The rows as HTML, each place with the list of its trails; *sources* are names by id."""
    found = survey(asof=asked.asof, limit=asked.limit, source=asked.source)
    rows = [
        (spot, trails_of(spot, asked.asof), crossing(spot), sources.get(spot.origin or 0, ""))
        for spot in found.hotspots
    ]
    sizes = [(str(n), asked.url(limit=n), n == asked.limit) for n in SIZES]
    context = {
        "words": places_in_words(found),
        "rows": rows,
        "moment": found.moment,
        "sizes": sizes if found.places > ROWS else [],
        "all_places": list_url(Place),
    }
    return SafeString(render_to_string("pages/hottest.html", context))
