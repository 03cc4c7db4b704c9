"""Claims: who gets which node, how long it holds, and what an old token is worth."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
import time_machine

from elfsite.errors import Refused
from elfsite.timeline.models import TimelineEvent
from tests.workflows.conductor.driving import after, begin, config, decided, done, take
from workflows.conductor import hooks
from workflows.conductor.models import NodeExecution, WorkflowRun
from workflows.conductor.services.nodes import (
    claim_node,
    complete_node,
    fail_node,
    heartbeat_node,
    release_node,
    skip_node,
)
from workflows.conductor.services.returning import MOST_LOSSES, return_lost
from workflows.conductor.services.runs import cancel_run

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def later(seconds: float) -> dt.datetime:
    return NOON + dt.timedelta(seconds=seconds)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as moved:
        yield moved


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, check=lambda error: error.code == code)


def test_the_oldest_run_then_the_wave_then_the_priority(clock):
    first = begin("start>a", "a>c", "start>b @5")
    clock.move_to(later(1))
    second = begin("start>d")
    got = [take_any() for _ in range(2)]
    assert [c.execution.node_id for c in got] == ["b", "a"]
    done(got[1])
    assert [take_any().execution.node_id for _ in range(2)] == ["c", "d"]
    assert claim_node(actor="ant", agent_id="ant") is None
    assert after(first)[:2] == ("running", 3)
    assert after(second)[:2] == ("running", 1)


def take_any():
    claim = claim_node(actor="ant", agent_id="ant")
    assert claim is not None
    return claim


def test_only_a_hash_of_the_token_is_kept():
    claim = take(begin("start>a"))
    row = NodeExecution.objects.get()
    assert row.claim_hash == hashlib.sha256(claim.token.encode()).hexdigest()
    assert claim.token not in str(row.to_dict())


def test_a_lease_is_the_claims_then_the_nodes_then_five_minutes(clock):
    run = begin("start>a", "start>b", a=config(lease_seconds=60))
    assert take(run).lease_until == later(60)
    assert take(run).lease_until == later(300)
    run.executions.update(status="pending", queue_at=run.started_at, lease_until=None)
    assert take(run, lease_seconds=15).lease_until == later(15)


@pytest.mark.parametrize("seconds", [14, 3601, 60.0, True])
def test_a_lease_has_bounds(seconds):
    run = begin("start>a")
    with refused("bad_lease"):
        claim_node(actor="ant", agent_id="ant", lease_seconds=seconds)
    assert run.executions.get().status == "pending"


@pytest.mark.parametrize("agent", ["", "-x", "a b", "x" * 101])
def test_an_agent_has_an_id(agent):
    run = begin("start>a")
    with refused("bad_agent_id"):
        claim_node(actor="ant", agent_id=agent)
    assert run.executions.get().status == "pending"


def test_a_heartbeat_extends_and_never_shortens(clock):
    claim = take(begin("start>a"), lease_seconds=600)
    clock.move_to(later(100))
    beat = {"actor": "ant", "execution": claim.execution, "token": claim.token}
    assert heartbeat_node(**beat, lease_seconds=15).lease_until == later(600)
    assert heartbeat_node(**beat).lease_until == later(700)
    with refused("claim_lost"):
        heartbeat_node(**beat | {"token": "other"})


def test_a_silent_agents_node_goes_to_the_next(clock):
    run = begin("start>a")
    old = take(run, "ant")
    clock.move_to(later(301))
    new = take(run, "bee")
    row = NodeExecution.objects.get()
    assert (row.agent_id, row.retry_count, row.losses) == ("bee", 1, 1)
    assert decided(run, "retry") == ["a: its agent fell silent (ant)"]
    with refused("claim_lost"):
        done(old)
    with refused("claim_lost"):
        heartbeat_node(actor="ant", execution=old.execution, token=old.token)
    done(new)
    assert after(run) == ("completed", 1, 1, 0)
    with refused("node_over"):
        done(old)


@pytest.mark.parametrize("returned", [False, True])
def test_a_late_answer_counts_while_nobody_else_has_the_node(clock, returned):
    run = begin("start>a", "a>b")
    claim = take(run)
    clock.move_to(later(1000))
    if returned:
        assert return_lost() == 1
        assert run.executions.get().status == "pending"
    done(claim)
    assert after(run) == ("running", 1, 1, 0)
    assert take(run).execution.node_id == "b"


def test_an_agent_may_fall_silent_five_times(clock):
    run = begin("start>a", a=config(retries=3))
    for n in range(1, MOST_LOSSES + 2):
        take(run, f"ant-{n}")
        clock.move_to(later(n * 1000))
        return_lost()
    row = run.executions.get()
    assert (row.status, row.error_type) == ("failed", "lost")
    assert after(run) == ("failed", 1, 0, 1)
    assert return_lost() == 0


def test_who_asks_again_for_a_named_node_gets_it_again():
    run = begin("start>a")
    old = take(run, node="a", session_id="s1")
    new = take(run, node="a", session_id="s1")
    assert new.execution.pk == old.execution.pk
    assert after(run)[1] == 1
    for agent, session in (("bee", "s1"), ("ant", "s2"), ("ant", None)):
        with refused("held"):
            claim_node(actor="x", agent_id=agent, run=run, node="a", session_id=session)
    with refused("claim_lost"):
        done(old)
    done(new)


@pytest.mark.parametrize(
    ("node", "code"), [("b", "not_due"), ("z", "not_found"), ("a", "node_over")]
)
def test_why_a_named_node_cannot_be_had(node, code):
    run = begin("start>a", "start>c", "a>b if false")
    done(take(run, node="a"))
    with refused(code):
        claim_node(actor="ant", agent_id="ant", run=run, node=node)
    assert not run.executions.filter(status="running").exists()


def test_a_run_that_is_over_or_not_there():
    run = begin("start>a")
    claim = take(run)
    cancel_run(actor="stan", run=run, reason="wrong branch")
    assert after(run) == ("cancelled", 1, 0, 0)
    assert run.executions.get().status == "skipped"
    with refused("run_over"):
        claim_node(actor="ant", agent_id="ant", run=run)
    with refused("node_over"):
        heartbeat_node(actor="ant", execution=claim.execution, token=claim.token)
    with refused("node_over"):
        done(claim)
    with refused("not_found"):
        claim_node(actor="ant", agent_id="ant", run=10**9)
    with refused("not_found"):
        complete_node(actor="ant", execution=10**9, token="x")


def test_what_is_said_twice_counts_once():
    run = begin("start>a", "a>b")
    claim = take(run)
    done(claim, text="yes")
    events = TimelineEvent.objects.count()
    assert done(claim, text="no").result_text == "yes"
    assert TimelineEvent.objects.count() == events
    with refused("node_over"):
        fail_node(actor="ant", execution=claim.execution, token=claim.token, message="no")
    assert after(run) == ("running", 1, 1, 0)


def test_a_node_given_back_waits_for_the_next():
    run = begin("start>a")
    claim = take(run)
    release_node(actor="ant", execution=claim.execution, token=claim.token, reason="no tools")
    row = run.executions.get()
    assert (row.status, row.agent_id, row.retry_count) == ("pending", None, 0)
    assert decided(run, "retry") == ["a: ant gave it back: no tools"]
    with refused("not_held"):
        done(claim)
    done(take(run, "bee"))
    assert after(run) == ("completed", 1, 1, 0)


def test_a_failed_node_is_tried_again_as_a_new_row():
    run = begin("start>a", "a>b", a=config(retries=1))
    for message in ("first", "second"):
        claim = take(run)
        fail_node(
            actor="ant", execution=claim.execution, token=claim.token,
            message=message, error_type="timeout",
        )  # fmt: skip
    rows = list(run.executions.order_by("pk").values_list("status", "attempt", "retry_count"))
    assert rows == [("failed", 1, 0), ("failed", 2, 1)]
    assert decided(run, "retry") == ["a: attempt 2 of 2, after: first"]
    assert after(run) == ("failed", 1, 0, 1)
    assert WorkflowRun.objects.get().error_message == "Node a failed: second"


def test_a_long_error_is_cut_where_it_is_logged():
    run = begin("start>a")
    claim = take(run)
    fail_node(actor="ant", execution=claim.execution, token=claim.token, message="x" * 300)
    row = run.decisions.get(decision_type="node_failed")
    assert len(row.reason) == 113
    assert row.decision_data.endswith(f':"{"x" * 200}"}}')
    assert run.executions.get().error_message == "x" * 300


def test_a_person_passes_over_a_node():
    run = begin("start>a", "a>b")
    claim = take(run)
    with refused("empty"):
        skip_node(actor="stan", execution=claim.execution, reason=" ")
    skip_node(actor="stan", execution=claim.execution, reason="done by hand")
    with refused("node_over"):
        done(claim)
    assert take(run).execution.node_id == "b"
    assert decided(run, "skip_node") == ["a: done by hand"]


def test_what_an_answer_brings(monkeypatch):
    seen = []
    hook = lambda w, **about: seen.append((w.actor, about["paths"], about["agent_id"]))  # noqa: E731
    monkeypatch.setattr(hooks, "on_files", [hook])
    run = begin("start>a")
    row = done(
        take(run),
        text="## FINDINGS\n- [fact:x:low] yes\n---\nmodified src/a.py" + "." * 20_000,
        result={"key": "sk-live-abcdefghijklmnop1234", "nul": "a\0b"},
        files=["b.py", "../up"],
        tokens=7,
    )
    row.refresh_from_db()
    assert len(row.result_text) == 10_000
    assert row.result_text.endswith("[cut: 20,052 characters]")
    assert row.findings_json == '[{"type":"fact","content":"yes","tags":["x"],"importance":"low"}]'
    assert row.files_modified == '["b.py","src/a.py"]'
    assert row.token_count == 7
    assert row.duration_ms is not None
    assert seen == [("ant", ["b.py", "src/a.py"], "ant")]
    assert '"key":"[secret]","nul":"ab"' in run.executions.get().result_json


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"result": ["no object"]}, "bad_result"),
        ({"result": {"n": float("nan")}}, "bad_result"),
        ({"result": {"x": "y" * 1_000_001}}, "too_large"),
        ({"text": "x" * 1_000_001}, "too_large"),
        ({"tokens": -1}, "bad_tokens"),
        ({"files": "a.py"}, "bad_files"),
        ({"files": ["a.py"] * 1001}, "too_many"),
    ],
)
def test_wrong_values_lose_nothing(more, code):
    run = begin("start>a")
    claim = take(run)
    with refused(code):
        done(claim, **more)
    assert run.executions.get().status == "running"


def test_a_context_that_grows_too_large_fails_its_node():
    run = begin("start>a", "a>b")
    done(take(run), result={"x": "y" * 600_000})
    done(take(run), result={"z": "y" * 600_000})
    assert after(run) == ("failed", 2, 1, 1)
    assert run.executions.get(node_id="b").error_type == "too_large"


def test_rows_of_others_are_never_driven():
    run = WorkflowRun.objects.create(status="running", workflow_name="by hand")
    NodeExecution.objects.create(run=run, node_id="a", status="pending")
    assert claim_node(actor="ant", agent_id="ant") is None
    with refused("not_driven"):
        claim_node(actor="ant", agent_id="ant", run=run)
    with refused("not_driven"):
        cancel_run(actor="stan", run=run, reason="")


def test_what_a_raw_write_left_in_the_queue_holds_nobody_up(clock):
    broken = begin("start>a", "start>b")
    clock.move_to(later(1))
    begin("start>c")
    broken.executions.filter(node_id="a").update(status="completed")
    assert take_any().execution.node_id == "b"
    WorkflowRun.objects.filter(pk=broken.pk).update(status="completed")
    broken.executions.update(status="pending", queue_at=broken.started_at)
    assert take_any().execution.node_id == "c"


@pytest.mark.parametrize("others", [1, 60])
def test_a_claim_and_a_report_ask_as_much_in_a_large_run(others, django_assert_max_num_queries):
    ways = [way for n in range(others) for way in (f"start>m{n} @200", f"m{n}>z")]
    run = begin("start>a", "a>b", *ways, z=config(join="all"))
    with django_assert_max_num_queries(8):
        claim = take(run)
    with django_assert_max_num_queries(11):
        done(claim, result={"x": 1})
