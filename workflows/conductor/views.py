"""The page of a run and the page of a workflow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from elfsite.errors import Refused
from elfsite.listings import detail, links, registry
from elfsite.listings.controls import INTEGER_MOST
from elfsite.listings.declare import Listing
from elfsite.origins import seedjson
from game.players.access import person_of
from workflows.conductor import comparing, queries
from workflows.conductor.act_views import names_in
from workflows.conductor.acts import offers
from workflows.conductor.figures import definition_graph, run_graph, runs_strip
from workflows.conductor.forms import StartForm
from workflows.conductor.gantt import gantt
from workflows.conductor.models import ConductorDecision, NodeExecution, Workflow, WorkflowRun
from workflows.conductor.panels import attempt_panel, run_head, trails_panel
from workflows.conductor.progress import OVER, chosen
from workflows.conductor.sheet import FLAT_FROM, lay_down
from workflows.conductor.version_views import versions_panel
from workflows.conductor.working import keys_of, kin_of, parts_of, working_on

ID_MOST = 200  # characters of a node's id in an address
OTHERS = 6  # runs that a page offers to compare with


@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """``/workflow-runs/<pk>/?node=&attempt=``; for HTMX only the part that lives."""
    listing = _admitted(WorkflowRun, request)
    row: WorkflowRun = detail.load(listing, str(pk))
    node, attempt = request.GET.get("node", "")[:ID_MOST], _attempt(request)
    # the table of a large graph costs more than all else together: it is drawn when asked for
    context = _run_context(row, node, attempt) | {"table": "table" in request.GET}
    acts = offers(context["story"], person_of(request))
    context |= {"offers": acts, "replays": any(each.name == "replay" for each in acts)}
    htmx = request.htmx  # type: ignore[attr-defined]
    if htmx and not htmx.history_restore_request:
        response = render(request, "workflows/conductor/run_body.html", context)
    else:
        response = render(request, "workflows/conductor/run.html", context | _around(listing, row))
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def workflow(request: HttpRequest, pk: int) -> HttpResponse:
    """``/workflows/<pk>/``: the definition and the last runs."""
    listing = _admitted(Workflow, request)
    row: Workflow = detail.load(listing, str(pk))
    definition = queries.definition_of(row)
    runs = queries.last_runs(row)
    context = {
        "definition": definition,
        "graph": definition_graph(definition) if definition.nodes else "",
        "flat": len(definition.nodes) >= FLAT_FROM,
        "nodes": definition.nodes,
        "edges": lay_down(definition.nodes, definition.edges).in_order(definition.edges),
        "config": seedjson.read(row.config_json, empty={}),
        "runs": runs,
        "strip": runs_strip(runs[::-1]) if runs else "",
        "outcomes": queries.outcomes_of(row),
        "runs_url": links.list_url(WorkflowRun, workflow=row),
        "form": StartForm(),
        "wanted": names_in(definition),
        "person": request.user,
        **versions_panel(row),
        **_around(listing, row),
    }
    return render(request, "workflows/conductor/workflow.html", context)


def _admitted(model: type[Any], request: HttpRequest) -> Listing:
    listing = registry.of_model(model)
    if listing is None:
        raise LookupError(f"{model.__name__} has no pages.")
    listing.admit(request.user)
    return listing


def _attempt(request: HttpRequest) -> int | None:
    """Raises Refused (400) where ``attempt`` is no number."""
    text = request.GET.get("attempt", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and int(text[:20]) <= INTEGER_MOST):
        raise Refused("bad_parameter", f"attempt must be a number, not {text[:60]!r}.")
    return int(text)


def _run_context(row: WorkflowRun, node: str, attempt: int | None) -> dict[str, Any]:
    now = timezone.now()
    story = queries.story_of(row, now)
    view = chosen(story.nodes, node) or chosen(story.nodes, "")
    here = view.node.id if view else ""
    execution = queries.execution_of(row, view, attempt) if view else None
    trails, more_trails = queries.trails_of(row, now)
    nodes = story.nodes
    return {
        "run": row,
        "story": story,
        "head": run_head(story, now),
        "node": view,
        "unknown": node if node and here != node else "",
        "graph": run_graph(story.progress, here) if nodes else "",
        "gantt": gantt(nodes, story.axis, story.now, here) if story.axis else "",
        "attempt": attempt_panel(view, execution) if view and execution else None,
        "trails": trails_panel(trails) if trails else None,
        "more_trails": more_trails,
        "texts": [(word, seedjson.read(text, empty={})) for word, text in _texts(row)],
        "keys": [] if row.status in OVER else keys_of(row.context_json),
        "working": working_on(row, now),
        "kin": kin_of(row),
        "parts": parts_of(execution) if execution else [],
        "others": comparing.others_of(row)[:OTHERS],
        "executions_url": links.list_url(NodeExecution, run=row),
        "decisions_url": links.list_url(ConductorDecision, run=row),
        "trails_url": _trails_url(row),
        "over": row.status in OVER,
    }


def _texts(row: WorkflowRun) -> Sequence[tuple[str, str]]:
    texts = (("Input", row.input_json), ("Context", row.context_json), ("Output", row.output_json))
    said = [(word, text) for word, text in texts if text.strip() not in {"", "{}", "[]"}]
    # at its end a run's context is its output: once is enough
    return [each for each in said if each != ("Context", row.output_json)]


def _trails_url(row: WorkflowRun) -> str:
    listing = registry.by_table("trails")
    return links.list_url(listing.model, run=row) if listing else ""


def _around(listing: Listing, row: Any) -> dict[str, Any]:
    """What every page of a row says: where it lies, where it comes from, what was done to it."""
    return {
        "listing": listing,
        "row": row,
        "list_url": links.list_path(listing),
        "events": list(detail.events_of(listing, row)),
        "json_url": links.row_path(listing, row.pk).removesuffix("/") + ".json",
    }
