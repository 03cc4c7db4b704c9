"""Agents at a site under test: a key, a workflow of five nodes, and what they say by HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable
from typing import Any

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
        self.workflow = self.call("/workflows", {**FIVE, "name": f"five {uuid.uuid4().hex[:6]}"})[
            "id"
        ]

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

    def claim(self, run: int, node: str, agent: str = "ant-1") -> tuple[str, str]:
        """The address and the token of a node that *agent* has in hands from now on."""
        found = self.call(f"/workflow-runs/{run}/nodes/{node}/claim", {"agent_id": agent})
        return f"/nodes/{found['execution_id']}", found["token"]

    def complete(self, run: int, node: str, **more: Any) -> None:
        """Claim a node and hand it in."""
        address, token = self.claim(run, node)
        self.call(f"{address}/complete", {"token": token, **more})

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
