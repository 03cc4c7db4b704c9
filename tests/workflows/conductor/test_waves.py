"""Which nodes run, in which order, and how a run ends (behaviour: elf §5.3, rows C1–C17)."""

from __future__ import annotations

import pytest

from tests.workflows.conductor.driving import after, begin, config, decided, done, take, work

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_one_after_the_other():
    run = begin("start>a", "a>b", "b>c", "c>end")
    assert work(run) == ["a", "b", "c"]
    assert after(run) == ("completed", 3, 3, 0)


def test_start_conditions_count():
    run = begin("start>a if context['go'] == true", "start>b", input={"go": False})
    assert work(run) == ["b"]
    assert decided(run, "skip_node") == ["a: not context['go'] == true: go is false"]


def test_a_join_of_any_begins_once():
    run = begin("start>a", "start>b", "a>c", "b>d", "d>c")
    assert work(run) == ["a", "b", "c", "d"]
    assert after(run) == ("completed", 4, 4, 0)


def test_a_join_of_all_waits():
    run = begin("start>a", "start>b", "a>c", "b>d", "d>c", c=config(join="all"))
    assert work(run) == ["a", "b", "d", "c"]


def test_a_cycle_runs_once():
    run = begin("start>a", "a>b", "b>a")
    assert work(run) == ["a", "b"]
    assert after(run) == ("completed", 2, 2, 0)


@pytest.mark.parametrize("goes_on", [False, True])
def test_a_failure_stops_its_branch(goes_on: bool):
    run = begin("start>a", "a>b", "b>c", b=config(continue_on_failure=goes_on))
    order = work(run, b={"error": "no such file"})
    assert order == (["a", "b", "c"] if goes_on else ["a", "b"])
    assert after(run) == (("completed", 3, 2, 1) if goes_on else ("failed", 2, 1, 1))


def test_priority_is_the_order():
    run = begin(*(f"start>{id} @{50 - 10 * n}" for n, id in enumerate("abcde")))
    assert work(run) == ["e", "d", "c", "b", "a"]


def test_results_become_the_context():
    run = begin("start>a", "a>b if context.get('count') >= 10", "a>c if context.get('count') > 10")
    assert work(run, a={"count": 10}) == ["a", "b"]
    run.refresh_from_db()
    assert run.output_json == run.context_json == '{"count":10}'


def test_a_template_that_cannot_be_filled_fails_its_node():
    run = begin("start>a", a={"prompt_template": "hi {who}"})
    assert after(run) == ("failed", 1, 0, 1)
    assert run.executions.get().error_type == "template_error"


def test_what_is_claimed_is_what_the_template_says():
    run = begin("start>a", a={"prompt_template": "hi {who}"}, input={"who": "bob"})
    claim = take(run)
    assert claim.prompt == "hi bob"
    assert claim.execution.prompt_hash == "bf2449413ed0d64b"
    done(claim)


def test_a_condition_that_cannot_be_answered_is_not_met():
    run = begin("start>a if context['x'] > 3", "start>b", input={"x": "3"})
    assert work(run) == ["b"]
    assert decided(run, "skip_node")[0].startswith("a: context['x'] > 3 counts as not met: ")


def test_an_edge_to_nowhere_is_logged():
    run = begin("start>a", "a>ghost", "a>end if false")
    assert work(run) == ["a"]
    assert decided(run, "skip_node") == ["ghost: no node is called ghost", ": not false"]
    assert after(run) == ("completed", 1, 1, 0)
