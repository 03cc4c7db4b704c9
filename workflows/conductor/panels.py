"""What stands beside the drawings of a run: its head, one attempt, its trails. No queries."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString

from elfsite.charts.plumes import Lane, Scent, plumes
from elfsite.origins import seedjson
from workflows.conductor.models import NodeExecution
from workflows.conductor.progress import NodeView, node_url, seconds_of
from workflows.conductor.queries import (
    TEXT_SHOWN,
    Finding,
    Story,
    TrailLeft,
    by_place,
    findings_of,
    places_url,
)
from workflows.conductor.timeline import length

PLUME_HOURS = (2, 6, 24)  # spans of the drawing of trails; older ones are a list only
LANES = 8  # places that are drawn; the list has the rest
FILES_SHOWN = 40
HALVED_AFTER = 6.6  # periods, at a tenth each


@dataclass(frozen=True)
class Head:
    """The sentence under the title: *done* of *nodes*, how many failed, how long it took."""

    done: int
    nodes: int
    failed: int
    started: bool  # readable
    unreached: int
    busy: str
    total: str
    retried: int


@dataclass(frozen=True)
class LongText:
    """A text of a machine, cut at TEXT_SHOWN; *rest* is how many characters were left out."""

    text: str
    rest: int


@dataclass(frozen=True)
class AttemptPanel:
    """One attempt whole, and the tabs that lead to the others of its node."""

    row: NodeExecution
    number: int
    took: str
    flawed: bool
    tabs: list[tuple[str, str, str, bool]]
    findings: Sequence[Finding]
    findings_raw: str
    files: list[tuple[str, str]]
    more_files: int
    prompt: LongText
    result: LongText
    result_json: seedjson.Read
    error: LongText


@dataclass(frozen=True)
class TrailsPanel:
    drawing: SafeString
    count: int
    rows: list[PlaceRow]


@dataclass(frozen=True)
class PlaceRow:
    """A place of a run: scents with how often each was laid, strength laid and left in all."""

    location: str
    href: str
    scents: list[tuple[str, int]]
    laid: float
    left: float
    agents: str
    last: Any


def run_head(story: Story, now: dt.datetime) -> Head:
    states = Counter(view.state for view in story.nodes)
    run, axis = story.run, story.axis
    start, end = seconds_of(run.started_at), seconds_of(run.completed_at)
    until = now.timestamp() if story.now else end
    total = None if start is None or until is None or until < start else until - start
    return Head(
        done=states["completed"],
        nodes=len(story.nodes),
        failed=states["failed"],
        started=start is not None,
        unreached=states["not reached"],
        busy=length(axis.busy) if axis else "",
        total=length(total) if total is not None else "",
        retried=sum(view.tries - 1 for view in story.nodes if view.tries > 1),
    )


def attempt_panel(view: NodeView, row: NodeExecution) -> AttemptPanel:
    number, light = next((n, a) for n, a in enumerate(view.attempts, 1) if a.pk == row.pk)
    findings, raw = findings_of(row.findings_json)
    files = [str(name) for name in seedjson.read_list(row.files_modified)]
    return AttemptPanel(
        row=row,
        number=number,
        took=length(light.seconds) if light.seconds is not None else "",
        flawed=light.flawed,
        tabs=_tabs(view, row.pk),
        findings=findings,
        findings_raw=raw,
        files=[(name, places_url(name)) for name in files[:FILES_SHOWN]],
        more_files=max(0, len(files) - FILES_SHOWN),
        prompt=_long(row.prompt),
        result=_long(row.result_text),
        result_json=seedjson.read(row.result_json, empty={}),
        error=_long(row.error_message),
    )


def _tabs(view: NodeView, here: int) -> list[tuple[str, str, str, bool]]:
    """The attempts of a node, newest first."""
    base = node_url(view.node.id).removesuffix("#node")
    numbered = list(enumerate(view.attempts, 1))[::-1]
    return [
        (f"Attempt {n}", f"{base}&attempt={a.pk}#node", a.status, a.pk == here) for n, a in numbered
    ]


def _long(text: str | None) -> LongText:
    written = text or ""
    return LongText(written[:TEXT_SHOWN], max(0, len(written) - TEXT_SHOWN))


def trails_panel(trails: Sequence[TrailLeft]) -> TrailsPanel:
    """Trails by place; drawn over time while the youngest lies within the last day."""
    places = by_place(trails)
    rows = [_place(location, laid) for location, laid in places.items()]
    youngest = min(trail.age_hours for trail in trails)
    oldest = max(trail.age_hours for trail in trails)
    if youngest > PLUME_HOURS[-1]:
        return TrailsPanel(SafeString(""), len(trails), rows)
    hours = next((h for h in PLUME_HOURS if h >= oldest), PLUME_HOURS[-1])
    lanes = [_lane(location, laid) for location, laid in list(places.items())[:LANES]]
    half_life = HALVED_AFTER * settings.TRAIL_PERIOD_HOURS
    drawing = plumes(lanes, hours=hours, half_life=half_life)
    return TrailsPanel(drawing, len(trails), rows)


def _place(location: str, laid: Sequence[TrailLeft]) -> PlaceRow:
    return PlaceRow(
        location=location,
        href=laid[0].href,
        scents=Counter(trail.scent for trail in laid).most_common(),
        laid=sum(trail.laid for trail in laid),
        left=sum(trail.left for trail in laid),
        agents=", ".join(sorted({trail.agent for trail in laid if trail.agent})),
        last=laid[0].created_at,
    )


def _lane(location: str, laid: Sequence[TrailLeft]) -> Lane:
    scents = [Scent(t.age_hours, t.scent, t.laid, t.agent) for t in laid if t.left > 0]
    return Lane(location, scents, href=laid[0].href)
