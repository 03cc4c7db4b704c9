"""Reads of reports: what waits, how right detectors were, how reviewers answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, ExpressionWrapper, F, FloatField, Q, QuerySet
from django.utils import timezone

from learning.fraud.models import AnomalySignal, FraudReport, FraudReview
from learning.fraud.services.checks import open_reports

RIGHT, WRONG = "true_positive", "false_positive"
WINDOW = timedelta(days=30)
LEAST_REVIEWED, LEAST_PRECISION = 10, 0.5  # below: a detector underperforms
DOUBTFUL = ("suspicious", "fraud_likely", "fraud_confirmed")


def by_priority(reports: QuerySet[FraudReport]) -> QuerySet[FraudReport]:
    """Most pressing first: .7 x score + .3 x signals / 10."""
    weight = 0.7 * F("fraud_score") + 0.03 * F("signal_count")
    priority = ExpressionWrapper(weight, output_field=FloatField())
    found: QuerySet[FraudReport] = reports.annotate(priority=priority).order_by("-priority", "pk")
    return found


def pending(*, everything: bool = False) -> QuerySet[FraudReport]:
    """Reports that wait for a reviewer, by priority; with *everything* faint suspicions too."""
    if not everything:
        return by_priority(open_reports())
    unreviewed = Q(review_outcome__isnull=True) | Q(review_outcome="pending")
    found = FraudReport.objects.filter(
        unreviewed,
        superseded_at__isnull=True,
        gone_at__isnull=True,
        classification__in=("low_confidence", *DOUBTFUL),
    )
    return by_priority(found)


def waiting_since() -> QuerySet[FraudReport]:
    """Open reports, oldest first, as the inbox lists them."""
    found: QuerySet[FraudReport] = open_reports().order_by("created_at")
    return found


def doubts_about(heuristic: int) -> int:
    """Open reports about a rule: nothing becomes golden over them."""
    return int(open_reports().filter(heuristic_id=heuristic).count())


@dataclass(frozen=True)
class Precision:
    """How often a detector was right; dismissed and open reports count neither way.

    ``source_…`` count the detectors of that name of other systems, whose reports were imported.
    """

    name: str
    right: int
    wrong: int
    source_right: int = 0
    source_wrong: int = 0

    @property
    def words(self) -> str:
        return self.name.replace("_", " ")

    @property
    def percent(self) -> str:
        return "–" if self.share is None else f"{self.share:.0%}".replace("%", " %")

    @property
    def reviewed(self) -> int:
        return self.right + self.wrong

    @property
    def share(self) -> float | None:
        return self.right / self.reviewed if self.reviewed else None

    @property
    def underperforms(self) -> bool:
        share = self.share
        return share is not None and self.reviewed >= LEAST_REVIEWED and share < LEAST_PRECISION


def precision_by_detector(names: Iterable[str] = ()) -> list[Precision]:
    """Over all reviewed reports; *names* are listed even without any."""
    found = {name: Precision(name, *counts) for name, *counts in _judged("detector_name")}
    for name in names:
        found.setdefault(name, Precision(name, 0, 0))
    return [found[name] for name in sorted(found)]


def precision_by_domain() -> list[tuple[str, Precision]]:
    """Per domain and detector, at most 200 pairs, most reviewed first."""
    rows = _judged("heuristic__domain", "detector_name")
    found = [(str(domain or ""), Precision(name, *counts)) for domain, name, *counts in rows]
    return sorted(found, key=lambda pair: (-pair[1].reviewed, pair[0], pair[1].name))[:200]


def _judged(*columns: str) -> list[Any]:
    """Reviewed signals by *columns*: right, wrong of ours, then of sources; 2000 rows at most."""
    judged = AnomalySignal.objects.filter(
        fraud_report__review_outcome__in=(RIGHT, WRONG), gone_at__isnull=True
    )
    counts = {
        f"{where}_{outcome}": Count(
            "pk", filter=Q(fraud_report__review_outcome=outcome, origin__isnull=where == "ours")
        )
        for where in ("ours", "theirs")
        for outcome in (RIGHT, WRONG)
    }
    return list(judged.order_by().values_list(*columns).annotate(**counts)[:2000])


def tallies() -> tuple[dict[str, int], dict[str, int]]:
    """Reports of the last 30 days by class, and verdicts of all time."""
    since = timezone.now() - WINDOW
    recent = FraudReport.objects.filter(created_at__gte=since, gone_at__isnull=True)
    classes = dict(recent.order_by().values_list("classification").annotate(n=Count("pk")))
    judged = FraudReport.objects.filter(review_outcome__isnull=False, gone_at__isnull=True)
    verdicts = dict(judged.order_by().values_list("review_outcome").annotate(n=Count("pk")))
    return classes, verdicts


def reviewers() -> list[dict[str, Any]]:
    """Who judged how, over the last 1000 verdicts."""
    last = list(FraudReview.objects.order_by("-changed_at").values_list("pk", flat=True)[:1000])
    rows: Any = (
        FraudReview.objects.filter(pk__in=last)
        .order_by()
        .values("changed_by")
        .annotate(
            n=Count("pk"),
            right=Count("pk", filter=Q(new_outcome=RIGHT)),
            wrong=Count("pk", filter=Q(new_outcome=WRONG)),
            dismissed=Count("pk", filter=Q(new_outcome="dismissed")),
        )
    )
    return sorted(rows, key=lambda row: -row["n"])
