"""What the sample's programs recorded by themselves: queries, sessions, metrics, health."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from elfsite.sources.sample.book import Book, as_json, stamp
from elfsite.sources.sample.places import PLACES, TASKS
from elfsite.sources.sample.rules import HARBOUR, RULES

DAYS = 30
QUERY_TYPES = (
    ("build_context", 30, 9),
    ("query_by_domain", 24, 3),
    ("query_recent", 18, 2),
    ("get_decisions", 10, 2),
    ("get_invariants", 8, 1),
    ("query_by_tags", 10, 3),
)  # name, weight, usual milliseconds

# type, severity, state, metric, value now, usual value, days since first and last seen, words
ALERTS = (
    ("contradiction_spike", "critical", "active", "contradiction_rate", 0.14, 0.05, 1.2, 0.2,
     "Contradictions rose to 14 %, usual are 5 %."),
    ("confidence_decline", "warning", "new", "avg_confidence", 0.66, 0.71, 0.8, 0.1,
     "Mean confidence fell for a week, from 0.71 to 0.66."),
    ("activity_decline", "info", "ack", "validation_velocity", 9, 21, 6, 4,
     "Fewer outcomes were reported: 9 a day, usual are 21."),
    ("activity_decline", "info", "resolved", "validation_velocity", 11, 20, 24, 22,
     "Fewer outcomes were reported: 11 a day, usual are 20."),
)  # fmt: skip


def record(book: Book) -> None:
    """Write all of it; rules, their ledger and the runs are there."""
    _query(book)
    _sessions(book)
    _measure(book)
    _watch(book)
    _look_after(book)


def _query(book: Book) -> None:
    """What agents asked the memory, for thirty days and until a minute ago."""
    domains = [rule.domain for rule in RULES]
    rows = []
    for _ in range(DAYS * 24):
        kind, _, usual = book.luck.choices(QUERY_TYPES, [w for _, w, _ in QUERY_TYPES])[0]
        at, agent = book.at_work(book.luck.random() * DAYS), book.agent()
        failed = book.luck.random() < 0.02
        found = 0 if failed else book.luck.randint(1, 24)
        spent = round(usual * book.luck.lognormvariate(0, 0.7)) + 1
        rows.append(_answer(book, kind, at, agent, book.luck.choice(domains), failed, found, spent))
    rows.append(
        _answer(book, "build_context", book.ago(minutes=1), "builder", "architecture", False, 17, 8)
    )
    book.add_in_order("building_queries", rows, "created_at")


def _answer(
    book: Book,
    kind: str,
    at: dt.datetime,
    agent: str,
    domain: str,
    failed: bool,
    found: int,
    spent: int,
) -> dict[str, Any]:
    return {
        "query_type": kind,
        "session_id": book.session(at, agent),
        "agent_id": agent,
        "domain": domain,
        "limit_requested": 10,
        "max_tokens_requested": 5000,
        "results_returned": found,
        "tokens_approximated": found * 88,
        "duration_ms": spent,
        "status": "timeout" if failed else "success",
        "error_message": "No answer within 5 seconds" if failed else None,
        "golden_rules_returned": 0 if failed else min(7, found),
        "heuristics_count": found // 2,
        "learnings_count": found // 3,
        "query_summary": f"{kind.replace('_', ' ')} for {domain}",
        "created_at": stamp(at),
        "completed_at": stamp(at + dt.timedelta(milliseconds=spent)),
    }


def _sessions(book: Book) -> None:
    """Two weeks of sessions, and the contexts that they were given."""
    rows = []
    for _ in range(26):
        at, agent = book.at_work(0.3 + book.luck.random() * 14), book.agent()
        task = book.luck.choice(TASKS)
        rows.append(_session(book, at, task))
        book.add(
            "session_contexts",
            session_id=book.session(at, agent),
            agent_id=agent,
            context_hash=hashlib.sha256(f"{task} {at}".encode()).hexdigest(),
            context_preview=task,
            heuristics_applied=as_json(book.luck.sample(range(1, len(RULES)), 3)),
            created_at=stamp(at),
        )
    book.add_in_order("session_summaries", rows, "summarized_at")


def _session(book: Book, at: dt.datetime, task: str) -> dict[str, Any]:
    files = book.luck.sample(PLACES, book.luck.randint(2, 6))
    tools = {
        "Read": book.luck.randint(4, 30),
        "Edit": len(files),
        "Bash": book.luck.randint(1, 9),
    }
    return {
        "session_id": f"{book.luck.getrandbits(128):032x}",
        "project": HARBOUR,
        "tool_summary": ", ".join(f"{count} {name}" for name, count in tools.items()),
        "content_summary": f"{task}: {len(files)} files changed.",
        "conversation_summary": f"Asked to: {task}. Planned, changed, ran the tests.",
        "files_touched": as_json(files),
        "tool_counts": as_json(tools),
        "message_count": book.luck.randint(8, 90),
        "session_last_modified": stamp(at),
        "summarized_at": stamp(at),
    }


def _measure(book: Book) -> None:
    """Metrics: what the ledger already says as events, and what a task cost."""
    rows = []
    since = stamp(book.ago(DAYS)) or ""
    words = {"success": "heuristic_validated", "failure": "heuristic_violated"}
    for update in book.rows["confidence_updates"]:
        name = words.get(update["update_type"])
        if name and update["created_at"] >= since:
            rows.append(
                _metric(
                    name,
                    name.split("_")[1],
                    1,
                    update["created_at"],
                    f"heuristic_id:{update['heuristic_id']}",
                )
            )
    for execution in book.rows["node_executions"]:
        if execution["duration_ms"]:
            rows.append(
                _metric(
                    "task_outcome",
                    execution["status"],
                    execution["duration_ms"] / 1000,
                    execution["completed_at"],
                    f"node:{execution['node_id']}",
                )
            )
    book.add_in_order("metrics", rows, "timestamp")


def _metric(kind: str, name: str, value: float, at: str, tags: str) -> dict[str, Any]:
    return {
        "metric_type": kind,
        "metric_name": name,
        "metric_value": value,
        "timestamp": at,
        "tags": tags,
    }


def _watch(book: Book) -> None:
    """How the memory as a whole does, and what was noticed about it."""
    at = stamp(book.ago(60))
    for name, z in (
        ("avg_confidence", 3.0),
        ("contradiction_rate", 3.0),
        ("validation_velocity", 2.5),
    ):
        book.add(
            "meta_observer_config",
            metric_name=name,
            z_score_threshold=z,
            created_at=at,
            updated_at=at,
        )
    for kind, severity, state, metric, now, usual, first, last, message in ALERTS:
        book.add(
            "meta_alerts",
            alert_type=kind,
            severity=severity,
            state=state,
            metric_name=metric,
            current_value=now,
            baseline_value=usual,
            message=message,
            first_seen=stamp(book.ago(first)),
            last_seen=stamp(book.ago(last)),
            acknowledged_at=stamp(book.ago(last - 1)) if state in {"ack", "resolved"} else None,
            resolved_at=stamp(book.ago(last - 2)) if state == "resolved" else None,
        )


def _look_after(book: Book) -> None:
    """A look at the memory's own health each morning."""
    for days in range(DAYS, -1, -1):
        poor = days == 12
        book.add(
            "system_health",
            timestamp=stamp(min(book.ago(days).replace(hour=5, minute=0), book.ago(minutes=5))),
            status="degraded" if poor else "healthy",
            db_integrity="ok",
            db_size_mb=round(4.6 + (DAYS - days) * 0.07, 2),
            disk_free_mb=61_000 - (DAYS - days) * 40,
            git_status="clean",
            stale_locks=2 if poor else 0,
            details=as_json({"note": "two stale locks"} if poor else {}),
        )
