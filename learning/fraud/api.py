"""Fraud reports for programs: what the detectors saw, and a person's verdict."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest

from elfsite.api.area import Area, Body, Line, Prose, adds
from elfsite.api.caller import caller_of
from elfsite.api.rows import answer, load
from elfsite.origins.seedjson import read
from learning.fraud import services
from learning.fraud.fusion import PRIOR
from learning.fraud.models import AnomalySignal, FraudReport
from learning.fraud.services.reviews import version_of

SIGNALS_MOST = 50  # of one report; there are six detectors
area = Area("Learning · fraud")


def signals_of(report: FraudReport) -> list[dict[str, Any]]:
    """What each detector saw."""
    rows = AnomalySignal.objects.filter(fraud_report=report).order_by("-score", "pk")
    return [
        {
            "id": row.pk,
            "detector_name": row.detector_name,
            "score": row.score,
            "severity": row.severity,
            "reason": row.reason,
            "evidence": read(row.evidence).value,
        }
        for row in rows[:SIGNALS_MOST]
    ]


def posterior_of(report: FraudReport) -> dict[str, Any]:
    """How likely gaming is: before, and after what was seen."""
    return {
        "prior": PRIOR,
        "likelihood_ratio": report.likelihood_ratio,
        "probability": report.fraud_score,
    }


adds("fraud_reports", "posterior", posterior_of, needs="fraud_score likelihood_ratio",
     about="prior, likelihood_ratio and probability of gaming.")  # fmt: skip
adds("fraud_reports", "signals", signals_of, alone=True, about="What each detector saw.")
adds("fraud_reports", "version", version_of, alone=True,
     about="The state that a verdict is about: send it as seen.")  # fmt: skip


class Verdict(Body):
    """A verdict, and why. ``seen`` is the version that was looked at."""

    outcome: Literal["true_positive", "false_positive", "dismissed", "pending"]
    notes: Prose = ""
    seen: Line | None = None


@area.post("/fraud-reports/{int:pk}/review", scope="grade", answer="fraud_reports")
def review(request: HttpRequest, pk: int, body: Verdict) -> dict[str, Any]:
    """Judge a report.

    For stewards, through a key of the trust class human. ``true_positive`` quarantines the rule;
    every other verdict undoes what stands about it.
    """
    caller = caller_of(request)
    caller.require_person("review a report")
    report: FraudReport = load("fraud_reports", pk, caller)
    services.review(
        actor=caller.person, report=report.pk, outcome=body.outcome, notes=body.notes,
        seen=body.seen,
    )  # fmt: skip
    return answer("fraud_reports", pk, caller)
