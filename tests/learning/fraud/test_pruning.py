"""Old clean reports go, evidence stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from elfsite.timeline.models import TimelineEvent
from learning.fraud.models import AnomalySignal, FraudReport
from learning.fraud.services import prune_clean_reports
from learning.heuristics.models import Heuristic

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def report(rule: Heuristic, days: int, classification: str = "clean") -> FraudReport:
    row = FraudReport.objects.create(heuristic=rule, fraud_score=0, classification=classification)
    then = timezone.now() - timedelta(days=days)
    FraudReport.objects.filter(pk=row.pk).update(created_at=then)
    return row


def test_what_found_nothing_goes_once_somebody_looked_again() -> None:
    rule, other = (Heuristic.objects.create(domain="d", rule=word) for word in "ab")
    gone = [report(rule, 200), report(rule, 120)]
    kept = [report(rule, 91, "suspicious"), report(rule, 10), report(other, 300)]
    heard = report(rule, 150)
    AnomalySignal.objects.create(
        fraud_report=heard, heuristic=rule, detector_name="x", score=0.1, severity="low", reason="r"
    )
    assert prune_clean_reports(actor="upkeep") == len(gone)
    left = set(FraudReport.objects.values_list("pk", flat=True))
    assert left == {row.pk for row in [*kept, heard]}
    assert prune_clean_reports(actor="upkeep") == 0
    assert TimelineEvent.objects.get(verb="pruned").summary == "2 old clean reports let go"
