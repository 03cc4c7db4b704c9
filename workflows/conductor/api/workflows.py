"""Workflows: saved as versions, each flaw told with its place."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from pydantic import Field

from elfsite.api.area import Body, Count, Line, Prose, adds
from elfsite.api.caller import caller_of
from elfsite.api.rows import answer, created, load
from workflows.conductor.api.shared import Object, area, read_json
from workflows.conductor.models import Workflow
from workflows.conductor.services import definitions


def definition_of(workflow: Workflow) -> Object:
    """What a workflow says now, as it is sent."""
    columns = definitions.stored_columns(workflow)
    return {
        "version": definitions.current_number(workflow),
        "nodes": read_json(columns["nodes_json"]),
        "edges": read_json(columns["edges_json"]),
        "config": read_json(columns["config_json"]),
    }


adds("workflows", "definition", definition_of, alone=True,
     about="version, nodes, edges and config as they are sent.")  # fmt: skip


class Definition(Body):
    """A workflow. A node has id, name, node_type, prompt_template and config; an edge from_node,
    to_node, condition and priority. ``seen_version`` is the number that was looked at."""

    name: Line
    nodes: Annotated[list[Any], Field(max_length=500)]
    edges: Annotated[list[Any], Field(max_length=2000)]
    description: Prose = ""
    config: Object = {}
    seen_version: Count | None = None


class NewWorkflow(Body):
    """A workflow. A node has id, name, node_type, prompt_template and config; an edge from_node,
    to_node, condition and priority."""

    name: Line
    nodes: Annotated[list[Any], Field(max_length=500)]
    edges: Annotated[list[Any], Field(max_length=2000)]
    description: Prose = ""
    config: Object = {}


@area.post("/workflows", scope="run", status=201, answer="workflows")
def make_workflow(request: HttpRequest, body: NewWorkflow) -> HttpResponse:
    """Save a new workflow.

    For stewards. What is wrong with it is told all at once: ``flaws``, each with its place.
    """
    caller = caller_of(request)
    row = definitions.save_workflow(actor=caller.person, **body.model_dump())
    return created("workflows", row.pk, caller)


@area.put("/workflows/{pk}", scope="run", answer="workflows")
def change_workflow(request: HttpRequest, pk: int, body: Definition) -> Object:
    """Save a changed workflow as its next version.

    For stewards. With ``seen_version`` a change that somebody else made meanwhile is not
    overwritten (409).
    """
    caller = caller_of(request)
    workflow: Workflow = load("workflows", pk, caller)
    definitions.save_workflow(actor=caller.person, workflow=workflow, **body.model_dump())
    return answer("workflows", pk, caller)
