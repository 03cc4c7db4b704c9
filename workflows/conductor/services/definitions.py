"""Saving a definition: checked whole, kept as a version, never over what somebody else saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.origins import seedjson
from elfsite.timeline.log import Write, shorten, write
from learning.reviews.access import only_stewards
from workflows.conductor.checking import Checked, Flaw, check_definition, check_whole
from workflows.conductor.models import Workflow, WorkflowEdge, WorkflowVersion

TOPIC = "workflows"
TEXT_LIMIT = 1_000_000  # characters of nodes and edges together
FLAWS_SAID = 20  # in the sentence of a refusal; all of them are in ``flaws``
STORED_EDGES = 3000  # read of a workflow that other programs write; ours have at most 2,000
EDGE_COLUMNS = ("from_node", "to_node", "condition", "priority")


class Flawed(Refused):
    """A definition that cannot be saved; ``flaws`` has each with its place."""

    def __init__(self, flaws: Sequence[Flaw]) -> None:
        said = " ".join(str(flaw) for flaw in flaws[:FLAWS_SAID])
        more = f" And {len(flaws) - FLAWS_SAID} more." if len(flaws) > FLAWS_SAID else ""
        super().__init__("flawed", said + more)
        self.flaws = list(flaws)


def save_workflow(
    *,
    actor: Any,
    name: str,
    nodes: Any,
    edges: Any,
    description: str = "",
    config: Mapping[str, Any] | None = None,
    workflow: Workflow | None = None,
    seen_version: int | None = None,
) -> Workflow:
    """Make a workflow, or change *workflow*; a new version where the definition changed.

    *nodes* and *edges* are lists of objects (see ``check_definition``), *config* an object.
    *seen_version* is the number of the version that was on the screen: when another one is there
    by now nothing is written. A workflow of a source is not changed: it is copied (save it without
    *workflow*), because its edges are the source's and come back with every reading.

    Raises Flawed (400) with every flaw, Refused 403 for a person who is no steward, 409 ``changed``
    (somebody saved meanwhile), ``name_taken``, ``of_a_source``; 404 ``not_found``.
    """
    only_stewards(actor, "save workflows")
    about, whole = str(description or ""), {} if config is None else config
    title = " ".join(str(name or "").split())
    checked = check_definition(nodes, edges)
    flaws = [*check_whole(title, about, whole), *checked.flaws]
    if flaws:
        raise Flawed(flaws)
    columns = _columns(checked, whole)
    try:
        with write(actor) as w:
            _free(title, workflow)
            row = (
                _locked(workflow, seen_version) if workflow else Workflow.objects.create(name=title)
            )
            _store(w, row, columns, made=workflow is None, name=title, description=about or None)
    except IntegrityError as error:  # of two that take one name at once the second
        raise _taken(title) from error
    return row


def latest_version(workflow: Workflow) -> WorkflowVersion:
    """The version that says what the workflow says now.

    An imported workflow has none, and another program may have written since the last one: then
    what is stored becomes a version, as its source's or nobody's.
    """
    with write() as w:
        row = Workflow.objects.select_for_update().filter(pk=workflow.pk).first()
        if row is None:
            raise Refused("not_found", f"No workflow has the id {workflow.pk}.", status=404)
        last, stored = _last(row), stored_columns(row)
        if last is not None and _same(last, stored):
            return last
        return _version(w, row, stored, last, by="" if row.origin_id is None else str(row.origin))


def current_number(workflow: Workflow) -> int:
    """The number that ``latest_version`` has or would give; nothing is written."""
    last = _last(workflow)
    if last is None:
        return 1
    return last.number if _same(last, stored_columns(workflow)) else last.number + 1


def stored_columns(workflow: Workflow) -> dict[str, str]:
    """What the tables of the seed say of a workflow, as the columns of a version."""
    rows = workflow.edges.filter(gone_at__isnull=True).order_by("priority", "pk")
    edges = list(rows.values(*EDGE_COLUMNS)[:STORED_EDGES])
    return {
        "nodes_json": workflow.nodes_json or "[]",
        "edges_json": seedjson.dump(edges),
        "config_json": workflow.config_json or "{}",
    }


def _columns(checked: Checked, config: Mapping[str, Any]) -> dict[str, str]:
    columns = {
        "nodes_json": seedjson.dump(checked.nodes),
        "edges_json": seedjson.dump(checked.edges),
        "config_json": seedjson.dump(dict(config)),
    }
    if sum(map(len, columns.values())) > TEXT_LIMIT:
        raise Refused("too_long", f"A definition has at most {TEXT_LIMIT:,} characters in all.")
    return columns


def _free(name: str, workflow: Workflow | None) -> None:
    others = Workflow.objects.filter(name=name, origin__isnull=True)
    if workflow is not None:
        others = others.exclude(pk=workflow.pk)
    if others.exists():
        raise _taken(name)


def _taken(name: str) -> Refused:
    return Refused("name_taken", f"A workflow is called “{shorten(name, 80)}” already.", status=409)


def _locked(workflow: Workflow, seen: int | None) -> Workflow:
    row = Workflow.objects.select_for_update().filter(pk=workflow.pk).first()
    if row is None:
        raise Refused("not_found", f"No workflow has the id {workflow.pk}.", status=404)
    if row.origin_id is not None:
        words = "This workflow is recorded by a source. Copy it to a workflow of ours to change it."
        raise Refused("of_a_source", words, status=409)
    now = latest_version(row)
    if seen is not None and seen != now.number:
        by = f"{now.saved_by} saved" if now.saved_by else "There is"
        words = f"{by} version {now.number} meanwhile; yours began with version {seen}."
        raise Refused("changed", words, status=409)
    return row


def _store(w: Write, row: Workflow, columns: dict[str, str], *, made: bool, **said: Any) -> None:
    """Write what changed, the version, and one line of the log; nothing where nothing changed."""
    last, stored = _last(row), stored_columns(row)
    texts = {key: columns[key] for key in ("nodes_json", "config_json")}
    changes = {key: v for key, v in (said | texts).items() if getattr(row, key) != v}
    edges = columns["edges_json"] != stored["edges_json"]
    if not (made or changes or edges):
        return
    for key, value in changes.items():
        setattr(row, key, value)
    row.updated_at = timezone.now()
    row.save(update_fields=[*changes, "updated_at"])
    if edges:
        row.edges.all().delete()
        _write_edges(row, columns["edges_json"])
    if last is None or not _same(last, columns):
        _version(w, row, columns, last, by=w.actor)
    else:
        words = f"workflow “{shorten(row.name, 80)}”: {' and '.join(changes)} changed"
        w.event(TOPIC, "workflow_saved", row, words, version=last.number)


def _write_edges(row: Workflow, text: str) -> None:
    rows = [WorkflowEdge(workflow=row, **edge) for edge in seedjson.read_list(text)]
    WorkflowEdge.objects.bulk_create(rows)


def _last(workflow: Workflow) -> WorkflowVersion | None:
    return workflow.versions.order_by("-number").first()


def _same(version: WorkflowVersion, columns: Mapping[str, str]) -> bool:
    return all(getattr(version, key) == text for key, text in columns.items())


def _version(
    w: Write, row: Workflow, columns: Mapping[str, str], last: WorkflowVersion | None, *, by: str
) -> WorkflowVersion:
    number = last.number + 1 if last else 1
    made = WorkflowVersion.objects.create(workflow=row, number=number, saved_by=by, **columns)
    nodes, edges = (len(seedjson.read_list(columns[k])) for k in ("nodes_json", "edges_json"))
    words = f"workflow “{shorten(row.name, 80)}”: version {number}, {nodes} nodes, {edges} edges"
    w.event(TOPIC, "workflow_saved", row, words, version=number, nodes=nodes, edges=edges)
    return made
