"""Acts on runs, on their pages: who may, what is offered, what is kept of what was typed."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client

from elfsite.origins.models import Source
from game.players.models import User
from tests.factories import make
from tests.workflows.conductor.test_after import failed_run, states_of, work, workflow
from tests.workflows.conductor.test_pages import words
from workflows.conductor.models import NodeExecution, WorkflowRun
from workflows.conductor.services import nodes, runs

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
As = Callable[[str], Client]


@pytest.fixture
def as_(db: None) -> As:
    """A client of a person: mira, a member; ada, another; stan, a steward."""
    people = {
        name: User.objects.create_user(name, role=role)
        for name, role in (("mira", "member"), ("ada", "member"), ("stan", "steward"))
    }

    def client_of(name: str) -> Client:
        client = Client()
        client.force_login(people[name])
        return client

    return client_of


def person(name: str) -> User:
    return User.objects.get(username=name)


def test_a_member_starts_a_run_and_lands_on_it(as_: As) -> None:
    made = workflow()
    answer = as_("mira").post(f"/workflows/{made.pk}/start/", {"input": '{"n": 1}', "phase": ""})
    run = WorkflowRun.objects.get()
    assert answer.headers["Location"] == f"/workflow-runs/{run.pk}/"
    assert (run.status, run.phase, run.requested_by) == ("running", "init", "mira")
    assert json.loads(run.context_json) == {"n": 1}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ('{"n": 1,\n "m" 2}', "in line 2, column 6"),
        ("[1]", "An object is wanted"),
        ('{"n": NaN}', "NaN is no number"),
        ('{"n": 1e999}', "This is no JSON"),
        ('{"n": 1, "n": 2}', "stands in it twice"),
        ("[" * 2000, "This is no JSON"),
    ],
)
def test_bad_input_is_named_and_kept(as_: As, typed: str, said: str) -> None:
    answer = as_("mira").post(f"/workflows/{workflow().pk}/start/", {"input": typed})
    assert answer.status_code == 400
    html = answer.content.decode()
    assert said in html
    assert typed.splitlines()[0].replace('"', "&quot;")[:50] in html
    assert not WorkflowRun.objects.exists()


def test_what_a_service_refuses_is_said_at_the_form(as_: As) -> None:
    deep = "{" + '"a":{' * 60 + "}" * 61
    answer = as_("mira").post(f"/workflows/{workflow().pk}/start/", {"input": deep})
    assert answer.status_code == 400
    assert "levels within each other" in answer.content.decode()


def test_the_workflow_page_offers_to_start_and_names_what_prompts_ask(as_: As) -> None:
    made = workflow()
    made.nodes_json = made.nodes_json.replace("do A", "do A for {target.name}")
    made.save()
    html = as_("mira").get(f"/workflows/{made.pk}/").content.decode()
    assert f'action="/workflows/{made.pk}/start/"' in html
    assert "Its prompts speak of target :" in words(html)


def test_a_failed_run_offers_retry_replay_and_clone(as_: As) -> None:
    run = failed_run()
    html = as_("mira").get(f"/workflow-runs/{run.pk}/").content.decode()
    text = words(html)
    assert "A new run: B again, and what follows. 1 result before them is kept." in text
    assert "Asked for by ada. No run was made from it yet." in text
    assert f'href="/workflow-runs/{run.pk}/replay/?from=B">Replay from here' in html
    answer = as_("mira").post(f"/workflow-runs/{run.pk}/retry/")
    made = WorkflowRun.objects.latest("pk")
    assert answer.headers["Location"] == f"/workflow-runs/{made.pk}/"
    assert made.requested_by == "mira"
    html = as_("mira").get(f"/workflow-runs/{made.pk}/").content.decode()
    assert f"A retry of run {run.pk} failed , asked for by mira: compare the two" in words(html)
    assert f"Run {made.pk} running retried it" in words(
        as_("mira").get(f"/workflow-runs/{run.pk}/").content.decode()
    )
    assert as_("mira").post(f"/workflow-runs/{run.pk}/retry/").status_code == 409


def test_a_run_without_failures_says_so_instead(as_: As) -> None:
    run = runs.start_run(actor="ada", workflow=workflow("A", "__start__>A"))
    work(run, "A")
    text = words(as_("mira").get(f"/workflow-runs/{run.pk}/").content.decode())
    assert "Retry failed No node of it failed." in text
    assert as_("mira").post(f"/workflow-runs/{run.pk}/retry/").status_code == 409


def test_a_replay_shows_its_plan_and_then_does_it(as_: As) -> None:
    run = failed_run()
    url = f"/workflow-runs/{run.pk}/replay/"
    text = words(as_("mira").get(url, {"from": "B"}).content.decode())
    assert "Begins at once B May follow C Is kept A" in text
    assert WorkflowRun.objects.count() == 1
    text = words(as_("mira").get(url, {"from": "C"}).content.decode())
    assert "No plan." in text
    assert "does not lead to C" in text
    as_("mira").post(url, {"from": "B"})
    assert states_of(WorkflowRun.objects.latest("pk")) == {"A": "completed", "B": "pending"}


def test_a_clone_keeps_what_was_typed_where_it_is_refused(as_: As) -> None:
    run = failed_run()
    url = f"/workflow-runs/{run.pk}/clone/"
    assert as_("mira").get(url).status_code == 200
    answer = as_("mira").post(url, {"input": '{"kept": ', "context": "{}", "skip_nodes": ["B"]})
    assert answer.status_code == 400
    html = answer.content.decode()
    assert "{&quot;kept&quot;: " in html
    assert 'value="B"' in html.split("checked")[0].rsplit("<input", 1)[1]
    as_("mira").post(url, {"input": '{"z": 1}', "context": '{"h": 2}', "skip_nodes": ["B"]})
    made = WorkflowRun.objects.latest("pk")
    assert json.loads(made.context_json) == {"z": 1, "h": 2}
    assert states_of(made) == {"B": "skipped", "A": "pending"}


def test_only_who_asked_and_stewards_steer(as_: As) -> None:
    run = runs.start_run(actor=User.objects.create_user("zoe", role="member"), workflow=workflow())
    text = words(as_("mira").get(f"/workflow-runs/{run.pk}/").content.decode())
    assert "Cancel Only stewards, and whoever asked for it, steer a run." in text
    url = f"/workflow-runs/{run.pk}"
    for act in ("cancel", "reset", "skip", "phase"):
        answer = as_("mira").post(f"{url}/{act}/", {"node": "A", "cancel-reason": "x"})
        assert answer.status_code == 403, act
    assert "Only stewards, and whoever asked" in words(
        as_("mira").get(f"{url}/steer/").content.decode()
    )
    answer = as_("stan").post(f"{url}/cancel/", {"cancel-reason": "wrong target"})
    assert answer.status_code == 302
    run.refresh_from_db()
    assert (run.status, run.error_message) == ("cancelled", "cancelled by stan: wrong target")


def test_who_asked_cancels_their_own_run_with_a_reason(as_: As) -> None:
    client = as_("mira")
    run = runs.start_run(actor=person("mira"), workflow=workflow())
    url = f"/workflow-runs/{run.pk}/cancel/"
    answer = client.post(url, {"cancel-reason": " "})
    assert answer.status_code == 400
    assert "Let it run" in answer.content.decode()
    client.post(url, {"cancel-reason": "enough"})
    run.refresh_from_db()
    assert run.status == "cancelled"
    assert "It is over." in client.get(f"/workflow-runs/{run.pk}/steer/").content.decode()


def test_a_steward_resets_and_skips_nodes_and_names_the_phase(as_: As) -> None:
    client = as_("stan")
    run = runs.start_run(actor="ada", workflow=workflow("A B", "__start__>A __start__>B"))
    work(run, "A")
    url = f"/workflow-runs/{run.pk}"
    html = client.get(f"{url}/steer/").content.decode()
    assert '<option value="B"' in html
    assert '<option value="A"' not in html, "what is over is not skipped"
    client.post(f"{url}/reset/", {"node": "A"})
    assert states_of(run) == {"A": "pending", "B": "pending"}
    answer = client.post(f"{url}/skip/", {"node": "B", "skip-reason": ""})
    assert answer.status_code == 400
    assert '<option value="B" selected' in answer.content.decode()
    client.post(f"{url}/skip/", {"node": "B", "skip-reason": "not needed"})
    assert states_of(run) == {"A": "pending", "B": "skipped"}
    client.post(f"{url}/phase/", {"phase": "converge"})
    run.refresh_from_db()
    assert run.phase == "converge"
    assert client.post(f"{url}/phase/", {"phase": "x" * 60}).status_code == 400
    assert client.post(f"{url}/skip/", {"node": "Z", "skip-reason": "x"}).status_code == 404


def test_members_skip_no_node_of_their_own_run_either(as_: As) -> None:
    client = as_("mira")
    run = runs.start_run(actor=person("mira"), workflow=workflow())
    answer = client.post(f"/workflow-runs/{run.pk}/skip/", {"node": "A", "skip-reason": "x"})
    assert answer.status_code == 403
    assert (
        "Only stewards skip nodes."
        in client.get(f"/workflow-runs/{run.pk}/steer/").content.decode()
    )


def test_a_pending_run_waits_for_its_beginning(as_: As) -> None:
    run = runs.create_run(actor="ada", workflow=workflow())
    html = as_("stan").get(f"/workflow-runs/{run.pk}/").content.decode()
    assert f'action="/workflow-runs/{run.pk}/begin/"' in html
    assert as_("mira").post(f"/workflow-runs/{run.pk}/begin/").status_code == 403
    as_("stan").post(f"/workflow-runs/{run.pk}/begin/")
    run.refresh_from_db()
    assert run.status == "running"


def test_a_running_run_says_who_works_and_what_waits(as_: As) -> None:
    edges = "__start__>A __start__>B A>C"
    run = runs.start_run(actor="ada", workflow=workflow(edges=edges), input={"n": [1, 2]})
    claim = nodes.claim_node(actor="a", agent_id="ant-7", run=run, node="A")
    assert claim is not None
    html = as_("mira").get(f"/workflow-runs/{run.pk}/").content.decode()
    text = words(html)
    assert "1 in work, 1 waits for an agent" in text
    assert "A ant-7" in text
    assert f'<time datetime="{claim.lease_until:%Y-%m-%dT%H:%M:%S}' in html
    assert "n [1,2]" in text, "the context as it stands"
    nodes.fail_node(actor="a", execution=claim.execution, token=claim.token, message="boom")
    text = words(as_("mira").get(f"/workflow-runs/{run.pk}/").content.decode())
    assert "0 in work, 1 waits for an agent" in text
    assert "skip C A failed" in text, "why it did not run"


def test_ways_of_our_runs_are_the_conductors_word(as_: As) -> None:
    edges = "__start__>A A>B?context['go']==1 A>C C>B"
    run = runs.start_run(actor="ada", workflow=workflow(edges=edges))
    for node in "ACB":
        work(run, node)
    html = as_("mira").get(f"/workflow-runs/{run.pk}/").content.decode()
    assert html.count('class="edge dropped"') == 1, "B ran after A, but not because of it"
    assert "As the conductor decided them" in html


def test_a_node_is_not_skipped_while_another_way_to_it_is_open(as_: As) -> None:
    edges = "__start__>A A>B?context['go']==1 A>C C>B"
    run = runs.start_run(actor="ada", workflow=workflow(edges=edges))
    work(run, "A")
    table = as_("mira").get(f"/workflow-runs/{run.pk}/", {"table": 1}).content.decode()
    assert "B pending single" in words(table)
    work(run, "C", error="boom")
    text = words(as_("mira").get(f"/workflow-runs/{run.pk}/", {"table": 1}).content.decode())
    assert "B skipped single" in text


def test_parts_of_a_swarm_stand_with_their_node(as_: As) -> None:
    made = workflow("S", "__start__>S")
    made.nodes_json = json.dumps([{"id": "S", "node_type": "swarm", "prompt_template": "look"}])
    made.save()
    run = runs.start_run(actor="ada", workflow=made)
    html = as_("mira").get(f"/workflow-runs/{run.pk}/", {"node": "S"}).content.decode()
    assert html.count("not in the definition") == 0
    assert "S-scout-0" in html
    fixer = NodeExecution.objects.get(node_id="S-fixer-2")
    assert f"/node-executions/{fixer.pk}/" in html


@pytest.mark.parametrize(
    "path",
    [
        "workflows/{w}/start/",
        *(f"workflow-runs/{{r}}/{act}/" for act in ("replay", "clone", "steer")),
    ],
)
def test_the_other_outcomes(as_: As, client: Client, path: str) -> None:
    run = failed_run()
    here = "/" + path.format(w=run.workflow_id, r=run.pk)
    assert as_("mira").get(here).status_code == 200
    assert as_("mira").get("/" + path.format(w=10**9, r=10**9)).status_code == 404
    assert as_("mira").get("/" + path.format(w=10**30, r=10**30)).status_code == 404
    answer = client.get(here)
    assert answer.status_code == 302
    assert "/accounts/login/" in answer.headers["Location"]


@pytest.mark.parametrize("act", ["begin", "retry", "cancel", "phase", "reset", "skip"])
def test_acts_are_posts(as_: As, act: str) -> None:
    url = f"/workflow-runs/{failed_run().pk}/{act}/"
    assert as_("stan").get(url).status_code == 405
    assert Client().post(url).status_code == 302


def test_a_run_of_another_program_is_only_read(as_: As) -> None:
    source = make(Source)
    run = WorkflowRun.objects.create(
        workflow_name="task-9", status="running", origin=source, origin_key="9"
    )
    text = words(as_("stan").get(f"/workflow-runs/{run.pk}/").content.decode())
    assert "it can only be read" in text
    assert "Another program drives this run" in words(
        as_("stan").get(f"/workflow-runs/{run.pk}/steer/").content.decode()
    )
    assert as_("stan").get(f"/workflow-runs/{run.pk}/clone/").status_code == 409
    answer = as_("stan").post(f"/workflow-runs/{run.pk}/cancel/", {"cancel-reason": "x"})
    assert answer.status_code == 400
    assert "Another program drives this run" in words(answer.content.decode())
