"""The panels of Overview: what each is built from, and what makes it new.

A panel is built to HTML once and shown to everybody, so nothing in it is personal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Max
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from elfsite.charts.clock import relative
from elfsite.charts.treemap import survey_map
from elfsite.charts.velocity import velocity as draw_velocity
from elfsite.listings.links import list_url
from elfsite.listings.views import IMPORT_COMMAND
from elfsite.origins.models import Source
from elfsite.pages import hottest, notes, readings, waits
from elfsite.pages.asof import QUIET_AFTER, written
from elfsite.pages.panels import Panel, panel
from learning.heuristics import panels as heuristics
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from learning.knowledge.models import Learning
from workflows.conductor.models import WorkflowRun
from workflows.sessions.models import BuildingQuery
from workflows.trails.models import Trail
from workflows.trails.panels import places_in_words, tiles

SPANS = (7, 14, 30, 60, 90)  # days of learning velocity
USUAL_SPAN = 30
MAP_HEIGHT = 440  # as tall as what waits beside it
WAITS_SHOWN = 7  # rows of the panel; each kind links to all of its own
MARKS = 5  # dates under the velocity
# whatever happens in one of these tables makes the past livelier than the sources say
LIVELY = (Trail, WorkflowRun, Learning, Heuristic, BuildingQuery)


@dataclass(frozen=True)
class Asked:
    """What Overview is asked for: a moment of the past (None: now) and the days of velocity."""

    asof: dt.datetime | None = None
    span: int = USUAL_SPAN

    @cached_property
    def facts(self) -> readings.Facts:
        """Asked once for all panels that this request builds."""
        return readings.Facts(self.asof)

    def url(self, **changes: Any) -> str:
        """Overview with *changes*; what is usual is not written."""
        asof, span = changes.get("asof", self.asof), changes.get("span", self.span)
        query = {} if asof is None else {"asof": written(asof)}
        if span != USUAL_SPAN:
            query["days"] = str(span)
        return reverse("overview") + (f"?{urlencode(query, safe=':')}" if query else "")


class Part(NamedTuple):
    """A panel as declared: its topics and the function that makes its HTML."""

    key: str
    topics: tuple[str, ...]
    build: Callable[[Asked], SafeString]


def panels_of(asked: Asked) -> list[Panel]:
    """Every panel of Overview for what is asked; variants are kept apart."""
    found = []
    for key, topics, build in PARTS:
        variant = (asked.asof, asked.span if key == "velocity" else None)
        found.append(panel(key, topics, partial(build, asked), variant))
    return found


def _html(name: str, **context: Any) -> SafeString:
    return SafeString(render_to_string(f"pages/overview/{name}.html", context))


def _reading(make: Callable[[readings.Facts], readings.Reading]) -> Callable[[Asked], Any]:
    return lambda asked: _html("reading", reading=make(asked.facts))


def note(asked: Asked) -> SafeString:
    """The field note: a sentence in which each clause links to what it counts."""
    return _html("note", sentences=notes.sentences(asked.facts), asof=asked.asof)


def quiet(asked: Asked) -> SafeString:
    """Where the last rows are older than two days: how old, and a link to that time."""
    last = None if asked.asof else quiet_since(timezone.now())
    if last is None:
        return SafeString("")
    words = f"Last activity {relative(last, timezone.now())}."
    return _html("quiet", words=words, href=asked.url(asof=last))


def quiet_since(now: dt.datetime) -> dt.datetime | None:
    """The newest row of all sources, if it is older than two days and nothing is newer."""
    last: dt.datetime | None = Source.objects.aggregate(last=Max("last_activity_at"))["last"]
    border = now - QUIET_AFTER
    if last is None or last > border:
        return None
    for model in LIVELY:
        if model.objects.filter(created_at__gt=border, gone_at__isnull=True).exists():
            return None
    return last


def hotspots(asked: Asked) -> SafeString:
    found = asked.facts.survey
    places = tiles(found, asked.asof)
    return _html(
        "hotspots",
        words=places_in_words(found),
        map=survey_map(places, height=MAP_HEIGHT) if places else "",
        table=hottest.Asked(asked.asof).url(),
        last=None if places else _last_trail(asked),
        command=IMPORT_COMMAND,
    )


def _last_trail(asked: Asked) -> dict[str, str] | None:
    """Where there is no hot spot: the newest trail before, in words and as a link to its time."""
    moment = asked.asof or timezone.now()
    rows = Trail.objects.filter(gone_at__isnull=True, created_at__lte=moment)
    at = rows.order_by("-created_at").values_list("created_at", flat=True).first()
    if not isinstance(at, dt.datetime):
        return None
    return {"words": relative(at, moment), "href": asked.url(asof=at)}


def waiting(asked: Asked) -> SafeString:
    """What waits for a person: each kind with its number, and the first rows of each."""
    found = [asked.facts.waits(kind) for kind in waits.KINDS]
    there = [each for each in found if each.counted]
    return _html("waits", kinds=there, rows=waits.first_rows(there, WAITS_SHOWN))


def golden(asked: Asked) -> SafeString:
    rows = heuristics.golden_rules(asked.asof)
    return _html("golden", rows=rows, listed=asked.facts.golden, command=IMPORT_COMMAND)


def velocity(asked: Asked) -> SafeString:
    """New rules, what was learned by kind, and the mean confidence, per day."""
    tables = (readings.RULES, readings.LEARNINGS, readings.UPDATES)
    new, learned, updates = (asked.facts.days(each, asked.span).last(asked.span) for each in tables)
    within = readings.since(new.first, asked.asof)
    return _html(
        "velocity",
        anything=any(sum(days.counts()) for days in (new, learned, updates)),
        nothing=f"Nothing was learned in {asked.span} days",
        command=IMPORT_COMMAND,
        figure=draw_velocity(new.counts(), updates.means(), marks(new.dates)),
        span=asked.span,
        new=(sum(new.counts()), list_url(Heuristic, **within)),
        moved=(sum(updates.counts()), list_url(ConfidenceUpdate, **within)),
        kinds=[(kind, n, list_url(Learning, type=kind, **within)) for kind, n in learned.kinds()],
        spans=[(str(n), asked.url(span=n) + "#velocity", n == asked.span) for n in SPANS],
    )


def marks(dates: list[dt.date]) -> list[str]:
    """MARKS words for the axis of days; the last is the day that the page shows."""
    steps = [round(i * (len(dates) - 1) / (MARKS - 1)) for i in range(MARKS)]
    return [f"{dates[i].day} {dates[i]:%b}" for i in steps]


PARTS = (
    Part("note", ("runs", "heuristics", "trails", "reviews"), note),
    Part("quiet", ("runs", "heuristics", "trails", "learnings"), quiet),
    Part("runs", ("runs",), _reading(readings.runs)),
    Part("success", ("runs",), _reading(readings.success)),
    Part("heuristics", ("heuristics",), _reading(readings.heuristics)),
    Part("golden", ("heuristics", "reviews"), _reading(readings.golden)),
    Part("fraud", ("fraud",), _reading(readings.fraud)),
    Part("alerts", ("alerts",), _reading(readings.alerts)),
    Part("trails", ("trails",), _reading(readings.trails)),
    Part("queries", ("queries",), _reading(readings.queries)),
    Part("hotspots", ("trails",), hotspots),
    Part("waits", ("reviews", "fraud", "alerts", "violations", "heuristics"), waiting),
    Part("golden_rules", ("heuristics", "reviews"), golden),
    Part("velocity", ("heuristics", "learnings"), velocity),
)
# what each part of the page is fetched anew for; rows of a source come under their own topic
LIVE = {part.key: " ".join((*part.topics, "sources")) for part in PARTS}
READINGS = ("runs", "success", "heuristics", "golden", "fraud", "alerts", "trails", "queries")
