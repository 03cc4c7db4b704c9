"""Saving definitions: versions, what is refused, and what is lost to nobody."""

from __future__ import annotations

import json
from typing import Any

import pytest

from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.timeline.models import TimelineEvent
from game.players.models import User
from workflows.conductor.models import Workflow, WorkflowEdge, WorkflowVersion
from workflows.conductor.services.definitions import (
    Flawed,
    current_number,
    latest_version,
    save_workflow,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NODES = [{"id": "plan", "type": "single", "prompt_template": "Plan {topic}"}, {"id": "build"}]
EDGES = [
    {"from_node": "plan", "to_node": "build", "condition": "context.get('ok') == true"},
    {"to_node": "plan", "priority": 10},
]


@pytest.fixture
def stan() -> User:
    return User.objects.create_user("stan", role="steward")


def save(actor: Any, **more: Any) -> Workflow:
    given: dict[str, Any] = {"name": "release", "nodes": NODES, "edges": EDGES}
    return save_workflow(actor=actor, **given | more)


def test_a_workflow_is_stored_as_the_seed_has_it_and_as_a_version(stan: User) -> None:
    made = save(stan, description="ships", config={"lease_seconds": 60})
    assert json.loads(made.nodes_json)[0]["node_type"] == "single"
    edges = list(made.edges.order_by("pk").values_list("from_node", "to_node", "priority"))
    assert edges == [("__start__", "plan", 10), ("plan", "build", 100)]
    version = made.versions.get()
    assert (version.number, version.saved_by) == (1, "stan")
    assert json.loads(version.edges_json)[0]["to_node"] == "plan"
    assert latest_version(made) == version, "what is stored is what was saved"
    event = TimelineEvent.objects.get(topic="workflows")
    assert (event.verb, event.subject_id) == ("workflow_saved", str(made.pk))
    assert event.summary == "workflow “release”: version 1, 2 nodes, 2 edges"


def test_a_change_is_a_new_version_and_no_change_is_none(stan: User) -> None:
    made = save(stan)
    kept = set(made.edges.values_list("pk", flat=True))
    save(stan, workflow=made, seen_version=1)
    assert made.versions.count() == 1 and TimelineEvent.objects.count() == 1
    save(stan, workflow=made, name="ship it", seen_version=1)
    assert made.versions.count() == 1, "a name is no definition"
    assert set(made.edges.values_list("pk", flat=True)) == kept
    save(stan, workflow=made, nodes=[*NODES, {"id": "c"}], edges=[*EDGES, {"to_node": "c"}])
    assert [v.number for v in made.versions.order_by("number")] == [1, 2]
    assert len(json.loads(made.versions.get(number=1).nodes_json)) == 2, "the first stays"


def test_what_somebody_saved_meanwhile_is_not_written_over(stan: User) -> None:
    made = save(stan)
    save(stan, workflow=made, edges=[*EDGES[1:], {"to_node": "build"}], seen_version=1)
    with pytest.raises(Refused, match="stan saved version 2 meanwhile; yours began with version 1"):
        save(stan, workflow=made, nodes=NODES[:1], edges=EDGES[1:], seen_version=1)
    assert made.versions.count() == 2


def test_a_flawed_definition_writes_nothing_and_says_everything(stan: User) -> None:
    with pytest.raises(Flawed) as refused:
        save(stan, name="", edges=[{"from_node": "x", "to_node": "plan"}])
    assert len(refused.value.flaws) == 3
    assert refused.value.sentence.startswith("A workflow has a name. No edge leads from __start__")
    assert not Workflow.objects.exists() and not WorkflowVersion.objects.exists()


def test_only_stewards_save(stan: User) -> None:
    mira = User.objects.create_user("mira", role="member")
    with pytest.raises(Refused, match="Only stewards save workflows"):
        save(mira)
    assert save("agent-7").versions.get().saved_by == "agent-7", "doors check their own keys"


def test_a_name_is_taken_once(stan: User) -> None:
    save(stan)
    with pytest.raises(Refused, match="A workflow is called “release” already") as refused:
        save(stan)
    assert refused.value.status == 409
    other = save(stan, name="other")
    with pytest.raises(Refused, match="called “release” already"):
        save(stan, workflow=other)


def imported() -> Workflow:
    source = Source.objects.create(name="lab", path="/lab.db")
    made = Workflow.objects.create(
        name="old", origin=source, origin_key="1", nodes_json='[{"id": "a", "type": "swarm"}]'
    )
    WorkflowEdge.objects.create(workflow=made, from_node="__start__", to_node="a")
    return made


def test_a_workflow_of_a_source_is_copied_not_changed(stan: User) -> None:
    theirs = imported()
    with pytest.raises(Refused, match="Copy it to a workflow of ours"):
        save(stan, workflow=theirs)
    assert save(stan, name="old").origin is None, "ours may bear the same name"


def test_what_another_program_wrote_becomes_a_version(stan: User) -> None:
    theirs = imported()
    assert current_number(theirs) == 1 and not theirs.versions.exists()
    first = latest_version(theirs)
    assert (first.number, first.saved_by, first.nodes_json) == (1, "lab", theirs.nodes_json)
    assert latest_version(theirs) == first
    Workflow.objects.filter(pk=theirs.pk).update(nodes_json='[{"id": "b"}]')
    theirs.refresh_from_db()
    assert current_number(theirs) == 2
    assert latest_version(theirs).number == 2


def test_a_raw_definition_is_kept_when_it_is_saved_over(stan: User) -> None:
    raw = Workflow.objects.create(name="raw", nodes_json="[{nope")
    save(stan, name="raw", workflow=raw, seen_version=current_number(raw))
    first = raw.versions.get(number=1)
    assert (first.nodes_json, first.saved_by) == ("[{nope", "")
    assert raw.versions.count() == 2


def test_a_workflow_that_is_gone_is_said_so(stan: User) -> None:
    made = save(stan)
    pk = made.pk
    made.delete()
    made.pk = pk
    for act in (lambda: latest_version(made), lambda: save(stan, workflow=made)):
        with pytest.raises(Refused, match=f"No workflow has the id {pk}"):
            act()
