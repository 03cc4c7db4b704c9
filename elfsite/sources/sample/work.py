"""What the sample's agents did: workflows, their runs, and the trails that they left."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from elfsite.sources.sample.book import AGENTS, Book, as_json, stamp
from elfsite.sources.sample.places import HOT, PLACES, TASKS


class Node(NamedTuple):
    """A step of a workflow: its id, its name, who does it, how many seconds it usually takes."""

    id: str
    name: str
    agent: str
    seconds: int
    kind: str = "single"


class Flow(NamedTuple):
    """A workflow and how often it ran in the last two weeks."""

    name: str
    description: str
    nodes: tuple[Node, ...]
    runs: int


FLOWS = (
    Flow(
        "build-a-feature",
        "Plan, build and prove one change, then have it read by somebody else.",
        (
            Node("plan", "Plan the change", "claude-main", 90),
            Node("build", "Build it", "builder", 540),
            Node("prove", "Prove it by tests", "tester", 260),
            Node("read", "Read it as a stranger", "reviewer", 140),
        ),
        12,
    ),
    Flow(
        "hunt-a-bug",
        "Three scouts look for the cause, one mends it, one tries to break the mend.",
        (
            Node("look", "Look for the cause", "scout", 210, "swarm"),
            Node("mend", "Mend it", "fixer", 320),
            Node("break", "Try to break the mend", "tester", 180),
        ),
        9,
    ),
    Flow(
        "renew-dependencies",
        "Renew what we depend on, one package at a time, and run everything.",
        (
            Node("list", "List what is old", "researcher", 60),
            Node("renew", "Renew one package", "builder", 300, "parallel"),
            Node("prove", "Run everything", "tester", 420),
        ),
        4,
    ),
)
ERRORS = (
    ("timeout", "The browser tests did not end within 300 seconds."),
    ("blocker", "The payment provider's test account is locked."),
    ("exception", "KeyError: 'reserved_until' in api/stock/reserve.py"),
)
FINDINGS = (
    ("fact", "Stock is written in three places besides reserve.py."),
    ("warning", "The basket is read twice for each line of an order."),
    ("discovery", "The slow query has no index on (warehouse, sku)."),
    ("hypothesis", "The double invoice comes from the retry of the mail job."),
    ("fact", "No test covers an order with a voucher and a refund."),
)
TRAIL_HOURS = 46  # of hooks' trails: today and yesterday


@dataclass(frozen=True)
class Run:
    """A run while it is written: when it began, how it ends, how far it came."""

    flow: Flow
    begun: dt.datetime
    ends: str  # completed, failed, cancelled, running
    stops_at: int  # index of the node at which it fails, is cancelled, or is now
    task: str


def work(book: Book) -> None:
    """Write workflows, runs, node executions, the conductor's decisions and trails."""
    flows = {flow.name: _flow(book, flow) for flow in FLOWS}
    trails: list[dict[str, Any]] = []
    for run in _runs(book):
        trails += _run(book, run, flows[run.flow.name])
    trails += _hooks(book)
    trails += _contested(book)
    book.add_in_order("trails", trails, "created_at")


def _flow(book: Book, flow: Flow) -> int:
    nodes = [
        {
            "id": node.id,
            "name": node.name,
            "node_type": node.kind,
            "prompt_template": f"{node.name}: {{task}}",
        }
        for node in flow.nodes
    ]
    made = stamp(book.ago(40))
    number = book.add(
        "workflows",
        name=flow.name,
        description=flow.description,
        nodes_json=as_json(nodes),
        config_json="{}",
        created_at=made,
        updated_at=made,
    )
    stops = ("__start__", *(node.id for node in flow.nodes), "__end__")
    for before, after in pairwise(stops):
        book.add(
            "workflow_edges",
            workflow_id=number,
            from_node=before,
            to_node=after,
            condition="",
            priority=100,
            created_at=made,
        )
    return number


