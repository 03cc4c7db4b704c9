"""Swarms, parallel prompts, results that are taken over, and runs that begin with kept ones."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import time_machine

from tests.workflows.conductor.driving import after, begin, config, decided, done, take, work
from workflows.conductor.models import NodeExecution, WorkflowRun
from workflows.conductor.services.nodes import fail_node, skip_node
from workflows.conductor.services.runs import begin_run, create_run, start_run

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
SWARM = {"node_type": "swarm", "prompt_template": "look as {role}"}


def test_a_swarm_is_done_when_all_its_ants_are():
    run = begin("start>s", "s>b", s=SWARM)
    claims = [take(run, f"ant-{n}") for n in range(3)]
    assert [c.execution.node_id for c in claims] == ["s-scout-0", "s-analyzer-1", "s-fixer-2"]
    assert [c.prompt for c in claims] == [f"look as {r}" for r in ("scout", "analyzer", "fixer")]
    whole = run.executions.get(node_id="s")
    assert (whole.status, after(run)[1]) == ("running", 1)
    for n, claim in enumerate(claims):
        done(claim, text=f"part {n}\nmodified f{n}.py", result={"n": n}, tokens=5)
    whole.refresh_from_db()
    assert whole.status == "completed"
    assert whole.result_text.count("\n\n---\n\n") == 2
    assert json.loads(whole.files_modified) == ["f0.py", "f1.py", "f2.py"]
    assert whole.token_count == 15
    result = json.loads(whole.result_json)
    assert [each["n"] for each in result["swarm_results"]] == [0, 1, 2]
    assert json.loads(WorkflowRun.objects.get().context_json)["swarm_results"][2]["n"] == 2
    assert work(run) == ["b"]
    assert after(run) == ("completed", 2, 2, 0)


@pytest.mark.parametrize(
    ("settings", "parts"),
    [
        ({"num_ants": 1}, ["s-scout-0"]),
        ({"num_ants": 9, "roles": ["x", "y"]}, ["s-x-0", "s-y-1"]),
        ({"num_ants": "many"}, ["s-scout-0", "s-analyzer-1", "s-fixer-2"]),
    ],
)
def test_how_many_ants(settings, parts):
    run = begin("start>s", s={"node_type": "swarm", "prompt_template": "look"} | config(**settings))
    assert work(run) == parts
    assert run.executions.get(node_id=parts[0]).prompt.startswith("Role: ")


def test_parallel_prompts_each_have_a_part():
    prompts = config(prompts=["do {x}", "undo {x}"])
    run = begin("start>p", p={"node_type": "parallel"} | prompts, input={"x": 1})
    assert take(run, node="p-parallel-1").prompt == "undo 1"
    assert take(run, node="p").prompt == "do 1"
    assert "parallel_results" not in run.executions.get(node_id="p").result_json


def test_a_failed_part_fails_its_node_when_the_others_are_done():
    run = begin("start>s", "s>b", s=SWARM | config(retries=1, num_ants=2))
    first = take(run)
    second = take(run)
    for claim in (first, take_failed(run, first)):
        assert claim.execution.part == 0
    assert after(run)[0] == "running"
    done(second, text="found it")
    whole = run.executions.get(node_id="s")
    assert (whole.status, whole.result_text) == ("failed", "found it")
    assert whole.error_message == "1 of 2 parts failed: s-scout-0: no"
    assert after(run) == ("failed", 1, 0, 1)


def take_failed(run, claim):
    """Fail a part, take its second attempt and fail that too."""
    for _ in range(2):
        fail_node(actor="ant", execution=claim.execution, token=claim.token, message="no")
        if claim.execution.attempt == 1:
            claim = take(run, node="s-scout-0")
            claim.execution.refresh_from_db()
    return claim


def test_a_skipped_swarm_skips_its_parts():
    run = begin("start>s", "s>b", s=SWARM)
    take(run)
    skip_node(actor="stan", execution=run.executions.get(node_id="s"), reason="enough")
    assert set(run.executions.exclude(node_id="b").values_list("status", flat=True)) == {"skipped"}
    assert work(run) == ["b"]


def test_a_swarm_of_which_all_parts_are_skipped_is_skipped():
    run = begin("start>s", "s>b", s=SWARM | config(num_ants=2))
    for part in run.executions.filter(whole__isnull=False):
        skip_node(actor="stan", execution=part, reason="enough")
    assert run.executions.get(node_id="s").status == "skipped"
    assert work(run) == ["b"]


def test_the_same_prompt_is_answered_once_within_its_hours():
    noon = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
    ways = {"a": {"prompt_template": "do {x}"} | config(dedupe=True, dedupe_hours=2)}
    with time_machine.travel(noon, tick=False) as clock:
        run = begin("start>a", "a>b if context['y'] == 2", input={"x": 1}, **ways)
        assert work(run, a={"y": 2}) == ["a", "b"]
        again = start_run(actor="ada", workflow=run.workflow, input={"x": 1})
        assert work(again) == ["b"]
        assert after(again) == ("completed", 2, 2, 0)
        row = again.executions.get(node_id="a")
        assert row.reused_from_id == run.executions.get(node_id="a").pk
        words = f"a: the same prompt was answered in run {run.pk}: its result is taken over"
        assert decided(again, "skip_node") == [words]
        other = start_run(actor="ada", workflow=run.workflow, input={"x": 2})
        assert work(other) == ["a"]
        clock.shift(dt.timedelta(hours=3))
        late = start_run(actor="ada", workflow=run.workflow, input={"x": 1})
        assert work(late, a={"y": 2}) == ["a", "b"]


def test_a_child_takes_over_what_was_put_into_it():
    run = begin("start>a", "a>b", "b>c if context['x'] == 1", "c>d")
    work(run, a={"x": 1})
    child = create_run(actor="ada", workflow=run.workflow, parent=run, relation="replay")
    kept = {"run": child, "reused_from": run.executions.get(node_id="a")}
    NodeExecution.objects.create(node_id="a", status="completed", result_json='{"x":1}', **kept)
    NodeExecution.objects.create(node_id="c", status="skipped", run=child)
    begin_run(actor="ada", run=child)
    assert work(child) == ["b", "d"]
    assert after(child) == ("completed", 3, 3, 0)
    assert decided(child, "skip_node") == ["a: its result is kept", "c: it is left out"]


def test_a_template_that_fails_in_a_swarm_fails_the_node():
    run = begin("start>s", s={"node_type": "swarm", "prompt_template": "{gone}"})
    assert after(run) == ("failed", 1, 0, 1)
    assert run.executions.count() == 1


def test_a_swarm_that_brings_too_much_fails_and_is_not_tried_again():
    run = begin("start>s", s=SWARM | config(retries=2, num_ants=2))
    for n in range(2):
        done(take(run), result={f"x{n}": "y" * 600_000}, text="found it")
    whole = run.executions.get(node_id="s")
    assert (whole.status, whole.error_type, whole.attempt) == ("failed", "too_large", 1)
    assert whole.result_text.startswith("found it")
    assert after(run) == ("failed", 1, 0, 1)
