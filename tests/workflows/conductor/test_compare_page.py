"""The page of two runs against each other."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tests.workflows.conductor.test_pages import execute, make_run, make_workflow, reader, words
from workflows.conductor.comparing import FINDINGS_READ, NODES_MOST
from workflows.conductor.models import NodeExecution, WorkflowRun

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
__all__ = ["reader"]  # the fixture


@pytest.fixture
def two() -> tuple[WorkflowRun, WorkflowRun]:
    """Two runs of one workflow; the second failed at build and said something else in plan."""
    workflow = make_workflow()
    left = make_run(workflow, status="completed", context_json='{"green": true, "n": 1}')
    right = make_run(workflow, status="failed", context_json='{"green": false, "n": 1}')
    found = [{"type": "warning", "content": "slow", "importance": "high"}]
    execute(left, "plan", 9, 2, result_text="one\ntwo\nthree", token_count=100)
    execute(left, "build", 7, result_text="built", findings_json=json.dumps(found))
    execute(left, "test", 6, result_text="green")
    execute(right, "plan", 9, 3, result_text="one\n2 <b>\nthree", token_count=150)
    execute(right, "build", 5, status="failed", error_message="boom")
    return left, right


def test_two_runs_node_by_node(reader: Client, two: tuple[WorkflowRun, WorkflowRun]) -> None:
    left, right = two
    answer = reader.get(f"/workflow-runs/{left.pk}/compare/{right.pk}/")
    html = answer.content.decode()
    text = words(html)
    assert "3 of 3 nodes differ in state, findings or result" in text
    assert "plan completed completed 1 → 1 +1:00 +50 same differs" in text
    assert "build completed failed 1 → 1 same – −1 left only" in text
    assert "test completed not reached 1 → 0 – – same left only" in text
    assert "<del>− two" in html
    assert "<ins>+ 2 &lt;b&gt;" in html
    assert "± green true false" in text
    assert f"/workflow-runs/{right.pk}/compare/{left.pk}/" in html, "it can be turned around"


def test_a_node_is_chosen_in_the_address(
    reader: Client, two: tuple[WorkflowRun, WorkflowRun]
) -> None:
    url = f"/workflow-runs/{two[0].pk}/compare/{two[1].pk}/"
    html = reader.get(url, {"node": "build", "show": "all"}).content.decode()
    assert "− built" in html
    assert "<b>−</b> warning: slow" in html
    assert "No node of these runs is called so." in words(
        reader.get(url, {"node": "nobody"}).content.decode()
    )


def test_for_programs(reader: Client, two: tuple[WorkflowRun, WorkflowRun]) -> None:
    found = reader.get(f"/workflow-runs/{two[0].pk}/compare/{two[1].pk}.json").json()
    assert found["right"] == {"run": two[1].pk, "status": "failed"}
    plan = found["nodes"][0]
    assert (plan["node_id"], plan["tokens"], plan["result"]) == ("plan", 50, "differs")
    assert found["nodes"][1]["findings_removed"] == ["warning: slow"]


def test_it_takes_few_queries_whatever_the_size(
    reader: Client, django_assert_max_num_queries: object
) -> None:
    runs = [make_run(status="completed"), make_run(status="completed")]
    NodeExecution.objects.bulk_create(
        NodeExecution(run=run, node_id=f"n{i}", node_name=f"n{i}", status="completed")
        for run in runs
        for i in range(NODES_MOST + 3)
    )
    url = f"/workflow-runs/{runs[0].pk}/compare/{runs[1].pk}/"
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        text = words(reader.get(url).content.decode())
    assert "has 1,003 nodes; the first 1,000 are compared" in text
    assert "none differs in state, findings or result" in text


def test_bad_rows_are_compared_as_far_as_they_can_be_read(reader: Client) -> None:
    left = make_run(status="completed", context_json="{nonsense", input_json="[1]")
    right = make_run(status="completed", context_json='{"a": 1}')
    execute(left, "n", 5, findings_json="no list", result_json="{broken")
    execute(right, "n", 5, findings_json="[" + "1," * FINDINGS_READ + "1]", result_json="[]")
    html = reader.get(f"/workflow-runs/{left.pk}/compare/{right.pk}/").content.decode()
    assert "− {broken" in html
    assert "+ a not there 1" in words(html)


def test_the_other_run_is_named_by_its_number(
    reader: Client, two: tuple[WorkflowRun, WorkflowRun]
) -> None:
    left, right = two
    url = f"/workflow-runs/{left.pk}/compare/"
    answer = reader.get(url, {"with": f" {right.pk} "})
    assert answer.headers["Location"] == f"{url}{right.pk}/"
    for bad, status in (("", 400), ("x", 400), ("9" * 30, 400), (str(10**9), 404)):
        assert reader.get(url, {"with": bad}).status_code == status, bad


def test_the_other_outcomes(
    client: Client, reader: Client, two: tuple[WorkflowRun, WorkflowRun]
) -> None:
    left, right = two
    assert reader.get(f"/workflow-runs/{left.pk}/compare/{left.pk}/").status_code == 400
    assert reader.get(f"/workflow-runs/{left.pk}/compare/{10**9}/").status_code == 404
    assert reader.get(f"/workflow-runs/{left.pk}/compare/{10**30}/").status_code == 404
    reader.logout()
    answer = client.get(f"/workflow-runs/{left.pk}/compare/{right.pk}/")
    assert answer.status_code == 302
    assert "/accounts/login/" in answer.headers["Location"]