def _runs(book: Book) -> list[Run]:
    """Two weeks of runs in the order of time; the last one runs now, one failed this morning."""
    runs = []
    for flow in FLOWS:
        for _ in range(flow.runs):
            ends = book.luck.choices(("completed", "failed", "cancelled"), weights=(82, 14, 4))[0]
            last = len(flow.nodes) - 1
            stops = last if ends == "completed" else book.luck.randint(0, last)
            begun = book.at_work(0.4 + book.luck.random() ** 1.5 * 13)
            runs.append(Run(flow, begun, ends, stops, book.luck.choice(TASKS)))
    runs.append(Run(FLOWS[1], book.ago(hours=2.2), "failed", 2, "Basket loses its last line"))
    runs.append(Run(FLOWS[0], book.ago(minutes=7), "running", 1, "Let people split an order"))
    return sorted(runs, key=lambda run: run.begun)


def _run(book: Book, run: Run, flow_id: int) -> list[dict[str, Any]]:
    """A run, its nodes one after the other, and the trails that they laid."""
    number = book.add("workflow_runs")  # the row is filled when its end is known
    started = {"workflow_name": run.flow.name, "phase": "init"}
    _decide(book, number, "start_run", run.begun, started, f"Started {run.flow.name}: {run.task}")
    trails: list[dict[str, Any]] = []
    at, states = run.begun, _states(run)
    for node, state in zip(run.flow.nodes, states, strict=False):
        at, left = _execute(book, number, run, node, at, state)
        trails += left
    failed = states[-1] == "failed"
    book.rows["workflow_runs"][number - 1] |= {
        "workflow_id": flow_id,
        "workflow_name": run.flow.name,
        "status": run.ends,
        "phase": run.flow.nodes[run.stops_at].id,
        "input_json": as_json({"task": run.task}),
        "output_json": as_json({"outcome": "success"} if run.ends == "completed" else {}),
        "context_json": as_json({"task": run.task}),
        "total_nodes": len(states),
        "completed_nodes": states.count("completed"),
        "failed_nodes": int(failed),
        "started_at": stamp(run.begun),
        "completed_at": None if run.ends == "running" else stamp(at),
        "created_at": stamp(run.begun),
        "error_message": book.rows["node_executions"][-1]["error_message"] if failed else None,
    }
    return trails


def _states(run: Run) -> list[str]:
    """What became of each node that was reached."""
    end = "skipped" if run.ends == "cancelled" else run.ends
    return ["completed"] * run.stops_at + [end]


def _execute(
    book: Book, number: int, run: Run, node: Node, at: dt.datetime, state: str
) -> tuple[dt.datetime, list[dict[str, Any]]]:
    """One attempt at a node: its row, why it ran, and what it left in the files."""
    seconds = round(node.seconds * book.luck.uniform(0.5, 1.7))
    end = min(at + dt.timedelta(seconds=seconds), book.now)
    files = book.luck.sample(PLACES, 2)
    kind, error = book.luck.choice(ERRORS) if state == "failed" else (None, None)
    finding = book.luck.choice(FINDINGS)
    row = _attempt(book, run, node, at, state, files, finding)
    if state in {"completed", "failed"}:
        row |= {
            "duration_ms": seconds * 1000,
            "token_count": round(seconds * book.luck.uniform(18, 44)),
            "completed_at": stamp(end),
        }
    row |= {"error_type": kind, "error_message": error}
    facts = {"node_id": node.id, "node_name": node.name}
    facts["execution_id"] = str(book.add("node_executions", run_id=number, **row))
    if state == "skipped":
        _decide(book, number, "skip_node", at, facts, "The run was cancelled")
        return end, []
    _decide(book, number, "fire_node", at, facts, f"Started {node.name}")
    if state == "failed":
        _decide(book, number, "node_failed", end, facts | {"error_type": str(kind)}, str(error))
    scent = {"completed": "discovery", "failed": "blocker"}.get(state, "write")
    strength, words = (1.0 if error else 0.8), error or finding[1]
    return end, [
        _trail(place, scent, strength, node.agent, end, words, number, node) for place in files
    ]


