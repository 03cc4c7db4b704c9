"""What the pages of runs and workflows read: one query per panel, each bounded."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from elfsite.listings import links, registry
from elfsite.listings.references import Named, resolve
from elfsite.origins import seedjson
from workflows.conductor.definition import Definition, Edge, read_definition, read_edges
from workflows.conductor.models import (
    ConductorDecision,
    NodeExecution,
    Workflow,
    WorkflowRun,
    WorkflowVersion,
)
from workflows.conductor.progress import (
    OVER,
    Attempt,
    NodeView,
    Progress,
    progress_of,
    seconds_of,
    times_of,
    ways_of,
)
from workflows.conductor.timeline import Axis, axis_of, length
from workflows.conductor.why import Known, Said, runs_named, say, skipped_nodes

MOST_ATTEMPTS = 2000  # of one run; more are counted as "more", the list has them
MOST_EDGES = 3000
MOST_DECISIONS = 500  # read, because skipped nodes are among them
DECISIONS_SHOWN = 30
TRAILS_SHOWN = 60
LAST_RUNS = 30
OUTCOME_RUNS = 1000  # of a workflow whose outcomes are counted
TEXT_SHOWN = 20_000  # characters of a prompt or a result; its own page has the rest
NOW_TAIL = 0.08  # share of the axis right of the now line, for its word
KEPT_PART = 0.9  # of a trail's strength after each period
LIGHT = (
    *("pk", "origin_key", "node_id", "node_name", "node_type", "status", "agent_id"),
    *("retry_count", "token_count", "error_type", "error_message"),
    *("started_at", "completed_at", "duration_ms"),
)


@dataclass(frozen=True)
class Story:
    """A run with everything that its page draws from attempts and decisions."""

    run: WorkflowRun
    workflow: Workflow | None
    version: WorkflowVersion | None  # that it ran; None for one recorded without
    definition: Definition
    progress: Progress
    axis: Axis | None
    now: float | None  # where the work stands, in seconds; None for a run that is over
    said: Sequence[Said]
    more_decisions: bool
    more_attempts: bool

    @property
    def nodes(self) -> tuple[NodeView, ...]:
        return self.progress.nodes

    @property
    def attempts(self) -> list[Attempt]:
        return [attempt for view in self.nodes for attempt in view.attempts]


@dataclass(frozen=True)
class Finding:
    """One finding of a node (elf §5.7); *kind* is drawn as the scent of that name, if any."""

    kind: str
    content: str
    tags: str
    importance: str


@dataclass(frozen=True)
class TrailLeft:
    """A trail of a run: what was laid, and what is left of it now."""

    location: str
    scent: str
    laid: float
    left: float
    agent: str
    created_at: Any
    age_hours: float
    href: str


def story_of(run: WorkflowRun, now: dt.datetime) -> Story:
    """Five queries: definition, edges, attempts, decisions, and runs that decisions name."""
    over = run.status in OVER
    at = None if over else now.timestamp()
    workflow = Workflow.objects.filter(pk=run.workflow_id).first() if run.workflow_id else None
    version = version_ran(run)
    definition = _definition(workflow, version)
    attempts, more_attempts = attempts_of(run, at)
    decisions = list(_of(ConductorDecision, run).order_by("-pk")[: MOST_DECISIONS + 1])
    skipped = skipped_nodes(decisions, over=over)
    ways = ways_of(run.marking_json)
    progress = progress_of(definition, attempts, over=over, skipped=skipped, ways=ways)
    shown = decisions[:DECISIONS_SHOWN]
    known = _known(run, progress, shown)
    spans = [(a.start, a.end or a.start) for a in attempts if a.start is not None]
    axis = axis_of(spans, tail=NOW_TAIL) if at else axis_of(spans)
    return Story(
        run=run,
        workflow=workflow,
        version=version,
        definition=definition,
        progress=progress,
        axis=axis,
        now=at,
        said=[say(decision, known) for decision in shown],
        more_decisions=len(decisions) > DECISIONS_SHOWN,
        more_attempts=more_attempts,
    )


def definition_ran(run: WorkflowRun) -> Definition:
    """The definition that *run* executes; empty for an ad hoc one."""
    workflow = Workflow.objects.filter(pk=run.workflow_id).first() if run.workflow_id else None
    return _definition(workflow, version_ran(run))


def version_ran(run: WorkflowRun) -> WorkflowVersion | None:
    """The version that *run* began with; a run of another program has none."""
    if run.version_id is None:
        return None
    return WorkflowVersion.objects.filter(pk=run.version_id).first()


def _definition(workflow: Workflow | None, version: WorkflowVersion | None) -> Definition:
    """What a run ran; without a version what its workflow says now."""
    if version is not None:
        return definition_of_version(version)
    return definition_of(workflow) if workflow else Definition()


def definition_of_version(version: WorkflowVersion) -> Definition:
    return read_definition(version.nodes_json, read_edges(version.edges_json))


def definition_of(workflow: Workflow) -> Definition:
    rows = workflow.edges.filter(gone_at__isnull=True).order_by("priority", "pk")
    edges = rows.values_list("from_node", "to_node", "condition", "priority")[:MOST_EDGES]
    return read_definition(workflow.nodes_json, [Edge(*row) for row in edges])


def _of(model: Any, run: WorkflowRun) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.filter(run_id=run.pk, gone_at__isnull=True)
    return rows


def attempts_of(run: WorkflowRun, now: float | None) -> tuple[list[Attempt], bool]:
    """The attempts of a run without their texts, and whether there are more than are read.

    *now* (seconds since 1970) ends what still runs; None for a run that is over.
    """
    whole = _of(NodeExecution, run).filter(whole__isnull=True)  # a panel lists the parts of one
    rows = list(whole.order_by("pk").values(*LIGHT)[: MOST_ATTEMPTS + 1])
    ended = seconds_of(run.completed_at)
    return [_attempt(row, now, ended) for row in rows[:MOST_ATTEMPTS]], len(rows) > MOST_ATTEMPTS


def _attempt(row: dict[str, Any], now: float | None, ended: float | None) -> Attempt:
    # what is recorded as running after its run has ended was left behind: it ends with the run
    until = (ended if now is None else now) if row["status"] == "running" else None
    start, end, took, flawed = times_of(
        row["started_at"], row["completed_at"], row["duration_ms"], until
    )
    return Attempt(
        pk=row["pk"],
        key=str(row["origin_key"] or row["pk"]),
        node=row["node_id"],
        name=row["node_name"] or "",
        kind=row["node_type"] or "",
        status=row["status"],
        agent=row["agent_id"] or "",
        tries=row["retry_count"] or 0,
        tokens=row["token_count"],
        error_type=row["error_type"] or "",
        error=row["error_message"] or "",
        start=start,
        end=end,
        seconds=took,
        flawed=flawed,
    )


def _known(run: WorkflowRun, progress: Progress, decisions: list[ConductorDecision]) -> Known:
    numbered = {
        attempt.key: (number, attempt.pk)
        for view in progress.nodes
        for number, attempt in enumerate(view.attempts, 1)
    }
    keys = [Named("workflow_runs", key) for key in runs_named(decisions)]
    listing = registry.of_model(WorkflowRun)
    runs = {}
    for found in resolve(run.origin_id, keys) if keys else ():
        if listing:
            key = found.pk or found.named.key
            name = None if found.pk is None else f"run {found.pk}"
            runs[found.named.key] = links.reference(listing, key, name)
    if run.parent_id and listing:
        name = f"run {run.parent_id}"
        runs[str(run.parent_id)] = links.reference(listing, run.parent_id, name)
    return Known({view.node.id: view.node.name for view in progress.nodes}, numbered, runs)


def execution_of(run: WorkflowRun, view: NodeView, asked: int | None) -> NodeExecution | None:
    """The attempt at a node that was asked for, whole; else its last one; None for a stranger's."""
    keys = [attempt.pk for attempt in view.attempts]
    if not keys or (asked is not None and asked not in keys):
        return None
    return NodeExecution.objects.filter(pk=asked or keys[-1], run_id=run.pk).first()


