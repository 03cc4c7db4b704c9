"""Clean reports do not pile up: what found nothing and was followed by another look is let go."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone

from elfsite.timeline.log import write
from learning.fraud.models import AnomalySignal, FraudReport, FraudResponse, FraudReview

BATCH = 1000


def prune_clean_reports(*, actor: Any, now: datetime | None = None) -> int:
    """Delete our own clean reports that are older than ELF_FRAUD_CLEAN_DAYS; how many went.

    The latest of each rule stays, because a scan passes by what it has seen, and so does every
    report with a signal, a response or a review: that is evidence. Imported ones always stay.
    """
    before = (now or timezone.now()) - timedelta(days=settings.FRAUD_CLEAN_DAYS)
    evidence = (AnomalySignal, FraudResponse, FraudReview)
    kept = [Exists(model.objects.filter(fraud_report=OuterRef("pk"))) for model in evidence]
    later = FraudReport.objects.filter(
        heuristic_id=OuterRef("heuristic_id"), created_at__gt=OuterRef("created_at")
    )
    old = FraudReport.objects.filter(
        *(~each for each in kept),
        Exists(later),
        origin__isnull=True,
        classification="clean",
        review_outcome__isnull=True,
        created_at__lt=before,
    )
    gone = 0
    while True:
        with write(actor) as w:
            keys = list(old.order_by("created_at").values_list("pk", flat=True)[:BATCH])
            number, _ = FraudReport.objects.filter(pk__in=keys).delete()
            if number:
                w.event("fraud", "pruned", None, f"{number} old clean reports let go")
        gone += number
        if len(keys) < BATCH:
            return gone
