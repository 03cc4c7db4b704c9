"""Versions of a workflow: what one says, what differs from another, which runs ran it; and a
definition as a file."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from elfsite.errors import Refused
from elfsite.listings import detail, links, registry
from elfsite.listings.controls import INTEGER_MOST
from elfsite.origins import seedjson
from game.players.access import person_of
from workflows.conductor.draft import Said, can_be_written, written
from workflows.conductor.figures import definition_graph
from workflows.conductor.models import Workflow, WorkflowRun, WorkflowVersion
from workflows.conductor.queries import definition_of_version
from workflows.conductor.services.definitions import stored_columns
from workflows.conductor.sheet import FLAT_FROM
from workflows.conductor.versions import diff_versions

VERSIONS_SHOWN = 10  # on the page of a workflow; the list has all
RUNS_SHOWN = 5  # of a version on the page of its workflow
RUNS_LISTED = 30  # of a version on its own page
PARTS = ("nodes", "edges", "config")
RUNS_READ = 200  # newest runs of the versions shown that are looked through


class Line(NamedTuple):
    """A version in the table of a workflow, with its newest runs."""

    row: WorkflowVersion
    url: str
    runs: list[WorkflowRun]
    more: bool


def versions_panel(workflow: Workflow) -> dict[str, Any]:
    """What the page of a workflow says of its versions, in two queries."""
    light = workflow.versions.order_by("-number").only(
        "workflow", "number", "saved_by", "created_at"
    )
    rows = list(light[: VERSIONS_SHOWN + 1])
    runs = defaultdict(list)
    ran = WorkflowRun.objects.filter(version__in=[row.pk for row in rows], gone_at__isnull=True)
    for run in ran.order_by("-pk").only("version", "status")[:RUNS_READ] if rows else ():
        runs[run.version_id].append(run)
    lines = [
        Line(row, url_of(row), runs[row.pk][:RUNS_SHOWN], len(runs[row.pk]) > RUNS_SHOWN)
        for row in rows[:VERSIONS_SHOWN]
    ]
    return {
        "versions": lines,
        "more_versions": len(rows) > VERSIONS_SHOWN,
        "versions_url": links.list_url(WorkflowVersion, workflow=workflow),
    }


def url_of(version: WorkflowVersion) -> str:
    return f"/workflows/{version.workflow_id}/versions/{version.number}/"


@require_safe
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """``/workflows/<pk>/versions/<number>/?against=``: its graph, and the lines that differ from
    another version, by default the one before it."""
    person = person_of(request)
    workflow = workflow_of(request, pk)
    row = version_of(workflow, number)
    other = _against(request, workflow, row)
    definition = definition_of_version(row)
    runs = list(row.runs.filter(gone_at__isnull=True).order_by("-pk")[: RUNS_LISTED + 1])
    numbers = workflow.versions.order_by("-number").values_list("number", flat=True)
    context = {
        "workflow": workflow,
        "version": row,
        "other": other,
        "found": diff_versions(other, row) if other else None,
        "definition": definition,
        "graph": definition_graph(definition) if definition.nodes else "",
        "flat": len(definition.nodes) >= FLAT_FROM,
        "config": seedjson.read(row.config_json, empty={}),
        "runs": runs[:RUNS_LISTED],
        "more_runs": len(runs) > RUNS_LISTED,
        "numbers": [each for each in numbers[:50] if each != row.number],
        "may_edit": person.is_steward and workflow.origin_id is None,
        "list_url": links.list_path(_listing()),
    }
    return render(request, "workflows/conductor/version.html", context)


@require_safe
def definition_file(request: HttpRequest, pk: int) -> HttpResponse:
    """``/workflows/<pk>/definition.json?version=&spelling=``: a definition as a file.

    ``spelling=type`` writes the kind of a node as ``type``, which some programs want.
    """
    person_of(request)
    workflow = workflow_of(request, pk)
    said = said_of(workflow, number_in(request, "version"))
    kind = "type" if request.GET.get("spelling") == "type" else "node_type"
    text = written(said, kind=kind)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="workflow-{workflow.pk}.json"'
    return answer


def workflow_of(request: HttpRequest, pk: int) -> Workflow:
    """Raises Http404 where there is none, Refused for a person whom it is not for."""
    listing = _listing()
    listing.admit(request.user)
    row: Workflow = detail.load(listing, str(pk))
    return row


def version_of(workflow: Workflow, number: int) -> WorkflowVersion:
    """Raises Http404 where the workflow has no such version."""
    within = number <= INTEGER_MOST
    row = workflow.versions.filter(number=number).first() if within else None
    if row is None:
        raise Http404(f"Workflow {workflow.pk} has no version {number}.")
    return row


def number_in(request: HttpRequest, name: str) -> int | None:
    """A number of the address, None where it is left out. Raises Refused 400 for another word."""
    text = request.GET.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and int(text[:20]) <= INTEGER_MOST):
        raise Refused("bad_parameter", f"{name} must be a number, not {text[:60]!r}.")
    return int(text)


def said_of(workflow: Workflow, number: int | None = None) -> Said:
    """What a workflow says now, or what its version *number* said, as input of a draft.

    A text that is no JSON stays a text, so that somebody can mend it.
    """
    if number is None:
        columns = stored_columns(workflow)
    else:
        row = version_of(workflow, number)
        columns = {f"{part}_json": getattr(row, f"{part}_json") for part in PARTS}
    nodes, edges, config = (_value(columns[f"{part}_json"]) for part in PARTS)
    return Said(workflow.name, workflow.description or "", nodes, edges, config, [])


def _value(text: str) -> Any:
    found = seedjson.read(text)
    return found.value if found.ok and can_be_written(found.value) else found.raw


def _listing() -> Any:
    listing = registry.of_model(Workflow)
    if listing is None:
        raise LookupError("Workflows have no pages.")
    return listing


def _against(
    request: HttpRequest, workflow: Workflow, row: WorkflowVersion
) -> WorkflowVersion | None:
    asked = number_in(request, "against")
    if asked is not None:
        return version_of(workflow, asked)
    return workflow.versions.filter(number__lt=row.number).order_by("-number").first()
