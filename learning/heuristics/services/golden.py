"""Golden rules by consent: proposing, signing, demoting. Nothing becomes golden by arithmetic."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings

from elfsite.errors import Refused
from elfsite.timeline.log import name_of, shorten, write
from learning.heuristics.golden import FROM_FILE, gates_of, unmet, version_of, why_demote
from learning.heuristics.models import Heuristic
from learning.heuristics.services.rules import change, locked, note, now_or
from learning.reviews import services as reviews
from learning.reviews.access import a_steward, only_stewards
from learning.reviews.access import said as reason_of
from learning.reviews.kinds import Kind, on_decision
from learning.reviews.models import CeoReview, ReviewSignature

GOLDEN, GOLDEN_FILE, DEMOTION = "golden", "golden_file", "demotion"


def propose_golden(*, actor: Any, heuristic: Heuristic | int, reason: str = "") -> CeoReview:
    """Ask the stewards to make a rule golden. While it is asked, the pending request is returned.

    Raises Refused: 404 unknown; 409 golden already, or a condition that is not met, by name.
    """
    why = reason_of(reason)
    rule = _rule(heuristic)
    if rule.is_golden:
        raise Refused("golden", "Already a golden rule", status=409)
    missing = unmet(gates_of(rule))
    if missing:
        raise Refused("not_earned", f"Not earned yet. {'; '.join(missing)}.", status=409)
    return reviews.open_review(
        actor=actor,
        kind=GOLDEN,
        subject=rule,
        version=version_of(rule),
        title=f"Make golden: {shorten(rule.rule, 200)}",
        context=why,
        recommendation="Approve if you would have every agent follow it.",
    )


def propose_from_file(*, actor: Any, heuristic: Heuristic, context: str) -> CeoReview:
    """Ask the stewards whether a rule that another team's file calls golden is golden here."""
    return reviews.open_review(
        actor=actor,
        kind=GOLDEN_FILE,
        subject=heuristic,
        version=version_of(heuristic),
        title=f"Golden elsewhere: {shorten(heuristic.rule, 200)}",
        context=context,
        recommendation="Approving takes the other team's word; it carries 0.5 until it is used.",
    )


def propose_demotion(*, actor: Any, heuristic: Heuristic | int, reason: str = "") -> CeoReview:
    """Ask the stewards whether a golden rule should stay one. Refusals: 404; 409 not golden."""
    rule = _rule(heuristic)
    if not rule.is_golden:
        raise Refused("not_golden", "Heuristic is not golden", status=409)
    why = reason_of(reason) or why_demote(rule)
    return reviews.open_review(
        actor=actor,
        kind=DEMOTION,
        subject=rule,
        version=version_of(rule),
        title=f"Demote: {shorten(rule.rule, 200)}",
        context=why,
        recommendation="Approving takes the gold; the rule stays active.",
    )


def approve_golden(
    *, actor: Any, heuristic: Heuristic | int, reason: str, seen_version: str | None = None
) -> reviews.Decision:
    """Ask and sign in one step: a steward makes a rule golden, or signs as one of several.

    Refusals as ``propose_golden`` and ``reviews.services.decide``.
    """
    a_steward(actor, "make a rule golden")
    with write(actor):
        review = propose_golden(actor=actor, heuristic=heuristic)
        return reviews.decide(
            actor=actor, review=review, verdict="approve", reason=reason, seen_version=seen_version
        )


def demote(
    *, actor: Any, heuristic: Heuristic | int, reason: str, at: datetime | None = None
) -> Heuristic:
    """Take a rule's gold; it stays what it is otherwise.

    Raises Refused: 404 unknown; 403 for a person who does not govern; 409 not golden.
    """
    only_stewards(actor, "demote a rule")
    why = reason_of(reason, least="what speaks against it")
    now = now_or(at)
    with write(actor) as w:
        rule = locked(heuristic)
        if not rule.is_golden:
            raise Refused("not_golden", "Heuristic is not golden", status=409)
        change(rule, now, is_golden=False, golden_at=None, golden_by="")
        note(w, "demoted", rule, f"no longer golden. {why}")
    return rule


