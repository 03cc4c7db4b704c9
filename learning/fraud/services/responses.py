"""What is done about a report, by the product itself or by a steward, and how it is undone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.origins.seedjson import dump, read
from elfsite.timeline.log import Write, name_of, write
from learning.fraud.models import FraudReport, FraudResponse
from learning.fraud.services.acts import ACTS, UNDO
from learning.reviews.access import a_steward
from learning.reviews.access import said as reason_of

TOPIC = "fraud"
SYSTEM = "system"
MOST_FREEZES_A_DAY = 5  # by the product itself, per UTC day
MOST_FREEZES = 10  # of anybody within 24 hours: beyond, people alone decide

# what each mode does by itself; the word of the mode is ELF_FRAUD_MODE
MATRIX: dict[str, dict[str, tuple[str, ...]]] = {
    "observe": {"fraud_likely": ("alert",), "fraud_confirmed": ("alert",)},
    "confirmed": {
        "fraud_likely": ("alert",),
        "fraud_confirmed": ("status_quarantine", "ceo_escalation"),
    },
    "full": {
        "fraud_likely": ("confidence_freeze", "rate_limit_tighten", "alert"),
        "fraud_confirmed": ("status_quarantine", "ceo_escalation"),
    },
}
AGAIN = ("auto_deprecate", "ceo_escalation")  # mode full: confirmed again after a true positive


def respond_automatically(w: Write, report: FraudReport, now: datetime) -> list[FraudResponse]:
    """What the mode asks for, held back by the safety valves; inside the write of the report."""
    wanted = MATRIX[settings.FRAUD_MODE].get(report.classification, ())
    if settings.FRAUD_MODE == "full" and report.classification == "fraud_confirmed":
        wanted = AGAIN if _was_right_before(report) else wanted
    held_back = ""
    if set(wanted) - {"alert"} and freezes_since(now - timedelta(hours=24)) > MOST_FREEZES:
        wanted, held_back = ("alert",), "more than 10 freezes in 24 hours: people decide"
    elif "confidence_freeze" in wanted and _freezes_today(now) >= MOST_FREEZES_A_DAY:
        wanted, held_back = ("alert",), "5 freezes today already"
    made = []
    for word in wanted:
        try:
            made.append(carry_out(w, SYSTEM, report, word, _why(report, held_back), now))
        except Refused:
            continue  # done already, or not possible in the rule's state: nothing was written
    return made


def respond(
    *, actor: Any, report: FraudReport | int, response_type: str, reason: str
) -> FraudResponse:
    """A steward answers a report with one of the documented responses.

    Raises Refused: 403 not a steward; 404; 400 for another word or no reason; 409 what the rule's
    state does not allow.
    """
    person = a_steward(actor, "answer a report")
    why = reason_of(reason, least="what the response is for")
    if response_type not in ACTS:
        raise Refused("bad_response", f"A response is one of {', '.join(ACTS)}.")
    with write(person) as w:
        row = locked_report(report)
        return carry_out(w, person, row, response_type, why, timezone.now())


def roll_back(*, actor: Any, response: FraudResponse | int, reason: str = "") -> FraudResponse:
    """Undo a response with what it kept; its row stays and says when. Stewards only.

    Raises Refused: 403; 404; 409 when it was undone already, cannot be undone, or when the rule's
    state has changed since.
    """
    person = a_steward(actor, "undo a response")
    why = reason_of(reason)
    with write(person) as w:
        row = _locked(response)
        if row.response_type not in UNDO:
            raise Refused("kept", "People were told; that cannot be unsaid.", status=409)
        undo_locked(w, person, row, why)
    return row


def undo_locked(w: Write, actor: Any, row: FraudResponse, why: str) -> None:
    """Undo a response whose row is held; raises Refused 409 when it was undone already."""
    now = timezone.now()
    same = FraudResponse.objects.filter(pk=row.pk, rollback_at__isnull=True)
    if same.update(rollback_at=now, governed_at=now) != 1:
        raise Refused("rolled_back", "This was undone already.", status=409)
    row.rollback_at = now
    report = row.fraud_report
    kept = read(row.parameters, empty={}).value
    UNDO[row.response_type](actor, report, kept if isinstance(kept, dict) else {}, why)
    words = f"h-{report.heuristic_id}: {row.response_type.replace('_', ' ')} undone. {why}"
    w.event(TOPIC, "rolled_back", report, words.strip(), response=row.pk)


def standing_responses(heuristic: int) -> list[FraudResponse]:
    """Responses about a rule that can be undone and were not, latest first."""
    rows = FraudResponse.objects.filter(
        fraud_report__heuristic_id=heuristic,
        rollback_at__isnull=True,
        response_type__in=tuple(UNDO),
        origin__isnull=True,
    )
    return list(rows.select_related("fraud_report").order_by("-pk"))


def freezes_since(moment: datetime) -> int:
    """Freezes since then, of anybody."""
    return FraudResponse.objects.filter(
        response_type="confidence_freeze", executed_at__gte=moment
    ).count()


def _freezes_today(now: datetime) -> int:
    day = now.astimezone(timezone.get_default_timezone()).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    return FraudResponse.objects.filter(
        response_type="confidence_freeze", executed_at__gte=day, executed_by=SYSTEM
    ).count()


def _was_right_before(report: FraudReport) -> bool:
    earlier = FraudReport.objects.filter(
        heuristic_id=report.heuristic_id, review_outcome="true_positive"
    )
    return earlier.exclude(pk=report.pk).exists()


def _why(report: FraudReport, held_back: str) -> str:
    words = f"report {report.pk}, {report.classification.replace('_', ' ')}"
    return f"{words}; {held_back}" if held_back else words


def carry_out(
    w: Write, actor: Any, report: FraudReport, word: str, why: str, now: datetime
) -> FraudResponse:
    taken = ACTS[word](actor, report, why)
    response = FraudResponse.objects.create(
        fraud_report=report,
        response_type=word,
        parameters=dump({**taken, "reason": why}),
        executed_at=now,
        executed_by=name_of(actor),
    )
    words = f"h-{report.heuristic_id}: {word.replace('_', ' ')}. {why}"
    w.event(TOPIC, "responded", report, words, response=response.pk, type=word)
    return response


def locked_report(report: FraudReport | int) -> FraudReport:
    """The report as it is now, nobody else's to change until the write ends; Refused 404."""
    pk = report.pk if isinstance(report, FraudReport) else report
    row = FraudReport.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise Refused("not_found", f"No fraud report has the id {pk}.", status=404)
    return row


def _locked(response: FraudResponse | int) -> FraudResponse:
    pk = response.pk if isinstance(response, FraudResponse) else response
    row = FraudResponse.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise Refused("not_found", f"No response has the id {pk}.", status=404)
    return row
