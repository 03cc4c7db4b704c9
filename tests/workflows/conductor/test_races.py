"""Many agents at once: each node has one winner, on both databases."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from elfsite.errors import Refused
from tests.workflows.conductor.driving import after, begin, take
from workflows.conductor.models import Workflow
from workflows.conductor.services.definitions import latest_version, save_workflow
from workflows.conductor.services.nodes import claim_node, complete_node
from workflows.conductor.services.runs import cancel_run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
PATIENCE = 60.0  # seconds


def together(count: int, act: Callable[[int], Any]) -> list[Any]:
    """What *act* returns, or raises, in so many threads that begin at one moment."""
    found: list[Any] = [None] * count
    gate = threading.Barrier(count)

    def one(n: int) -> None:
        try:
            gate.wait(PATIENCE)
            found[n] = act(n)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            found[n] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    return found


def test_ten_agents_want_one_node() -> None:
    run = begin("start>a")
    got = together(
        10, lambda n: claim_node(actor=f"ant-{n}", agent_id=f"ant-{n}", run=run, node="a")
    )
    codes = Counter(claim.code for claim in got if isinstance(claim, Refused))
    assert codes == {"held": 9}
    assert after(run) == ("running", 1, 0, 0)


def test_ten_agents_share_what_there_is() -> None:
    run = begin(*(f"start>n{n}" for n in range(6)))
    got = together(10, lambda n: claim_node(actor=f"ant-{n}", agent_id=f"ant-{n}"))
    nodes = sorted(claim.execution.node_id for claim in got if claim)
    assert nodes == [f"n{n}" for n in range(6)]
    assert after(run) == ("running", 6, 0, 0)


def test_all_that_end_at_once_count_and_the_join_begins_once() -> None:
    ways = [way for n in range(5) for way in (f"start>n{n}", f"n{n}>j")]
    run = begin(*ways, j={"config": {"join": "all"}})
    claims = [take(run, f"ant-{n}") for n in range(5)]
    got = together(
        5,
        lambda n: complete_node(
            actor="ant", execution=claims[n].execution, token=claims[n].token, result={f"x{n}": n}
        ),
    )
    assert not [error for error in got if isinstance(error, Exception)]
    assert after(run) == ("running", 5, 5, 0)
    assert run.executions.filter(node_id="j").count() == 1
    assert len(take(run).context) == 5


def test_a_run_is_cancelled_while_agents_report() -> None:
    run = begin(*(f"start>n{n}" for n in range(4)), "n0>z")
    claims = [take(run, f"ant-{n}") for n in range(4)]

    def act(n: int) -> Any:
        if n == 4:
            return cancel_run(actor="stan", run=run, reason="enough")
        return complete_node(actor="ant", execution=claims[n].execution, token=claims[n].token)

    got = together(5, act)
    refusals = [one for one in got if isinstance(one, Refused)]
    assert [one for one in got if isinstance(one, Exception)] == refusals
    run.refresh_from_db()
    done = run.executions.filter(status="completed").count()
    assert (run.status in ("cancelled", "completed")) and run.completed_nodes == done
    assert not run.executions.filter(status__in=("pending", "running")).exists()


def save(by: str, **more: Any) -> Workflow:
    nodes = [{"id": "a", "name": by}]
    return save_workflow(actor=by, name="one", nodes=nodes, edges=[{"to_node": "a"}], **more)


def test_of_those_who_save_over_one_version_the_first_does() -> None:
    made = save("ada")
    got = together(5, lambda n: save(f"p{n}", workflow=made, seen_version=1))
    codes = Counter(each.code for each in got if isinstance(each, Refused))
    assert codes == {"changed": 4}
    assert latest_version(made).number == 2


def test_a_name_that_many_want_at_once_is_given_once() -> None:
    got = together(5, lambda n: save(f"p{n}"))
    codes = Counter(each.code for each in got if isinstance(each, Refused))
    assert codes == {"name_taken": 4}
    assert Workflow.objects.get().versions.count() == 1
