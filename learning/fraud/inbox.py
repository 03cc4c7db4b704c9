"""What of gaming waits for a person, and what an escalation's verdict does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from elfsite.errors import Refused
from elfsite.origins.seedjson import read
from learning.fraud import queries
from learning.fraud.figures import strip
from learning.fraud.models import FraudReport, FraudResponse
from learning.fraud.services.acts import RESET_REVIEW
from learning.fraud.services.responses import respond, roll_back
from learning.heuristics import hooks
from learning.heuristics.models import Heuristic
from learning.reviews.inbox import Item, Waiting, waiting
from learning.reviews.kinds import Kind, on_decision
from learning.reviews.models import CeoReview
from learning.reviews.queries import ANSWER_WITHIN

HUES = {"suspicious": "warning", "fraud_likely": "hot", "fraud_confirmed": "blocker"}


def items_of(reports: list[FraudReport]) -> list[Item]:
    """Open reports as entries of the inbox."""
    rules = Heuristic.objects.in_bulk({report.heuristic_id for report in reports})
    return [_item(report, rules.get(report.heuristic_id)) for report in reports]


def _item(report: FraudReport, rule: Heuristic | None) -> Item:
    made = report.created_at if isinstance(report.created_at, datetime) else None
    word = report.classification.replace("_", " ")
    signals = "1 signal" if report.signal_count == 1 else f"{report.signal_count} signals"
    return Item(
        key=f"fraud-{report.pk}",
        source="fraud",
        word="fraud report",
        title=rule.rule if rule else f"rule {report.heuristic_id}, gone",
        meta=f"{word.capitalize()}, {report.fraud_score:.3f} by {signals}.",
        since=made,
        due=made + ANSWER_WITHIN if made else None,
        href=reverse("fraud_report", args=[report.pk]),
        glyph="stage-quarantined",
        hue=HUES.get(report.classification, "ink"),
        is_rule=rule is not None,
        picture=strip(report.fraud_score),
    )


def _escalation(review: CeoReview) -> FraudResponse:
    """The response that asked; raises Refused 404 when it is gone."""
    rows = FraudResponse.objects.filter(
        response_type="ceo_escalation",
        fraud_report__heuristic_id=int(review.subject_id),
        origin__isnull=True,
    ).order_by("-pk")
    for row in rows[:50]:
        if _kept(row).get("review") == review.pk:
            return row
    raise Refused("not_found", "The escalation that asked is gone.", status=404)


def _kept(row: FraudResponse) -> dict[str, Any]:
    value = read(row.parameters, empty={}).value
    return value if isinstance(value, dict) else {}


def _version(review: CeoReview) -> str:
    return str(_escalation(review).fraud_report_id)


def _reset(review: CeoReview, actor: Any, reason: str) -> None:
    report = _escalation(review).fraud_report
    respond(actor=actor, report=report, response_type="confidence_reset", reason=reason)


def _undo_reset(review: CeoReview, actor: Any, reason: str) -> None:
    report = _escalation(review).fraud_report
    row = report.responses.filter(response_type="confidence_reset", rollback_at=None).last()
    if row is not None:
        roll_back(actor=actor, response=row, reason=reason)


def _doubts(rule: Heuristic) -> int:
    return queries.doubts_about(rule.pk)


hooks.add(hooks.gold_doubts, _doubts)
waiting(Waiting("fraud", "fraud reports", queries.waiting_since, items_of))
on_decision(
    Kind(
        RESET_REVIEW,
        "reset after gaming",
        "stage-quarantined",
        "blocker",
        version=_version,
        on_approve=_reset,
        undo_approve=_undo_reset,
    )
)
