"""The editor of a workflow: rows or text, checked while somebody types, saved by the service."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST

from elfsite.answers import is_htmx
from elfsite.errors import Refused
from elfsite.origins import seedjson
from game.players.access import person_of
from game.players.models import User
from learning.reviews.access import only_stewards
from workflows.conductor.checking import (
    EDGE_KEYS,
    NAME_LIMIT,
    Checked,
    Flaw,
    check_definition,
    check_whole,
)
from workflows.conductor.definition import END, KINDS, START, Definition, Edge, read_definition
from workflows.conductor.draft import (
    FORM_EDGES,
    FORM_NODES,
    NODE_FIELDS,
    SETTING_FIELDS,
    Draft,
    Row,
    Said,
    draft_of,
    read_draft,
)
from workflows.conductor.figures import definition_graph
from workflows.conductor.models import Workflow
from workflows.conductor.services.definitions import Flawed, current_number, save_workflow
from workflows.conductor.sheet import FLAT_FROM
from workflows.conductor.version_views import number_in, said_of, workflow_of

FLAWS_SHOWN = 50  # in the list; all of them are counted
DRAWN_MOST = 200  # nodes of a graph that is drawn while somebody types; it costs 0.1 s for 200
CONTROLS = {"node": {*NODE_FIELDS, *SETTING_FIELDS}, "edge": set(EDGE_KEYS)}


@dataclass(frozen=True)
class Line:
    """A row as the form prints it: typed values, and what is wrong by field."""

    number: int
    v: Row
    f: dict[str, str] = field(default_factory=dict)

    @property
    def settled(self) -> bool:
        """Whether its settings may stay folded: nothing is wrong in them."""
        return not (set(self.f) & set(SETTING_FIELDS))

    @property
    def summary(self) -> str:
        """The settings that are set, in one line."""
        said = [(key, self.v[key]) for key in SETTING_FIELDS if self.v.get(key, "").strip()]
        shown = [f"{key.replace('_', ' ')} {value[:30]}" for key, value in said]
        return ", ".join(text for text in shown if text != "join any")


@dataclass(frozen=True)
class Look:
    """A draft with everything that is wrong in it, and its graph."""

    said: Said
    checked: Checked
    flaws: list[Flaw]
    graph: SafeString
    flat: bool


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """``/workflows/new/?from=&version=``: empty, or a copy of another workflow."""
    person = _steward(request)
    if request.method == "POST":
        return _posted(request, person, None)
    source = number_in(request, "from")
    if source is None:
        draft = Draft(nodes=[{}], edges=[{"from_node": START}])
        return _page(request, draft, None, fresh=True)
    workflow = workflow_of(request, source)
    draft = draft_of(said_of(workflow, number_in(request, "version")), None)
    if workflow.origin_id is None:
        draft.name = f"{draft.name} copy"[:NAME_LIMIT]
    return _page(request, draft, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """``/workflows/<pk>/edit/?version=``: as it is now, or beginning with an older version."""
    person = _steward(request)
    workflow = workflow_of(request, pk)
    if request.method == "POST":
        return _posted(request, person, workflow)
    if workflow.origin_id is not None:
        words = "This workflow is recorded by a source. Copy it to a workflow of ours to change it."
        raise Refused("of_a_source", words, status=409)
    said = said_of(workflow, number_in(request, "version"))
    return _page(request, draft_of(said, current_number(workflow)), workflow)


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """What is wrong with what is typed, and its graph: the part of the editor that follows it."""
    _steward(request)
    draft = read_draft(request.POST.dict())
    return render(request, "workflows/conductor/editor_checked.html", _checked(draft, _look(draft)))


def _steward(request: HttpRequest) -> User:
    person = person_of(request)
    only_stewards(person, "save workflows, because a workflow makes agents work")
    return person


def _posted(request: HttpRequest, person: User, workflow: Workflow | None) -> HttpResponse:
    draft, act = read_draft(request.POST.dict()), request.POST.get("do", "save")
    if act == "save":
        return _save(request, person, draft, workflow)
    mode = draft.mode
    focus = draft.act(act)
    stuck = act in ("to-form", "to-text") and draft.mode == mode
    return _page(request, draft, workflow, focus=focus, stuck=stuck)


def _save(
    request: HttpRequest, person: User, draft: Draft, workflow: Workflow | None
) -> HttpResponse:
    """Back to the page with every flaw, or to the workflow; what was typed stays in both."""
    said = draft.said()
    try:
        if said.flaws:
            raise Flawed(said.flaws)
        saved = save_workflow(
            actor=person,
            name=said.name,
            description=said.description,
            nodes=said.nodes,
            edges=said.edges,
            config=said.config,
            workflow=workflow,
            seen_version=draft.seen,
        )
    except Flawed as refused:
        return _page(request, draft, workflow, status=refused.status)
    except Refused as refused:
        if refused.code == "changed" and workflow is not None:
            draft.seen = current_number(workflow)  # it has been said: to save again is meant
        return _page(request, draft, workflow, refused=refused, status=refused.status)
    messages.success(request, f"Saved: {saved.name}, version {current_number(saved)}.")
    return redirect("workflow", pk=saved.pk)


def _look(draft: Draft) -> Look:
    said = draft.said()
    checked = check_definition(said.nodes, said.edges)
    whole = check_whole(said.name, said.description, said.config)
    unread = any(flaw.field == "text" for flaw in said.flaws)
    flaws = said.flaws if unread else [*whole, *said.flaws, *checked.flaws]
    definition = _definition(checked)
    many, hrefs = len(definition.nodes), {}
    if draft.mode == "form":
        hrefs = {row.get("id", "").strip(): f"#node-{n}" for n, row in enumerate(draft.nodes, 1)}
    return Look(
        said,
        checked,
        flaws,
        definition_graph(definition, hrefs) if 0 < many <= DRAWN_MOST else SafeString(""),
        many >= FLAT_FROM,
    )


def _definition(checked: Checked) -> Definition:
    """What can be drawn of a draft: nodes without an id are left out."""
    nodes = [_drawn(node) for node in checked.nodes if node["id"]]
    edges = [Edge(*(edge[key] for key in EDGE_KEYS)) for edge in checked.edges]
    return read_definition(seedjson.dump(nodes), edges)


def _drawn(node: dict[str, Any]) -> dict[str, Any]:
    """Of the settings, which may hold anything yet, only the one that the graph prints."""
    ants = node["config"].get("num_ants")
    return node | {"config": {"num_ants": ants} if isinstance(ants, int) else {}}


def _checked(draft: Draft, look: Look) -> dict[str, Any]:
    return {
        "flaws": [_place(flaw, draft) for flaw in look.flaws[:FLAWS_SHOWN]],
        "more_flaws": max(0, len(look.flaws) - FLAWS_SHOWN),
        "count": len(look.flaws),
        "node_count": len(look.checked.nodes),
        "edge_count": len(look.checked.edges),
        "graph": look.graph,
        "flat": look.flat,
        "drawn_most": DRAWN_MOST,
        "ids": list(dict.fromkeys(node["id"] for node in look.checked.nodes if node["id"])),
        "START": START,
        "END": END,
    }


def _place(flaw: Flaw, draft: Draft) -> tuple[Flaw, str, str]:
    """A flaw, the id of its control, and its words there: of a text with the place in it."""
    field = _field(flaw, draft)
    return flaw, field, str(flaw) if field == "text" else flaw.words


def _field(flaw: Flaw, draft: Draft) -> str:
    """The id of the control that a flaw is about; "" where none is on the page."""
    if flaw.part == "whole":
        if draft.mode == "text":
            return flaw.field if flaw.field in ("name", "description") else "text"
        return flaw.field if flaw.field in ("name", "description", "config") else ""
    if draft.mode == "text":
        return "text"
    return f"{flaw.part}-{flaw.row}-{_control(flaw)}"


def _control(flaw: Flaw) -> str:
    key = flaw.field.removeprefix("config.")
    if key in CONTROLS[flaw.part]:
        return key
    if flaw.part == "node":
        return "other" if flaw.field.startswith("config.") else "id"
    return "from_node"


def _page(
    request: HttpRequest,
    draft: Draft,
    workflow: Workflow | None,
    *,
    fresh: bool = False,
    focus: str = "",
    stuck: bool = False,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, or for HTMX its form. *fresh*: nothing has been typed, so nothing is wrong yet."""
    look = _look(draft)
    wrong: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    for flaw in [] if fresh or draft.mode == "text" else look.flaws:
        key = flaw.field if flaw.part == "whole" else _control(flaw)
        known = wrong[flaw.part, flaw.row]
        known[key] = f"{known[key]} {flaw.words}" if key in known else flaw.words
    parts = (("node", draft.nodes), ("edge", draft.edges))
    lines = {p: [Line(n, row, wrong[p, n]) for n, row in enumerate(rows, 1)] for p, rows in parts}
    context = {
        "workflow": workflow,
        "draft": draft,
        "nodes": lines["node"],
        "edges": lines["edge"],
        "whole": wrong["whole", 0],
        "kinds": KINDS,
        "fresh": fresh,
        "dirty": request.method == "POST",
        "focus": focus,
        "stuck": stuck,
        "refused": refused,
        "full_nodes": len(draft.nodes) >= FORM_NODES,
        "full_edges": len(draft.edges) >= FORM_EDGES,
        "most": (FORM_NODES, FORM_EDGES),
        "action": request.path,
        **_checked(draft, look),
    }
    name = "editor_form.html" if is_htmx(request) else "editor.html"
    return render(request, f"workflows/conductor/{name}", context, status=status)
