"""A small field of rows whose numbers one can count by hand; every table that Overview reads."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learning.fraud.models import FraudReport
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from learning.knowledge.models import Learning, Violation
from learning.observer.models import MetaAlert
from learning.reviews.models import CeoReview
from workflows.conductor.models import WorkflowRun
from workflows.sessions.models import BuildingQuery
from workflows.trails.models import Trail

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


def lay_field() -> None:
    """Rows of forty days up to NOW, some of them gone, undated, expired or of another kind."""
    _runs()
    rules = _rules()
    _guard(rules)
    _trails()
    for days_ago, status in ((0, "success"), (0, "success"), (0, "error"), (1, "success")):
        BuildingQuery.objects.create(
            query_type="domain", status=status, created_at=NOW - days_ago * DAY
        )
    for number, (kind, days_ago) in enumerate(
        [("failure", 0), ("failure", 10), ("success", 3), ("success", 80)]
    ):
        Learning.objects.create(
            type=kind, filepath=f"{number}.md", title=kind, created_at=NOW - days_ago * DAY
        )


def _runs() -> None:
    standing = [("completed", d) for d in (0, 1, 1, 20, 29, 40)]
    standing += [("failed", 0), ("failed", 3), ("cancelled", 2), ("running", 0), ("pending", 5)]
    for status, days_ago in standing:
        WorkflowRun.objects.create(
            workflow_name="release", status=status, created_at=NOW - days_ago * DAY
        )
    WorkflowRun.objects.create(status="failed", created_at=NOW, gone_at=NOW)


def _rules() -> list[Heuristic]:
    def rule(text: str, days_ago: float | None, **more: Any) -> Heuristic:
        at = None if days_ago is None else NOW - days_ago * DAY
        return Heuristic.objects.create(domain="testing", rule=text, created_at=at, **more)

    candidate = {"confidence": 0.95, "times_validated": 20, "times_violated": 1}
    rules = [
        rule("Golden of old", 60, is_golden=True, **candidate),
        rule("Golden of late", 2, is_golden=True, confidence=0.91),
        rule("Ready for gold", 5, **candidate),
        rule("Young", 0),
        rule("Undated", None),
        rule("Gone", 1, gone_at=NOW, is_golden=True),
    ]
    for days_ago, arrived in ((0, 0.6), (0, 0.8), (4, 0.5)):
        ConfidenceUpdate.objects.create(
            heuristic=rules[0],
            old_confidence=0.5,
            new_confidence=arrived,
            delta=0.1,
            update_type="success",
            created_at=NOW - days_ago * DAY,
        )
    return rules


def _guard(rules: list[Heuristic]) -> None:
    reports = [
        ("suspicious", None, 0.3),
        ("fraud_likely", "pending", 0.6),
        ("fraud_confirmed", "true_positive", 0.9),
        ("clean", None, 0.0),
    ]
    for number, (word, outcome, score) in enumerate(reports):
        FraudReport.objects.create(
            heuristic=rules[number],
            classification=word,
            review_outcome=outcome,
            fraud_score=score,
            created_at=NOW - number * DAY,
            reviewed_at=NOW if outcome == "true_positive" else None,
        )
    FraudReport.objects.create(
        heuristic_id=4711, classification="fraud_likely", fraud_score=0.7, created_at=NOW
    )
    for state, severity in (("new", "critical"), ("ack", "info"), ("resolved", "critical")):
        MetaAlert.objects.create(
            alert_type="drift",
            severity=severity,
            state=state,
            message=f"{severity} and {state}",
            first_seen=NOW - 3 * DAY,
            last_seen=NOW - DAY,
            resolved_at=NOW - DAY if state == "resolved" else None,
        )
    for status in ("pending", "pending", "approved"):
        CeoReview.objects.create(title=f"May I? ({status})", status=status, created_at=NOW - DAY)
    for acknowledged in (False, False, True):
        Violation.objects.create(
            rule_id=1, rule_name="Never force push", acknowledged=acknowledged, violation_date=NOW
        )


def _trails() -> None:
    def trail(location: str, hours_ago: float, **more: Any) -> None:
        at = NOW - hours_ago * HOUR
        Trail.objects.create(**{"location": location, "scent": "read", "created_at": at} | more)

    trail("src/auth.py", 2, scent="blocker", agent_id="one")
    trail("src/auth.py", 0.2, scent="write", agent_id="one")
    trail("src/auth.py", 0.1, agent_id="two")
    trail("docs/<b>.md", 1, scent="odd")
    trail("src/old.py", 24, strength=0.5)
    trail("src/expired.py", 1, expires_at=NOW - 0.5 * HOUR)
    trail("src/gone.py", 1, gone_at=NOW)