def findings_of(text: str | None) -> tuple[list[Finding], str]:
    """Findings of an attempt, and "" — or nothing, and the text that is no list of findings."""
    found = seedjson.read(text, empty=[])
    if not found.ok or not isinstance(found.value, list):
        return [], found.raw
    return [_finding(item) for item in found.value], ""


def _finding(item: Any) -> Finding:
    if not isinstance(item, dict):
        return Finding("", str(item), "", "")
    tags = item.get("tags")
    listed = tags if isinstance(tags, list) else [tags] if tags else []
    return Finding(
        kind=str(item.get("type") or ""),
        content=str(item.get("content") or item.get("text") or ""),
        tags=", ".join(map(str, listed)),
        importance=str(item.get("importance") or ""),
    )


def trails_of(run: WorkflowRun, now: dt.datetime) -> tuple[list[TrailLeft], bool]:
    """The last trails that a run laid, newest first, and whether there are more."""
    rows = list(_trails(run).order_by("-created_at")[: TRAILS_SHOWN + 1])
    return [_trail(row, now) for row in rows[:TRAILS_SHOWN]], len(rows) > TRAILS_SHOWN


def _trails(run: WorkflowRun) -> QuerySet[Any]:
    # by the name of the relation: trails are a layer above
    rows: QuerySet[Any] = run.trails.filter(gone_at__isnull=True)
    return rows


