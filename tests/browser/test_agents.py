"""The agent of docs/ against a real site: it does nodes once, and loses them when it dies."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.site import ROOT, Site

MAKE_KEY = """
from elfsite.doors.services import create_key
from game.players.models import User
stan = User.objects.get(login="stan")
print("key", create_key(actor=stan, name="ants", scopes=["read", "run"])[1])
"""
WAIT = 60.0  # seconds; a machine under load is slow, and nothing here takes two


def node(id: str, **config: Any) -> dict[str, Any]:
    return {"id": id, "prompt_template": f"do {id} for {{who}}", "config": config}


def edge(source: str, target: str) -> dict[str, str]:
    return {"from_node": source, "to_node": target}


# a branch of which both ways are taken, and a join
FIVE = {
    "name": "five",
    "nodes": [node("plan"), node("code"), node("docs"), node("review", join="all"), node("ship")],
    "edges": [
        edge("__start__", "plan"),
        *(edge("plan", id) for id in ("code", "docs")),
        *(edge(id, "review") for id in ("code", "docs")),
        edge("review", "ship"),
    ],
}


class Ants:
    """A site with a key, and the agents that work for it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.key = site.manage("shell", "--verbosity", "0", "-c", MAKE_KEY).split()[-1]
        self.alive: list[subprocess.Popen[bytes]] = []
        self.workflow = self.call("/workflows", FIVE)["id"]

    def call(self, path: str, body: Any = None) -> Any:
        """POST with a body, else GET; refusals raise HTTPError."""
        head = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        ask = urllib.request.Request(f"{self.site.url}/api/v1{path}", data, head)
        with urllib.request.urlopen(ask, timeout=WAIT) as answer:
            return json.loads(answer.read() or "null")

    def start(self, name: str, work: float) -> subprocess.Popen[bytes]:
        """An agent that works so many seconds on each node."""
        own = {"ELF_URL": self.site.url, "ELF_KEY": self.key, "ELF_AGENT": name}
        ant = subprocess.Popen(
            [sys.executable, str(ROOT / "docs" / "agent.py")],
            env={**self.site.environment, **own, "ELF_WORK": str(work)},
            stdout=subprocess.DEVNULL,
        )
        self.alive.append(ant)
        return ant

    def stop(self) -> None:
        for ant in self.alive:
            ant.kill()
            ant.wait()
        self.alive.clear()

    def run(self) -> int:
        made = self.call("/workflow-runs", {"workflow_id": self.workflow, "input": {"who": "ada"}})
        return int(made["id"])

    def rows(self, run: int, columns: str) -> list[tuple[Any, ...]]:
        return self.site.sql(
            f"SELECT {columns} FROM node_executions WHERE run_id = ? ORDER BY id", run
        )

    def until(self, run: int, met: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The run, once it is as wanted."""
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            found: dict[str, Any] = self.call(f"/workflow-runs/{run}")
            if met(found):
                return found
            time.sleep(0.1)
        raise AssertionError(f"run {run} is still {found['status']}: {self.rows(run, '*')}")


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
