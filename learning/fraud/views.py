"""Pages of gaming: the queue, a report, the detectors and their thresholds."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from elfsite.errors import Refused
from game.players.access import person_of
from learning.fraud import queries, services
from learning.fraud.detectors import DETECTORS
from learning.fraud.detectors.context import THRESHOLD
from learning.fraud.figures import strip
from learning.fraud.fusion import BORDERS
from learning.fraud.known import borders_now, latest_profile
from learning.fraud.models import (
    FRAUD_CLASSIFICATIONS,
    FraudProfile,
    FraudReport,
    ThresholdChange,
    ThresholdRecommendation,
)
from learning.fraud.page import context_of
from learning.fraud.services.reviews import WORDS
from learning.heuristics.models import Heuristic

MOST_SHOWN = 200
SHOWN = {"": "suspicious or worse", "all": "every suspicion"}


def _report(pk: int) -> FraudReport:
    row = FraudReport.objects.filter(pk=pk, gone_at__isnull=True).first() if pk < 2**63 else None
    if row is None:
        raise Http404(f"There is no fraud report {pk}.")
    return row


@never_cache
@require_safe
def show_queue(request: HttpRequest) -> HttpResponse:
    """Reports that wait, by priority."""
    person_of(request)
    which = request.GET.get("show", "")
    if which not in SHOWN:
        raise Refused("bad_show", "show is all, or left out.")
    rows = list(queries.pending(everything=which == "all")[: MOST_SHOWN + 1])
    classes, verdicts = queries.tallies()
    rules = Heuristic.objects.in_bulk({row.heuristic_id for row in rows})
    context = {
        "rows": [
            (row, rules.get(row.heuristic_id), strip(row.fraud_score)) for row in rows[:MOST_SHOWN]
        ],
        "more": len(rows) > MOST_SHOWN,
        "which": which,
        "profile": FraudProfile.objects.order_by("-made_at").defer("data").first(),
        "counted": [(word, n) for word in FRAUD_CLASSIFICATIONS if (n := classes.get(word))],
        "judged": [(WORDS.get(word, word), n) for word, n in sorted(verdicts.items())],
    }
    return render(request, "learning/fraud/queue.html", context)


@never_cache
@require_safe
def show_report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: how its number came to be, what would clear it, what was done."""
    context = context_of(_report(pk), person_of(request))
    return render(request, "learning/fraud/report.html", context)


@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """A steward's verdict."""
    person = person_of(request)
    row = services.review(
        actor=person,
        report=_report(pk),
        outcome=request.POST.get("outcome", ""),
        notes=request.POST.get("notes", ""),
        seen=request.POST.get("seen"),
    )
    messages.success(request, f"Report {pk} is {WORDS[str(row.review_outcome)]}.")
    return redirect("fraud_report", pk=pk)


@require_POST
def respond(request: HttpRequest, pk: int) -> HttpResponse:
    """A steward's response."""
    person = person_of(request)
    made = services.respond(
        actor=person,
        report=_report(pk),
        response_type=request.POST.get("response", ""),
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, f"Done: {made.response_type.replace('_', ' ')}.")
    return redirect("fraud_report", pk=pk)


@require_POST
def roll_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a response, and go back to the report it was undone on."""
    person = person_of(request)
    row = services.roll_back(actor=person, response=pk, reason=request.POST.get("reason", ""))
    messages.success(request, f"Undone: {row.response_type.replace('_', ' ')}.")
    shown = request.POST.get("report", "")
    known = shown.isdigit() and len(shown) < 19
    return redirect("fraud_report", pk=int(shown) if known else row.fraud_report_id)


@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at a report's rule once more, now."""
    person = person_of(request)
    row = services.check_heuristic(
        actor=person, heuristic=_report(pk).heuristic_id, reason=f"asked by {person.login}"
    )
    messages.success(request, f"Looked again: {row.classification.replace('_', ' ')}.")
    return redirect("fraud_report", pk=row.pk)


@never_cache
@require_safe
def show_detectors(request: HttpRequest) -> HttpResponse:
    """How right the detectors were, and what the reviews say about their thresholds."""
    person_of(request)
    thresholds, borders = borders_now()
    by_domain, profile = queries.precision_by_domain(), latest_profile()
    context: dict[str, Any] = {
        "detectors": [
            (each, thresholds.get(each.name, THRESHOLD), each.name in thresholds)
            for each in queries.precision_by_detector(DETECTORS)
        ],
        "domains": [pair for pair in by_domain if pair[0]],
        "borders": [(name, value, value != BORDERS[name]) for name, value in borders.items()],
        "pending": list(ThresholdRecommendation.objects.filter(decision="pending").order_by("pk")),
        "decided": _decided(),
        "reviewers": queries.reviewers(),
        "profile": profile,
        "usual": f"{profile.overall.mean * 100:.0f} %" if profile.overall else "",
        "measured": FraudProfile.objects.order_by("-made_at").defer("data").first(),
        "trail": [("Fraud", reverse("fraud")), ("detectors", "")],
    }
    return render(request, "learning/fraud/detectors.html", context)


def _decided() -> list[ThresholdChange]:
    rows = ThresholdChange.objects.select_related("recommendation").order_by("-changed_at")
    return list(rows[:20])


@require_POST
def recommend(request: HttpRequest) -> HttpResponse:
    """Work out what the reviewed reports say."""
    said = services.recommend_thresholds(actor=person_of(request))
    told = [word for word in said.values() if word in {"recommended", "unchanged"}]
    unknown = sorted(
        {word.replace("_", " ") for word in said.values()} - {"recommended", "unchanged"}
    )
    words = f"{told.count('recommended')} recommended, {told.count('unchanged')} unchanged"
    if unknown:
        words += f"; {len(said) - len(told)} cannot be told: {', '.join(unknown)}"
    messages.success(request, f"{words}.")
    return redirect("fraud_detectors")


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply or reject a recommendation."""
    person, word = person_of(request), request.POST.get("decision", "")
    if word == "apply":
        services.apply_recommendation(actor=person, recommendation=pk)
    elif word == "reject":
        services.reject_recommendation(actor=person, recommendation=pk)
    else:
        raise Refused("bad_decision", "A decision is apply or reject.")
    messages.success(request, "Applied." if word == "apply" else "Rejected.")
    return redirect("fraud_detectors")


@require_POST
def put_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a border back to where it was."""
    services.roll_back_threshold(actor=person_of(request), change=pk)
    messages.success(request, "Put back.")
    return redirect("fraud_detectors")