def _trail(row: Any, now: dt.datetime) -> TrailLeft:
    laid = seconds_of(row.created_at)
    age = max(0.0, (now.timestamp() - laid) / 3600) if laid is not None else 0.0
    expires = seconds_of(row.expires_at)
    alive = expires is None or expires > now.timestamp()
    strength = min(1.0, max(0.0, row.strength or 0.0))
    left = strength * KEPT_PART ** (age / settings.TRAIL_PERIOD_HOURS) if alive else 0.0
    href = places_url(row.location)
    return TrailLeft(
        *(row.location, row.scent, strength, left, row.agent_id or "", row.created_at, age, href)
    )


def places_url(location: str) -> str:
    """The list of the trails at *location*."""
    listing = registry.by_table("trails")
    return links.list_url(listing.model, location=location) if listing else ""


@dataclass(frozen=True)
class LastRun:
    """A run of a workflow; *seconds* is None where its times cannot be read."""

    row: WorkflowRun
    seconds: float | None

    @property
    def took(self) -> str:
        return length(self.seconds) if self.seconds is not None else ""


def last_runs(workflow: Workflow) -> list[LastRun]:
    """The last runs of a workflow, newest first; ids follow the order in which runs were made."""
    rows = workflow.runs.filter(gone_at__isnull=True).order_by("-pk")
    light = rows.only(
        "workflow", "status", "started_at", "completed_at", "completed_nodes", "total_nodes"
    )
    found = light[:LAST_RUNS]
    return [
        LastRun(row, times_of(row.started_at, row.completed_at, None, None)[2]) for row in found
    ]


@dataclass(frozen=True)
class Outcome:
    """How many runs are in a state, and the list of them."""

    word: str
    count: int
    url: str


@dataclass(frozen=True)
class Outcomes:
    """Runs of a workflow by their state; *cut* is True where only OUTCOME_RUNS were counted."""

    by_state: Sequence[Outcome]
    finished: int
    completed: int
    cut: bool

    @property
    def share(self) -> str:
        """Of the finished runs how many completed; "" while none has finished."""
        return f"{self.completed / self.finished:.0%}" if self.finished else ""


def outcomes_of(workflow: Workflow) -> Outcomes:
    """The newest OUTCOME_RUNS runs of a workflow by their state, in one query."""
    rows = workflow.runs.filter(gone_at__isnull=True).order_by("-pk")
    found = list(rows.values_list("status", flat=True)[: OUTCOME_RUNS + 1])
    counts = Counter(found[:OUTCOME_RUNS])
    states = sorted(counts, key=lambda word: (word in OVER, word))
    return Outcomes(
        [
            Outcome(each, counts[each], links.list_url(WorkflowRun, workflow=workflow, status=each))
            for each in states
        ],
        sum(counts[word] for word in OVER),
        counts["completed"],
        len(found) > OUTCOME_RUNS,
    )


def by_place(trails: Sequence[TrailLeft]) -> dict[str, list[TrailLeft]]:
    """Trails by location, the strongest place first."""
    found = defaultdict(list)
    for trail in trails:
        found[trail.location].append(trail)
    return dict(sorted(found.items(), key=lambda item: -sum(t.left for t in item[1])))
