"""Figures of the HTTP API: ``python -m tests.load.api``.

A new site with 2,000 rules and 20,000 learnings; one client, then eight at once, each with its own
connection. Printed are requests a second, the middle and the 95th per cent in milliseconds, and
what the server's process used of a core for one request, which other work on the machine disturbs
least. Last, eight agents take and hand in the nodes of runs until none waits.
"""

from __future__ import annotations

import http.client
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.load.server import prepare, serving

ROUNDS = 400  # requests of one figure
RUNS, NODES = 20, 10
CLIENTS = (1, 8)
TICKS = os.sysconf("SC_CLK_TCK")
Ask = Callable[[str, str, Any], tuple[int, bytes]]


def fill() -> str:
    """Rows to ask for; the text of a key."""
    from django.utils import timezone

    from elfsite.doors import services
    from game.players.models import User
    from learning.heuristics.models import Heuristic
    from learning.knowledge.models import Learning

    person = User.objects.create_user("load", None, role="steward")
    now = timezone.now()
    Heuristic.objects.bulk_create(
        Heuristic(domain=f"d{n % 40}", rule=f"Rule {n}", confidence=n % 100 / 100, created_at=now)
        for n in range(2_000)
    )
    Learning.objects.bulk_create(
        Learning(type="failure", title=f"Learning {n}", filepath=f"f/{n}", created_at=now)
        for n in range(20_000)
    )
    scopes = ["read", "record", "run"]
    return services.create_key(actor=person, name="load", scopes=scopes)[1]


def asker(port: int, key: str) -> Ask:
    """One connection that is kept."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    head = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def ask(method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        link.request(method, f"/api/v1{path}", None if body is None else json.dumps(body), head)
        answer = link.getresponse()
        return answer.status, answer.read()

    return ask


def used(pid: int) -> float:
    """Seconds of a core that the process has used."""
    parts = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / TICKS


def measure(word: str, pid: int, clients: int, asks: Callable[[], Ask], work: Any) -> None:
    """Print the figures of ROUNDS times *work*, shared by *clients*."""
    took: list[float] = []
    wrong: list[int] = []

    def client() -> None:
        ask = asks()
        for _ in range(ROUNDS // clients):
            began = time.perf_counter()
            status, _ = ask(*work)
            took.append((time.perf_counter() - began) * 1000)
            if status >= 400:
                wrong.append(status)

    seconds, cpu = together(client, clients, pid)
    took.sort()
    middle, late = took[len(took) // 2], took[int(len(took) * 0.95)]
    print(
        f"{word:32} {clients} at once {len(took) / seconds:6.0f}/s  p50 {middle:6.1f}  "
        f"p95 {late:6.1f}  {cpu / len(took) * 1000:5.1f} ms of a core  refused {len(wrong)}"
    )


def together(client: Callable[[], None], clients: int, pid: int) -> tuple[float, float]:
    """Run *client* in so many threads: (seconds, seconds of the server's core)."""
    threads = [threading.Thread(target=client) for _ in range(clients)]
    cpu, began = used(pid), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began, used(pid) - cpu


def start_runs(ask: Ask) -> None:
    """RUNS runs of a workflow whose nodes all wait at once."""
    ids = [f"n{n}" for n in range(NODES)]
    nodes = [{"id": id, "name": id, "node_type": "single", "prompt_template": "do"} for id in ids]
    edges = [{"from_node": "__start__", "to_node": id} for id in ids]
    status, made = ask("POST", "/workflows", {"name": "load", "nodes": nodes, "edges": edges})
    assert status == 201, made
    for _ in range(RUNS):
        status, made = ask("POST", "/workflow-runs", {"workflow_id": json.loads(made)["id"]})
        assert status == 201, made
        made = json.dumps({"id": json.loads(made)["workflow_id"]}).encode()


def agents(port: int, key: str, pid: int, clients: int) -> None:
    """Take and hand in until none waits."""
    done: list[int] = []

    def agent() -> None:
        ask = asker(port, key)
        while True:
            status, body = ask("POST", "/claims", {})
            if status == 204:
                return
            node = json.loads(body)
            path = f"/nodes/{node['execution_id']}/complete"
            status, body = ask("POST", path, {"token": node["token"], "text": "done"})
            assert status == 200, body
            done.append(node["execution_id"])

    seconds, cpu = together(agent, clients, pid)
    assert len(set(done)) == len(done) == RUNS * NODES, "a node was done twice, or not at all"
    print(
        f"{clients} agents: {len(done)} nodes, {2 * len(done) / seconds:.0f} changes/s, "
        f"{cpu / len(done) * 1000:.1f} ms of a core for a node"
    )


def main() -> None:
    os.environ.update(ELF_API_RATE="1000000", ELF_API_WRITE_RATE="1000000")
    port = prepare()
    key = fill()
    learning = {"type": "failure", "title": "It broke"}
    works = [
        ("who am I", ("GET", "/", None)),
        ("50 rules with evidence", ("GET", "/heuristics", None)),
        ("50 of 20,000 learnings", ("GET", "/learnings", None)),
        ("one rule", ("GET", "/heuristics/1", None)),
        ("note a learning", ("POST", "/learnings", learning)),
        ("lay a trail", ("POST", "/trails", {"location": "src/a.py", "scent": "write"})),
    ]
    with serving(port) as pid:
        for clients in CLIENTS:
            for word, work in works:
                measure(word, pid, clients, lambda: asker(port, key), work)
        start_runs(asker(port, key))
        agents(port, key, pid, max(CLIENTS))


if __name__ == "__main__":
    main()
