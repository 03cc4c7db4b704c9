"""The agent of docs/ against a real site: it does nodes once, and loses them when it dies."""

from __future__ import annotations

import urllib.error
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.ants import Ants
from tests.browser.site import ROOT, Site


@pytest.fixture(scope="module")
def colony(site: Site) -> Ants:
    # what other tests left in the queue would keep these agents busy
    site.sql("UPDATE node_executions SET queue_at = NULL WHERE queue_at IS NOT NULL")
    return Ants(site)


@pytest.fixture
def ants(colony: Ants) -> Iterator[Ants]:
    yield colony
    colony.stop()


def is_over(run: dict[str, Any]) -> bool:
    return run["status"] in {"completed", "failed", "cancelled"}


def test_the_agent_has_forty_lines() -> None:
    assert len((ROOT / "docs" / "agent.py").read_text().splitlines()) <= 40


def test_two_agents_do_five_nodes_and_none_twice(ants: Ants) -> None:
    runs = [ants.run() for _ in range(3)]
    ants.start("ant-1", 0.05)
    ants.start("ant-2", 0.05)
    for run in runs:
        done = ants.until(run, is_over)
        assert (done["status"], done["completed_nodes"]) == ("completed", 5)
        rows = ants.rows(run, "node_id, status, agent_id, result_text")
        assert sorted(row[0] for row in rows) == ["code", "docs", "plan", "review", "ship"]
        assert {row[1] for row in rows} == {"completed"}
        assert all(row[3] == f"{row[2]} echoes: do {row[0]} for ada" for row in rows)
        taken = ants.site.sql(
            "SELECT COUNT(*) FROM timeline_events WHERE verb = 'node_claimed'"
            " AND subject_type = 'workflow_runs' AND subject_id = ?",
            str(run),
        )
        assert taken == [(5,)], "each node was handed out once"


def test_what_a_killed_agent_held_goes_to_the_next(ants: Ants) -> None:
    run = ants.run()
    first = ants.start("ant-1", 600)
    ants.until(run, lambda found: found["total_nodes"] == 1)
    first.kill()
    with pytest.raises(urllib.error.HTTPError) as refused:
        ants.call(f"/workflow-runs/{run}/nodes/plan/claim", {"agent_id": "ant-2"})
    assert refused.value.code == 409, "nobody knows yet that it is dead"
    # its lease of a minute is over; the test does not wait for it
    past = "UPDATE node_executions SET lease_until = '2026-01-01 00:00:00' WHERE run_id = ?"
    ants.site.sql(past, run)
    ants.start("ant-2", 0.05)
    done = ants.until(run, is_over)
    assert (done["status"], done["completed_nodes"]) == ("completed", 5)
    rows = ants.rows(run, "node_id, agent_id, losses")
    assert ("plan", "ant-2", 1) in rows
    assert len(rows) == 5, "returned, not made anew"
    said = ants.site.sql("SELECT reason FROM conductor_decisions WHERE run_id = ?", run)
    assert ("its agent fell silent (ant-1)",) in said