def _rule(heuristic: Heuristic | int) -> Heuristic:
    pk = heuristic.pk if isinstance(heuristic, Heuristic) else heuristic
    rule = Heuristic.objects.filter(pk=pk).first()
    if rule is None:
        raise Refused("not_found", f"No heuristic has the id {pk}.", status=404)
    return rule


def subject_of(review: CeoReview) -> Heuristic:
    """The rule that a request is about; raises Refused 404 when it is gone."""
    return _rule(int(review.subject_id) if review.subject_id.isdigit() else 0)


def _version(review: CeoReview) -> str:
    return version_of(subject_of(review))


def _make_golden(review: CeoReview, actor: Any, reason: str) -> None:
    """The effect of the last signature. The conditions are looked at once more."""
    now = now_or(None)
    with write(actor) as w:
        rule = locked(subject_of(review))
        if rule.is_golden:
            raise Refused("golden", "Already a golden rule", status=409)
        missing = unmet(gates_of(rule)) if review.kind == GOLDEN else _closed(rule)
        if missing:
            raise Refused("not_earned", f"Not earned any more. {'; '.join(missing)}.", status=409)
        signers = _signers(review, rule, actor)
        change(rule, now, is_golden=True, golden_at=now, golden_by=signers)
        note(w, "golden", rule, f"golden, signed by {signers}. {reason}")


def _closed(rule: Heuristic) -> list[str]:
    free = rule.status == "active" and not rule.is_quarantined and rule.frozen_at is None
    return [] if free else [f"Active and not frozen: {rule.status}"]


def _signers(review: CeoReview, rule: Heuristic, actor: Any) -> str:
    """Everybody whose signature holds, the last one included."""
    standing = ReviewSignature.objects.filter(review=review, version=version_of(rule))
    found = list(standing.order_by("signed_at").values_list("person", flat=True))
    return ", ".join(found if name_of(actor) in found else [*found, name_of(actor)])


def _take_gold(review: CeoReview, actor: Any, reason: str) -> None:
    rule = subject_of(review)
    demote(actor=actor, heuristic=rule, reason=reason or "an approval was taken back")


def _give_gold(review: CeoReview, actor: Any, reason: str) -> None:
    """A demotion was taken back: golden again as before, signed by who takes it back."""
    now = now_or(None)
    with write(actor) as w:
        rule = locked(subject_of(review))
        if rule.is_golden:
            raise Refused("golden", "Already a golden rule", status=409)
        change(rule, now, is_golden=True, golden_at=now, golden_by=name_of(actor))
        note(w, "golden", rule, f"golden again: the demotion was taken back. {reason}")


def _signatures() -> int:
    return int(settings.GOLDEN_SIGNATURES)


def register(**shows: Any) -> None:
    """Tell the inbox what verdicts about gold do; *shows* draws each kind."""
    for name, word, glyph, hue in (
        (GOLDEN, "golden candidate", "stage-candidate", "gold"),
        (GOLDEN_FILE, "golden elsewhere", "stage-candidate", "gold"),
    ):
        on_decision(
            Kind(
                name,
                word,
                glyph,
                hue,
                version=_version,
                on_approve=_make_golden,
                undo_approve=_take_gold,
                signatures=_signatures,
                show=shows.get(name),
            )
        )
    on_decision(
        Kind(
            DEMOTION,
            "demotion",
            "stage-risk",
            "hot",
            version=_version,
            on_approve=_take_gold,
            undo_approve=_give_gold,
            signatures=_signatures,
            show=shows.get(DEMOTION),
        )
    )


__all__ = [
    "DEMOTION",
    "FROM_FILE",
    "GOLDEN",
    "GOLDEN_FILE",
    "approve_golden",
    "demote",
    "propose_demotion",
    "propose_from_file",
    "propose_golden",
    "register",
    "subject_of",
]
