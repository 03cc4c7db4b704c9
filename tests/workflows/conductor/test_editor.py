"""The editor of workflows and their versions: who may, what is kept, what is said."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from elfsite.origins.models import Source
from elfsite.pages import panels
from game.players.models import User
from workflows.conductor.models import Workflow, WorkflowRun
from workflows.conductor.services.definitions import save_workflow

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NODES = [{"id": "plan", "prompt_template": "Plan it."}, {"id": "build", "node_type": "swarm"}]
EDGES = [{"to_node": "plan"}, {"from_node": "plan", "to_node": "build"}]
FORM = {
    "mode": "form",
    "name": "release",
    "node-1-id": "plan",
    "node-2-id": "build",
    "node-2-join": "all",
    "edge-1-from_node": "__start__",
    "edge-1-to_node": "plan",
    "edge-2-from_node": "plan",
    "edge-2-to_node": "build",
    "edge-2-condition": "context.get('ok') == true",
    "do": "save",
}


@pytest.fixture
def stan() -> User:
    panels.forget()
    return User.objects.create_user("stan", role="steward")


@pytest.fixture
def steward(client: Client, stan: User) -> Client:
    client.force_login(stan)
    return client


def save(**more: Any) -> Workflow:
    given: dict[str, Any] = {"actor": "stan", "name": "ours", "nodes": NODES, "edges": EDGES}
    return save_workflow(**given | more)


def imported() -> Workflow:
    source = Source.objects.create(name="lab", path="/lab.db")
    nodes = json.dumps([{"id": "a", "config": {"agent_type": "general-purpose", "odd": 1}}])
    return Workflow.objects.create(name="old", origin=source, origin_key="1", nodes_json=nodes)


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_a_new_workflow_is_written_and_read(steward: Client) -> None:
    assert "New workflow" in words(steward.get("/workflows/"))
    assert "It is drawn as soon as a node has an id" in words(steward.get("/workflows/new/"))
    answer = steward.post("/workflows/new/", FORM, follow=True)
    made = Workflow.objects.get()
    assert answer.redirect_chain == [(f"/workflows/{made.pk}/", 302)]
    assert "Saved: release, version 1." in words(answer)
    assert json.loads(made.nodes_json)[1]["config"] == {"join": "all"}
    page = words(answer)
    assert "join all" in page and "1 stan" in page and "Edit Copy As a file" in page


def test_flaws_are_named_at_their_fields_and_what_was_typed_stays(steward: Client) -> None:
    wrong = FORM | {"edge-2-condition": "context['ok'", "node-2-retries": "many", "name": ""}
    answer = steward.post("/workflows/new/", wrong)
    assert answer.status_code == 400 and not Workflow.objects.exists()
    html = answer.content.decode()
    assert "Not saved. 3 flaws" in words(answer)
    assert 'value="context[&#x27;ok&#x27;" placeholder' in html
    for field, flaw in (
        ("name", "A workflow has a name."),
        ("node-2-retries", "retries is a whole number from 0 to 10."),
        ("edge-2-condition", "its condition: Character 8: &#x27;[&#x27; was never closed."),
    ):
        assert f'id="{field}-err">{flaw}</span>' in html
        assert re.search(rf'<input[^>]*id="{field}"[^>]*aria-invalid="true"', html)
    assert 'id="node-2-settings" open' in html


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("add-node", 'id="node-3-id"'),
        ("copy-edge-2", 'id="edge-3-to_node"'),
        ("to-text", 'id="text"'),
    ],
)
def test_rows_come_without_script_and_as_a_fragment(steward: Client, act: str, said: str) -> None:
    whole = steward.post("/workflows/new/", FORM | {"do": act})
    part = steward.post("/workflows/new/", FORM | {"do": act}, headers={"HX-Request": "true"})
    assert "<html" in whole.content.decode() and said in whole.content.decode()
    assert "<html" not in part.content.decode() and said in part.content.decode()
    assert not Workflow.objects.exists()


def test_typing_is_answered_with_flaws_and_the_graph(steward: Client) -> None:
    answer = steward.post("/workflows/check/", FORM, headers={"HX-Request": "true"})
    assert "2 nodes, 2 edges" in words(answer) and "Nothing is wrong" in words(answer)
    assert 'href="#node-2"' in answer.content.decode()
    wrong = FORM | {"edge-2-to_node": "ship"}
    html = steward.post("/workflows/check/", wrong).content.decode()
    assert '<li data-field="edge-2-to_node"' in html and "&#x27;ship&#x27; is no node." in html
    assert '<li data-field="node-2-id"' in html and "no way leads to it" in html
    assert '<option value="build"></option>' in html


@pytest.mark.parametrize(
    "text", ['{"nodes": [{"id": "\\ud800"}]}', "[NaN]", '{"nodes": 7}', "[" * 9000, "", "{}"]
)
def test_any_text_is_answered(steward: Client, text: str) -> None:
    answer = steward.post("/workflows/check/", {"mode": "text", "text": text, "name": "x"})
    assert answer.status_code == 200 and "it cannot be saved yet" in words(answer)


def test_a_definition_is_pasted_in_either_spelling(steward: Client) -> None:
    text = json.dumps({"name": "pasted", "nodes": [{"id": "a", "type": "swarm"}], "edges": [
        {"to_node": "a"}]})  # fmt: skip
    steward.post("/workflows/new/", {"mode": "text", "text": text, "do": "save"})
    made = Workflow.objects.get(name="pasted")
    assert json.loads(made.nodes_json)[0]["node_type"] == "swarm"
    there = steward.get(f"/workflows/{made.pk}/definition.json?spelling=type")
    assert json.loads(there.content)["nodes"][0]["type"] == "swarm"
    assert there["Content-Disposition"] == f'attachment; filename="workflow-{made.pk}.json"'


def test_what_was_saved_meanwhile_is_said_and_nothing_is_lost(steward: Client) -> None:
    made = save()
    mine = FORM | {"seen": "1", "name": "ours"}
    save(workflow=made, edges=[*EDGES, {"from_node": "build"}])
    answer = steward.post(f"/workflows/{made.pk}/edit/", mine)
    assert answer.status_code == 409
    assert "stan saved version 2 meanwhile; yours began with version 1" in words(answer)
    assert "context.get(&#x27;ok&#x27;) == true" in answer.content.decode()
    again = mine | {"seen": re.search(r'name="seen" value="(\d+)"', answer.content.decode())[1]}  # type: ignore[index]
    assert steward.post(f"/workflows/{made.pk}/edit/", again).status_code == 302
    assert made.versions.count() == 3


def test_a_workflow_of_a_source_is_copied(steward: Client) -> None:
    theirs = imported()
    assert "change a copy" in words(steward.get(f"/workflows/{theirs.pk}/"))
    assert steward.get(f"/workflows/{theirs.pk}/edit/").status_code == 409
    answer = steward.get(f"/workflows/new/?from={theirs.pk}")
    html = answer.content.decode()
    assert 'value="old"' in html and 'value="general-purpose"' in html
    assert "{&quot;odd&quot;: 1}" in html, "what no field shows stays as JSON"
    assert "does not know &#x27;odd&#x27;" in html


def test_a_definition_that_is_no_json_can_be_mended_as_text(steward: Client) -> None:
    raw = Workflow.objects.create(name="raw", nodes_json='[{"id": "a"')
    answer = steward.get(f"/workflows/{raw.pk}/edit/")
    assert 'name="mode" value="text"' in answer.content.decode()
    assert "[{\\&quot;id\\&quot;: \\&quot;a\\&quot;" in answer.content.decode()


def test_a_large_definition_opens_as_text(steward: Client) -> None:
    nodes = [{"id": f"n{i}"} for i in range(200)]
    large = save(nodes=nodes, edges=[{"to_node": node["id"]} for node in nodes])
    html = steward.get(f"/workflows/{large.pk}/edit/").content.decode()
    assert 'name="mode" value="text"' in html and "200 nodes" in words(steward.get(
        f"/workflows/{large.pk}/edit/"))  # fmt: skip


def test_versions_are_read_compared_and_begun_from(steward: Client) -> None:
    made = save()
    save(workflow=made, nodes=[{**NODES[0], "prompt_template": "Plan it well."}, NODES[1]])
    first, second = made.versions.order_by("number")
    run = WorkflowRun.objects.create(workflow=made, workflow_name="ours", version=first)
    page = words(steward.get(f"/workflows/{made.pk}/versions/2/"))
    assert "− | Plan it. + | Plan it well." in page and "No run has begun" in page
    old = words(steward.get(f"/workflows/{made.pk}/versions/1/?against=2"))
    assert "− | Plan it well. + | Plan it." in old and f"{run.pk} pending" in old
    edit = steward.get(f"/workflows/{made.pk}/edit/?version=1").content.decode()
    assert ">Plan it.</textarea>" in edit and 'name="seen" value="2"' in edit
    assert (
        f'/workflows/{made.pk}/versions/1/">version 1</a>'
        in steward.get(f"/workflow-runs/{run.pk}/").content.decode()
    )
    save(workflow=made, nodes=NODES[:1], edges=EDGES[:1])
    assert "build" in words(steward.get(f"/workflow-runs/{run.pk}/")), (
        "what it ran, not what is now"
    )
    assert second.number == 2


def test_pages_ask_few_queries(steward: Client, django_assert_max_num_queries: Any) -> None:
    made = save()
    for number in range(12):
        save(workflow=made, nodes=[{**NODES[0], "name": f"n{number}"}, NODES[1]])
        WorkflowRun.objects.create(workflow=made, version=made.versions.latest("pk"))
    steward.get(f"/workflows/{made.pk}/")
    bounding = 0 if connection.vendor == "sqlite" else 4  # statements that bound the others
    with django_assert_max_num_queries(11 + bounding):
        page = words(steward.get(f"/workflows/{made.pk}/"))
    assert "All versions" in page
    with django_assert_max_num_queries(9 + bounding):
        steward.get(f"/workflows/{made.pk}/versions/5/")
    with django_assert_max_num_queries(7 + bounding):
        steward.get(f"/workflows/{made.pk}/edit/")


WRITING = ["/workflows/new/", "/workflows/{pk}/edit/", "/workflows/check/"]
READING = ["/workflows/{pk}/versions/1/", "/workflows/{pk}/definition.json"]


@pytest.mark.parametrize("path", WRITING)
def test_members_read_and_stewards_write(client: Client, stan: User, path: str) -> None:
    made = save()
    client.force_login(User.objects.create_user("mira", role="member"))
    for answer in (client.post(path.format(pk=made.pk), FORM),) + (
        () if "check" in path else (client.get(path.format(pk=made.pk)),)
    ):
        assert answer.status_code == 403
        assert "Only stewards save workflows" in words(answer)
    page = words(client.get(f"/workflows/{made.pk}/"))
    assert "Only stewards change workflows" in page and "Edit" not in page
    assert "New workflow" not in words(client.get("/workflows/"))
    assert Workflow.objects.count() == 1
    for reading in READING:
        assert client.get(reading.format(pk=made.pk)).status_code == 200


def test_a_file_is_for_those_who_are_signed_in(client: Client) -> None:
    assert client.get(READING[1].format(pk=save().pk)).status_code == 401


@pytest.mark.parametrize("path", [*WRITING[:2], READING[0]])
def test_nobody_comes_in_without_signing_in(client: Client, path: str) -> None:
    answer = client.get(path.format(pk=save().pk))
    assert answer.status_code == 302 and "/accounts/login/" in answer["Location"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/workflows/999/edit/", 404),
        ("/workflows/99999999999999999999999/edit/", 404),
        ("/workflows/{pk}/edit/?version=9", 404),
        ("/workflows/{pk}/edit/?version=x", 400),
        ("/workflows/new/?from=999", 404),
        ("/workflows/new/?from=-1", 400),
        ("/workflows/{pk}/versions/2/", 404),
        ("/workflows/{pk}/versions/99999999999999999999999/", 404),
        ("/workflows/{pk}/versions/1/?against=7", 404),
        ("/workflows/{pk}/versions/1/?against=x", 400),
        ("/workflows/999/definition.json", 404),
        ("/workflows/check/", 405),
    ],
)
def test_bad_addresses(steward: Client, path: str, status: int) -> None:
    assert steward.get(path.format(pk=save().pk)).status_code == status