def _attempt(
    book: Book,
    run: Run,
    node: Node,
    at: dt.datetime,
    state: str,
    files: list[str],
    finding: tuple[str, str],
) -> dict[str, Any]:
    """The columns of a node execution that are known when it starts, and what it found."""
    prompt = f"{node.name}: {run.task}"
    over, done = state in {"completed", "failed"}, state == "completed"
    changes = over and node.agent in {"builder", "fixer"}
    return {
        "node_id": node.id,
        "node_name": node.name,
        "node_type": node.kind,
        "agent_id": node.agent,
        "session_id": book.session(at, node.agent),
        "prompt": prompt,
        "prompt_hash": hashlib.sha256(prompt.encode()).hexdigest()[:16],
        "status": state,
        "result_json": as_json({"outcome": "success"} if done else {}),
        "result_text": f"{node.name} is done." if done else None,
        "findings_json": as_json([{"type": finding[0], "content": finding[1]}] if over else []),
        "files_modified": as_json(files if changes else []),
        "retry_count": 0,
        "started_at": stamp(at),
        "created_at": stamp(at),
        "duration_ms": None,
    }


def _decide(
    book: Book, number: int, kind: str, at: dt.datetime, data: dict[str, Any], reason: str
) -> None:
    book.add(
        "conductor_decisions",
        run_id=number,
        decision_type=kind,
        decision_data=as_json(data),
        reason=reason,
        created_at=stamp(at),
    )


def _trail(
    place: str,
    scent: str,
    strength: float,
    agent: str,
    at: dt.datetime,
    message: str,
    run: int | None = None,
    node: Node | None = None,
) -> dict[str, Any]:
    return {
        "run_id": run,
        "location": place,
        "location_type": "file",
        "scent": scent,
        "strength": round(strength, 2),
        "agent_id": agent,
        "node_id": node.id if node else None,
        "message": message,
        "tags": None,
        "created_at": stamp(at),
        "expires_at": None,
    }


def _hooks(book: Book) -> list[dict[str, Any]]:
    """What hooks write by themselves: each file that was read or changed in two days."""
    trails = []
    for _ in range(340):
        # recent work counts more, and some places are where everybody works
        hours = book.luck.random() ** 1.7 * TRAIL_HOURS
        place = PLACES[min(int(book.luck.expovariate(0.09)), len(PLACES) - 1)]
        scent, strength = book.luck.choices(
            (("read", 0.5), ("write", 0.9), ("discovery", 0.8), ("warning", 0.7), ("cold", 0.3)),
            weights=(58, 30, 6, 4, 2),
        )[0]
        at = book.ago(hours=hours)
        trails.append(_trail(place, scent, strength, book.agent(), at, f"{scent} by a hook"))
    return trails


def _contested(book: Book) -> list[dict[str, Any]]:
    """Two agents changed one file within minutes, and one of them stands before a blocker."""
    place, other = HOT
    story = (
        (place, "write", 0.9, "builder", 64, "reserves stock before payment"),
        (place, "write", 0.9, "fixer", 61, "releases stock when the payment fails"),
        (place, "warning", 0.8, "reviewer", 55, "two agents change the same function"),
        (place, "blocker", 1.0, "builder", 38, "the tests of vouchers fail since the merge"),
        (other, "hot", 0.8, "scout", 30, "every slow order passes here"),
        (other, "warning", 0.8, "tester", 22, "no test for an empty warehouse"),
        (place, "read", 0.5, "claude-main", 3, "reads what the others found"),
    )
    return [
        _trail(where, scent, strength, agent, book.ago(minutes=minutes), words)
        for where, scent, strength, agent, minutes, words in story
        if agent in AGENTS
    ]
