"""The pages of a run and of a workflow: what they show of good rows and of bad ones."""

from __future__ import annotations

import datetime as dt
import json
import re
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from elfsite.pages import panels
from game.players.models import User
from workflows.conductor.models import (
    ConductorDecision,
    NodeExecution,
    Workflow,
    WorkflowEdge,
    WorkflowRun,
)
from workflows.trails.models import Trail

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def reader(client: Client) -> Client:
    panels.forget()
    client.force_login(User.objects.create_user("mira", role="member"))
    return client


def make_workflow(ids: str = "plan build test") -> Workflow:
    nodes = [{"id": id, "name": id, "node_type": "single"} for id in ids.split()]
    made = Workflow.objects.create(name="release", nodes_json=json.dumps(nodes))
    ends = ["__start__", *ids.split(), "__end__"]
    for a, b in pairwise(ends):
        condition = "context['green']" if b == "test" else ""
        WorkflowEdge.objects.create(workflow=made, from_node=a, to_node=b, condition=condition)
    return made


def make_run(workflow: Workflow | None = None, **more: Any) -> WorkflowRun:
    base: dict[str, Any] = {
        "workflow": workflow,
        "workflow_name": workflow.name if workflow else "by hand",
        "status": "running",
        "started_at": timezone.now() - 10 * MINUTE,
    }
    return WorkflowRun.objects.create(**base | more)


def execute(run: WorkflowRun, node: str, begun: int, took: int = 1, **more: Any) -> NodeExecution:
    start = timezone.now() - begun * MINUTE
    base: dict[str, Any] = {
        "run": run,
        "node_id": node,
        "node_name": node,
        "status": "completed",
        "started_at": start,
        "completed_at": start + took * MINUTE,
    }
    return NodeExecution.objects.create(**base | more)


def decide(run: WorkflowRun, kind: str, reason: str = "", **data: Any) -> None:
    ConductorDecision.objects.create(
        run=run, decision_type=kind, decision_data=json.dumps(data), reason=reason
    )


