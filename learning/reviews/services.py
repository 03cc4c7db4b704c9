"""Requests that wait for a person: asking, deciding, putting off, taking back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.timeline.log import Write, name_of, shorten, write
from learning.reviews.access import a_steward, said
from learning.reviews.kinds import Kind, current_version, kind_of
from learning.reviews.models import CeoReview, ReviewSignature

TOPIC = "reviews"
VERDICTS = ("approve", "reject", "defer")
STATUS = {"approve": "approved", "reject": "rejected"}
TITLE_LIMIT, TEXT_LIMIT = 300, 20_000  # characters
DEFER_FOR = timedelta(days=1)  # where nobody says until when
DEFER_AT_MOST = timedelta(days=90)


@dataclass(frozen=True)
class Decision:
    """What became of a verdict. ``settled`` is False while signatures are missing, or put off."""

    review: CeoReview
    settled: bool
    signed: int = 0
    needed: int = 1


def open_review(
    *,
    actor: Any,
    title: str,
    context: str = "",
    recommendation: str = "",
    kind: str = "",
    subject: models.Model | None = None,
    version: str = "",
) -> CeoReview:
    """Ask a person. While a request of the same *kind* about the same *subject* is pending, that
    one is returned and nothing is written.

    Raises Refused 400 for an empty or too long text.
    """
    fields = {
        "title": _text("title", title, TITLE_LIMIT, needed=True),
        "context": _text("context", context, TEXT_LIMIT) or None,
        "recommendation": _text("recommendation", recommendation, TEXT_LIMIT) or None,
        "kind": kind,
        "subject_type": subject._meta.db_table if subject is not None else "",
        "subject_id": str(subject.pk) if subject is not None else "",
        "subject_version": version,
        "asked_by": name_of(actor),
    }
    with write(actor) as w:
        present = _pending(fields)
        if present is not None:
            return present
        try:
            with transaction.atomic():
                review = CeoReview.objects.create(**fields)
        except IntegrityError:  # somebody asked the same in the same moment
            present = _pending(fields)
            if present is None:
                raise
            return present
        words = f"asks: {shorten(review.title, 120)}"
        w.event(TOPIC, "asked", review, words, kind=kind, concerns=["steward"])
    return review


def _pending(fields: dict[str, Any]) -> CeoReview | None:
    if not fields["kind"]:
        return None
    same = {name: fields[name] for name in ("kind", "subject_type", "subject_id")}
    return CeoReview.objects.filter(status="pending", **same).first()


def decide(
    *,
    actor: Any,
    review: CeoReview | int,
    verdict: str,
    reason: str,
    seen_version: str | None = None,
    until: datetime | None = None,
) -> Decision:
    """Approve, reject or defer a request, with a reason. Stewards only.

    *seen_version* is the state of the subject that the person saw (as the request was asked where
    None); *until* is when a deferred request comes back. The effect of the kind happens in the
    same transaction. Raises Refused: 403 not a steward; 404 unknown; 400 bad verdict, no reason;
    409 ``decided`` already, ``stale`` subject, ``signed`` by this person already; and what the
    effect refuses.
    """
    person = a_steward(actor, "decide")
    if verdict not in VERDICTS:
        raise Refused("bad_verdict", f"A verdict is one of {', '.join(VERDICTS)}.")
    why = said(reason, least="whoever asked reads it")
    with write(person) as w:
        row = _locked(review)
        _still_pending(row)
        if verdict == "defer":
            _defer(w, row, why, until)
            return Decision(row, settled=False)
        kind = kind_of(row)
        now_version = _fresh(row, verdict, seen_version)
        if verdict == "approve":
            signed = _sign(row, kind, name_of(person), why, now_version)
            if signed < kind.signatures():
                w.event(
                    TOPIC, "signed", row, _line(row, f"signed, {signed} of {kind.signatures()}")
                )
                return Decision(row, False, signed, kind.signatures())
        _settle(w, row, kind, person, verdict, why)
    return Decision(row, settled=True, signed=kind.signatures(), needed=kind.signatures())


def _locked(review: CeoReview | int) -> CeoReview:
    pk = review.pk if isinstance(review, CeoReview) else review
    row = CeoReview.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise Refused("not_found", f"No review has the id {pk}.", status=404)
    return row


def _still_pending(row: CeoReview) -> None:
    if row.status != "pending":
        by = f" by {row.decided_by}" if row.decided_by else ""
        raise Refused("decided", f"This was {row.status}{by} already.", status=409)


def _fresh(row: CeoReview, verdict: str, seen: str | None) -> str:
    """The subject's version now; raises Refused 409 when the person saw another.

    A request whose subject is gone can still be rejected.
    """
    try:
        now = current_version(row)
    except Refused:
        if verdict == "reject":
            return row.subject_version
        raise
    if now != (row.subject_version if seen is None else seen):
        raise Refused("stale", "This has changed since you looked. Look again.", status=409)
    return now


def _sign(row: CeoReview, kind: Kind, person: str, why: str, version: str) -> int:
    """Add a person's signature; how many hold now. One is enough without a row."""
    if kind.signatures() <= 1:
        return 1
    standing = ReviewSignature.objects.filter(review=row, version=version)
    if standing.filter(person=person).exists():
        raise Refused("signed", "You have signed this already; another steward has to.", status=409)
    ReviewSignature.objects.update_or_create(
        review=row,
        person=person,
        defaults={"reason": why, "version": version, "signed_at": timezone.now()},
    )
    return standing.count()


