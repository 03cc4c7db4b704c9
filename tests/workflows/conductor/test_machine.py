"""Agents in any order, and silent ones: counters stay right, what is over stays, runs end."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from elfsite.errors import Refused
from tests.workflows.conductor.driving import begin
from workflows.conductor.models import NodeExecution, WorkflowRun
from workflows.conductor.services.nodes import (
    Claim,
    claim_node,
    complete_node,
    fail_node,
    heartbeat_node,
    release_node,
    skip_node,
)
from workflows.conductor.services.returning import return_lost
from workflows.conductor.services.runs import cancel_run
from workflows.conductor.states import NODE_OVER, RUN_OVER

IDS = ["a", "b", "c", "d"]
WAYS = st.lists(
    st.tuples(st.sampled_from(["start", *IDS]), st.sampled_from([*IDS, "end"])),
    min_size=2,
    max_size=9,
)
NODE = st.fixed_dictionaries(
    {"node_type": st.sampled_from(["single", "single", "parallel"])},
    optional={
        "config": st.fixed_dictionaries(
            {},
            optional={
                "join": st.just("all"),
                "retries": st.just(1),
                "continue_on_failure": st.just(True),
                "prompts": st.just(["one", "two"]),
            },
        )
    },
)
PICK = st.integers(0, 5)


class Agents(RuleBasedStateMachine):
    """``held`` are the claims that should be good, ``stale`` those that should be worth nothing.

    ``ended`` counts the runs that were brought to their end, over all examples.
    """

    ended = 0

    @initialize(ways=WAYS, nodes=st.fixed_dictionaries(dict.fromkeys(IDS, NODE)))
    def begin(self, ways: list[tuple[str, str]], nodes: dict[str, Any]) -> None:
        self.sheet = transaction.atomic()
        self.sheet.__enter__()
        named = {id for way in ways for id in way}
        texts = [f"{a}>{b}" for a, b in ways]
        self.run = begin(*texts, **{id: node for id, node in nodes.items() if id in named})
        self.held: dict[int, Claim] = {}
        self.stale: list[Claim] = []
        self.over: dict[int, str] = {}

    def state(self) -> str:
        return WorkflowRun.objects.get(pk=self.run.pk).status

    def pick(self, n: int) -> Claim:
        return list(self.held.values())[n % len(self.held)]

    def let_go(self, claim: Claim) -> None:
        self.stale.append(self.held.pop(claim.execution.pk))

    @rule(agent=st.sampled_from(["ant", "bee"]))
    def claim(self, agent: str) -> None:
        claim = claim_node(actor=agent, agent_id=agent)
        if claim is not None:
            assert claim.execution.pk not in self.held  # one winner
            self.held[claim.execution.pk] = claim

    @precondition(lambda self: self.held)
    @rule(n=PICK)
    def beat(self, n: int) -> None:
        claim = self.pick(n)
        heartbeat_node(actor="ant", execution=claim.execution, token=claim.token)

    @precondition(lambda self: self.held)
    @rule(n=PICK, result=st.sampled_from([{}, {"x": 1}, {"error": "broken"}]))
    def complete(self, n: int, result: dict[str, Any]) -> None:
        claim = self.pick(n)
        complete_node(actor="ant", execution=claim.execution, token=claim.token, result=result)
        self.let_go(claim)

    @precondition(lambda self: self.held)
    @rule(n=PICK)
    def fail(self, n: int) -> None:
        claim = self.pick(n)
        fail_node(actor="ant", execution=claim.execution, token=claim.token, message="no")
        self.let_go(claim)

    @precondition(lambda self: self.held)
    @rule(n=PICK)
    def release(self, n: int) -> None:
        claim = self.pick(n)
        release_node(actor="ant", execution=claim.execution, token=claim.token)
        self.let_go(claim)

    @precondition(lambda self: self.held)
    @rule(n=PICK)
    def fall_silent(self, n: int) -> None:
        claim = self.pick(n)
        past = timezone.now() - dt.timedelta(seconds=1)
        NodeExecution.objects.filter(pk=claim.execution.pk).update(lease_until=past)
        assert return_lost() == 1
        again = claim_node(actor="cat", agent_id="cat", run=self.run, node=claim.execution.node_id)
        assert again is not None
        self.let_go(claim)
        self.held[again.execution.pk] = again

    @rule(n=PICK)
    def skip(self, n: int) -> None:
        rows = list(NodeExecution.objects.exclude(status__in=NODE_OVER).order_by("pk"))
        if rows and self.state() == "running":
            row = rows[n % len(rows)]
            skip_node(actor="stan", execution=row, reason="enough")
            for held in NodeExecution.objects.filter(pk__in=self.held, status="skipped"):
                self.let_go(self.held[held.pk])

    @rule(really=st.integers(0, 9))
    def cancel(self, really: int) -> None:
        if really == 0 and self.state() == "running":
            cancel_run(actor="stan", run=self.run, reason="enough")
            for claim in list(self.held.values()):
                self.let_go(claim)

    @precondition(lambda self: self.stale)
    @rule(n=PICK)
    def speak_with_a_stale_token(self, n: int) -> None:
        claim = self.stale[n % len(self.stale)]
        before = NodeExecution.objects.get(pk=claim.execution.pk).to_dict()
        for say in (
            lambda **who: heartbeat_node(**who),
            lambda **who: complete_node(**who, result={"late": True}),
            lambda **who: fail_node(**who, message="late"),
        ):
            try:
                say(actor="ant", execution=claim.execution, token=claim.token)
            except Refused as refused:
                assert refused.status == 409
            assert NodeExecution.objects.get(pk=claim.execution.pk).to_dict() == before

    @invariant()
    def what_is_over_stays_over(self) -> None:
        rows = dict(NodeExecution.objects.values_list("pk", "status"))
        assert all(rows[pk] == status for pk, status in self.over.items())
        self.over = {pk: status for pk, status in rows.items() if status in NODE_OVER}

    @invariant()
    def the_held_are_running_and_the_counters_right(self) -> None:
        rows = list(NodeExecution.objects.filter(whole__isnull=True).order_by("pk"))
        last = {row.node_id: row for row in rows}
        started = {row.node_id for row in rows if row.claimed_at}
        run = WorkflowRun.objects.get(pk=self.run.pk)
        states = [row.status for row in last.values()]
        counted = (run.total_nodes, run.completed_nodes, run.failed_nodes)
        assert counted == (len(started), states.count("completed"), states.count("failed"))
        running = NodeExecution.objects.filter(lease_until__isnull=False)
        assert set(running.values_list("pk", flat=True)) == set(self.held)
        done = [row.node_id for row in rows if row.status == "completed"]
        assert len(done) == len(set(done))

    def teardown(self) -> None:
        if not hasattr(self, "sheet"):
            return
        try:
            for _ in range(40):
                if self.held:
                    self.complete(0, {})
                else:
                    self.claim("ant")
                if self.state() in RUN_OVER:
                    break
            self.the_held_are_running_and_the_counters_right()
            assert self.state() in RUN_OVER
            left = NodeExecution.objects.exclude(status__in=NODE_OVER, queue_at__isnull=True)
            assert not left.exists()
            Agents.ended += 1
        finally:
            transaction.set_rollback(True)
            self.sheet.__exit__(None, None, None)


@pytest.mark.django_db
def test_agents_in_any_order() -> None:
    few = settings(
        max_examples=20,
        stateful_step_count=15,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    Agents.ended = 0
    run_state_machine_as_test(Agents, settings=few)
    assert Agents.ended >= few.max_examples