def page(reader: Client, run: WorkflowRun, query: str = "") -> str:
    answer = reader.get(f"/workflow-runs/{run.pk}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def words(html: str) -> str:
    """The text of a page, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_run_tells_how_far_it_is(reader: Client) -> None:
    run = make_run(make_workflow(), phase="converge")
    execute(run, "plan", 9, status="failed", error_message="lock timeout", error_type="exception")
    execute(run, "plan", 7)
    execute(run, "build", 5, status="running", completed_at=None)
    html = page(reader, run)
    assert "Phase converge , 1 of 3 nodes" in words(html)
    assert re.search(r'aria-label="plan single, try 2 2:00, completed"', html)
    assert re.search(r'<a id="n1"[^>]*aria-current="true"[^>]*aria-label="build', html)
    assert 'class="edge taken"' in html
    assert 'class="edge open"' in html
    assert "context[&#x27;green&#x27;]" in html
    assert "every 15s" in html, "raw rows come without an event"


def test_the_chosen_node_and_attempt_are_in_the_address(reader: Client) -> None:
    run = make_run(make_workflow(), status="completed")
    first = execute(run, "plan", 9, status="failed", prompt="Plan it.", prompt_hash="bf2449")
    execute(run, "plan", 8, result_text="planned")
    execute(run, "build", 7, result_text="built")
    assert "built" in page(reader, run, "?node=build")
    html = page(reader, run, f"?node=plan&attempt={first.pk}")
    assert "Plan it." in html
    assert "bf2449" in html
    assert "planned" not in html
    assert f'hx-get="/workflow-runs/{run.pk}/?node=plan&amp;attempt={first.pk}"' in html


def test_findings_files_and_tokens_of_an_attempt(reader: Client) -> None:
    run = make_run(make_workflow())
    found = [{"type": "warning", "content": "it is slow", "importance": "high", "tags": ["ci"]}]
    execute(
        run,
        "plan",
        5,
        findings_json=json.dumps(found),
        files_modified="src/a.py, src/b.py",
        token_count=18204,
    )
    text = words(page(reader, run))
    assert "warning it is slow ci, high" in text
    assert "src/ a.py" in text
    assert "18,204" in text


def test_decisions_are_told_in_words(reader: Client) -> None:
    run = make_run(make_workflow())
    execution = execute(run, "plan", 9, status="failed")
    execute(run, "plan", 8)
    decide(run, "start_run", "Workflow run started", workflow_name="release", phase="init")
    decide(run, "fire_node", "Started node: plan", node_id="plan", node_type="swarm")
    decide(run, "node_failed", error_type="crash", error_message="boom", node_id="plan")
    decide(run, "skip_node", "the way is closed", node_id="test", execution_id=execution.pk)
    decide(run, "phase_change", new_phase="converge")
    decide(run, "telepathy", "nobody names it")
    told = re.findall(r'<li data-hue[^>]*id="decision-\d+">(.*?)</li>', page(reader, run))
    said = [words(each).split(maxsplit=1)[1] for each in told]
    assert said == [
        "telepathy nobody names it",
        "phase converge",
        "skip test the way is closed",
        "failed plan crash: boom",
        "fire plan (swarm)",
        "start release in phase init",
    ]


def test_a_decision_that_is_no_json_is_shown_as_written(reader: Client) -> None:
    run = make_run()
    ConductorDecision.objects.create(run=run, decision_type="fire_node", decision_data="{oops")
    assert "{oops" in page(reader, run)


def test_trails_of_a_run_by_place(reader: Client) -> None:
    run = make_run()
    for scent, strength in (("write", 0.9), ("blocker", 1.0), ("write", 0.5)):
        Trail.objects.create(
            run=run, location="src/a.py", scent=scent, strength=strength, agent_id="ann"
        )
    html = page(reader, run)
    assert "plumes" in html
    assert re.search(r"src/ a\.py write 2 blocker ann .* 2\.40 2\.40", words(html))


def test_what_ended_long_ago_is_listed_and_not_drawn(reader: Client) -> None:
    run = make_run(status="completed")
    long_ago = timezone.now() - dt.timedelta(days=30)
    Trail.objects.create(run=run, location="src/a.py", scent="hot", created_at=long_ago)
    html = page(reader, run)
    assert 'class="plate-svg wide plumes"' not in html
    assert "src/ a.py" in words(html)


def test_an_ad_hoc_run_without_anything_says_so(reader: Client) -> None:
    text = words(page(reader, make_run(None, workflow_name=None, started_at=None)))
    for said in (
        "ad hoc run: no workflow, no edges",
        "Nothing has been executed yet.",
        "No attempt is recorded.",
        "No decision of a conductor is recorded.",
        "This run laid no trail.",
        "No start is recorded",
    ):
        assert said in text


def test_nonsense_of_other_programs_breaks_no_page(reader: Client) -> None:
    run = make_run(status="completed")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE workflow_runs SET workflow_id = 9999, input_json = '{broken'")
        if connection.vendor == "sqlite":  # elsewhere the column itself refuses it
            cursor.execute("UPDATE workflow_runs SET started_at = 'not a date'")
        cursor.execute(
            "INSERT INTO node_executions (run_id, node_id, status, findings_json, files_modified,"
            " result_json) VALUES (%s, 'a<b>&\"c', 'exploded', 'nothing', 'x', '[1')",
            [run.pk],
        )
    html = page(reader, run)
    text = words(html)
    assert "its workflow 9999 is not here, so no edges are known" in text
    assert "not readable as JSON" in text
    assert "exploded" in text
    assert "a<b>" not in html
    if connection.vendor == "sqlite":
        assert "not a date" in text


def test_a_definition_that_is_no_json_is_said(reader: Client) -> None:
    broken = Workflow.objects.create(name="broken", nodes_json="{nope")
    run = make_run(broken)
    said = "The list of nodes is not readable as JSON."
    assert said in page(reader, run)
    assert said in reader.get(f"/workflows/{broken.pk}/").content.decode()


def test_a_fragment_is_the_part_that_lives(reader: Client) -> None:
    run = make_run(make_workflow())
    execute(run, "plan", 5)
    answer = reader.get(f"/workflow-runs/{run.pk}/", headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith('<div id="run"')
    assert "HX-Request" in answer["Vary"]


def test_a_large_run_draws_its_table_when_asked(reader: Client) -> None:
    run = make_run(make_workflow(" ".join(f"n{i}" for i in range(80))))
    assert "<caption" not in page(reader, run)
    assert "Nodes of run" in page(reader, run, "?table=1")


def test_the_page_of_a_workflow(reader: Client) -> None:
    made = make_workflow()
    for status in ("completed", "failed", "running"):
        make_run(made, status=status, completed_at=timezone.now())
    answer = reader.get(f"/workflows/{made.pk}/")
    text = words(answer.content.decode())
    assert "3 nodes, 4 edges. 1 of 2 finished runs completed (50%)." in text
    assert "running 1 , completed 1 , failed 1" in text
    assert f"/workflow-runs/?workflow_id={made.pk}" in answer.content.decode()
    assert "context[&#x27;green&#x27;]" in text


def test_pages_ask_the_same_number_of_queries_for_any_number_of_rows(
    reader: Client, django_assert_max_num_queries: Any
) -> None:
    workflow = make_workflow(" ".join(f"n{i}" for i in range(30)))
    run = make_run(workflow)
    for i in range(30):
        execute(run, f"n{i}", 60 - i)
        decide(run, "fire_node", node_id=f"n{i}")
        make_run(workflow, status="completed")
        Trail.objects.create(run=run, location=f"src/{i}.py", scent="write")
    page(reader, run)
    bounding = 0 if connection.vendor == "sqlite" else 4  # statements that bound the others' time
    with django_assert_max_num_queries(14 + bounding):
        page(reader, run)
    with django_assert_max_num_queries(9 + bounding):
        reader.get(f"/workflows/{workflow.pk}/")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/workflow-runs/999/", 404),
        ("/workflow-runs/99999999999999999999999/", 404),
        ("/workflows/999/", 404),
        ("/workflows/99999999999999999999999/", 404),
        ("/workflow-runs/{run}/?attempt=last", 400),
        ("/workflow-runs/{run}/?attempt=99999999999999999999999", 400),
        ("/workflow-runs/{run}/?node=nobody", 200),
        ("/workflow-runs/{run}/?attempt=77", 200),
    ],
)
def test_bad_addresses(reader: Client, path: str, status: int) -> None:
    run = make_run(make_workflow())
    execute(run, "plan", 5)
    assert reader.get(path.format(run=run.pk)).status_code == status


@pytest.mark.parametrize("table", ["workflow-runs", "workflows"])
def test_nobody_reads_without_signing_in(client: Client, table: str) -> None:
    run = make_run(make_workflow())
    key = run.pk if table == "workflow-runs" else run.workflow_id
    answer = client.get(f"/{table}/{key}/")
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]