def _settle(w: Write, row: CeoReview, kind: Kind, person: Any, verdict: str, why: str) -> None:
    now = timezone.now()
    _set(
        row,
        "pending",
        status=STATUS[verdict],
        decided_by=name_of(person),
        reason=why,
        reviewed_at=now,
        deferred_until=None,
    )
    effect = kind.on_approve if verdict == "approve" else kind.on_reject
    effect(row, person, why)
    words = _line(row, f"{row.status}. {why}")
    asker = [f"@{row.asked_by}"] if row.asked_by else []
    w.event(TOPIC, row.status, row, words, kind=row.kind, concerns=asker)


def _defer(w: Write, row: CeoReview, why: str, until: datetime | None) -> None:
    now = timezone.now()
    back = until or now + DEFER_FOR
    if not now < back <= now + DEFER_AT_MOST:
        raise Refused("bad_time", f"Put off until a time within {DEFER_AT_MOST.days} days.")
    _set(row, "pending", deferred_until=back, reason=why)
    w.event(TOPIC, "deferred", row, _line(row, f"put off until {back:%Y-%m-%d %H:%M} UTC. {why}"))


def take_back(*, actor: Any, review: CeoReview | int, reason: str = "") -> CeoReview:
    """Open a decided or deferred request again; what its approval did is undone. Stewards only.

    Raises Refused: 403; 404; 409 when it is pending and not put off, when its effect cannot be
    undone, or when the same is asked again meanwhile.
    """
    person = a_steward(actor, "take a verdict back")
    why = said(reason)
    with write(person) as w:
        row = _locked(review)
        if row.status == "pending" and row.deferred_until is None:
            raise Refused("not_decided", "Nothing has been decided here yet.", status=409)
        if row.status == "approved":
            undo = kind_of(row).undo_approve
            if undo is None:
                raise Refused("final", "What this approval did cannot be taken back.", status=409)
            undo(row, person, why)
        ReviewSignature.objects.filter(review=row).delete()
        _reopen(row)
        w.event(TOPIC, "taken_back", row, _line(row, f"taken back. {why}"))
    return row


def _reopen(row: CeoReview) -> None:
    try:
        with transaction.atomic():
            _set(
                row,
                row.status,
                status="pending",
                decided_by="",
                reason="",
                reviewed_at=None,
                deferred_until=None,
                subject_version=current_version(row),
            )
    except IntegrityError:
        raise Refused("asked_again", "The same is asked again already.", status=409) from None


def _set(row: CeoReview, was: str, **columns: Any) -> None:
    """Compare and set: raises Refused 409 when the state is not the one that was read."""
    columns["governed_at"] = timezone.now()
    if CeoReview.objects.filter(pk=row.pk, status=was).update(**columns) != 1:
        raise Refused("decided", "Somebody else decided this in the same moment.", status=409)
    for name, value in columns.items():
        setattr(row, name, value)


def _line(row: CeoReview, words: str) -> str:
    return f"“{shorten(row.title, 100)}”: {words}".strip()


def _text(name: str, value: str, limit: int, *, needed: bool = False) -> str:
    text = (value or "").strip()
    if needed and not text:
        raise Refused("empty", f"The {name} is empty.")
    if len(text) > limit:
        raise Refused("too_long", f"The {name} has at most {limit:,} characters.")
    return text
