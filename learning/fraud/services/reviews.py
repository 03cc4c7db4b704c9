"""The verdict of a person on a report, and what follows from it."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.timeline.log import Write, name_of, write
from learning.fraud.models import FraudReport, FraudReview
from learning.fraud.services.responses import (
    carry_out,
    locked_report,
    standing_responses,
    undo_locked,
)
from learning.heuristics.models import Heuristic
from learning.reviews.access import a_steward
from learning.reviews.access import said as reason_of

TOPIC = "fraud"
RIGHT, WRONG, PENDING = "true_positive", "false_positive", "pending"
WORDS = {
    RIGHT: "confirmed",
    WRONG: "cleared, a false alarm",
    "dismissed": "dismissed",
    PENDING: "open again",
}


def version_of(report: FraudReport) -> str:
    """The state that a verdict is about: it changes with every review."""
    last = FraudReview.objects.filter(fraud_report=report).order_by("-pk").first()
    return f"{report.review_outcome or ''}.{last.pk if last else 0}"


def review(
    *,
    actor: Any,
    report: FraudReport | int,
    outcome: str,
    notes: str = "",
    seen: str | None = None,
) -> FraudReport:
    """Judge a report; an earlier verdict may be changed, the history keeps both. Stewards only.

    true_positive quarantines the rule, takes its gold and resets its confidence, remembering all
    of it; every other verdict undoes what stands about the rule, and false_positive takes a flag
    away as well. dismissed teaches the detectors nothing, pending opens the report again.
    *seen* is the ``version_of`` that the person saw. Raises Refused: 403; 404; 400 for another
    word; 409 ``stale``, ``reviewed`` so already, or what the rule's state does not allow.
    """
    person = a_steward(actor, "review a report")
    why = reason_of(notes)
    if outcome not in FraudReport.OUTCOMES:
        words = ", ".join(FraudReport.OUTCOMES)
        raise Refused("bad_outcome", f"Invalid outcome: {outcome!r} is none of {words}.")
    with write(person) as w:
        row = locked_report(report)
        if seen is not None and seen != version_of(row):
            raise Refused("stale", "This was reviewed since you looked. Look again.", status=409)
        if row.review_outcome == outcome:
            raise Refused("reviewed", f"This is {WORDS[outcome]} already.", status=409)
        before = row.review_outcome
        _enter(row, outcome, why, name_of(person))
        _follow(w, person, row, before, why)
        words = f"h-{row.heuristic_id}: report {row.pk} {WORDS[outcome]}. {why}".strip()
        w.event(TOPIC, "reviewed", row, words, outcome=outcome, before=before)
    return row


def _enter(row: FraudReport, outcome: str, why: str, person: str) -> None:
    now = timezone.now()
    closed = outcome != PENDING
    FraudReview.objects.create(
        fraud_report=row,
        old_outcome=row.review_outcome,
        new_outcome=outcome,
        notes=why,
        changed_by=person,
        changed_at=now,
    )
    columns: dict[str, Any] = {
        "review_outcome": outcome,
        "reviewed_at": now if closed else None,
        "reviewed_by": person if closed else None,
        "review_notes": why,
        "governed_at": now,
    }
    FraudReport.objects.filter(pk=row.pk).update(**columns)
    for name, value in columns.items():
        setattr(row, name, value)


def _follow(w: Write, person: Any, row: FraudReport, before: str | None, why: str) -> None:
    """What the verdict does to the rule; a rule that is gone keeps its reports reviewable."""
    rule = Heuristic.objects.filter(pk=row.heuristic_id).first()
    if rule is None:
        return
    reason = why or f"report {row.pk} {WORDS[str(row.review_outcome)]}"
    if row.review_outcome == RIGHT:
        now = timezone.now()
        if not rule.is_quarantined:
            carry_out(w, person, row, "status_quarantine", reason, now)
        carry_out(w, person, row, "confidence_reset", reason, now)
    elif row.review_outcome != PENDING or before == RIGHT:
        _undo_all(w, person, row, reason)
    flag = (row.review_outcome == WRONG) - (before == WRONG)
    if flag > 0:
        Heuristic.objects.filter(pk=rule.pk, fraud_flags__gt=0).update(
            fraud_flags=F("fraud_flags") - 1
        )
    elif flag < 0:
        Heuristic.objects.filter(pk=rule.pk).update(fraud_flags=F("fraud_flags") + 1)


def _undo_all(w: Write, person: Any, row: FraudReport, why: str) -> None:
    """Undo what stands about the rule, latest first, but for what another confirmed report did."""
    confirmed = FraudReport.objects.filter(heuristic_id=row.heuristic_id, review_outcome=RIGHT)
    others = set(confirmed.exclude(pk=row.pk).values_list("pk", flat=True))
    for response in standing_responses(row.heuristic_id):
        if response.fraud_report_id in others:
            continue
        try:
            undo_locked(w, person, response, why)
        except Refused as refused:
            _keep(w, row, response.response_type, refused)


def _keep(w: Write, row: FraudReport, word: str, refused: Refused) -> None:
    """A response that the rule's state does not let us undo is told, not hidden."""
    words = f"h-{row.heuristic_id}: {word.replace('_', ' ')} cannot be undone. {refused.sentence}"
    w.event(TOPIC, "kept", row, words, code=refused.code)
