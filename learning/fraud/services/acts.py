"""The seven responses: what each does to its rule, what it keeps of it, and how it is undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from elfsite.errors import Refused
from game.players.models import User
from learning.fraud.models import FraudReport
from learning.heuristics import services as heuristics
from learning.heuristics.confidence import CEILING, FLOOR
from learning.heuristics.models import Heuristic
from learning.reviews import services as reviews

RESET_TO = 0.5
RESET_REVIEW = "fraud_reset"  # the kind of request that an escalation opens

Taken = dict[str, Any]  # small JSON: the rule's columns as they were
Act = Callable[[Any, FraudReport, str], Taken]
Undo = Callable[[Any, FraudReport, Taken, str], None]


def _alert(actor: Any, report: FraudReport, why: str) -> Taken:
    return {
        "classification": report.classification,
        "fraud_score": report.fraud_score,
        "signal_count": report.signal_count,
    }


def _freeze(actor: Any, report: FraudReport, why: str) -> Taken:
    return heuristics.freeze(actor=actor, heuristic=report.heuristic_id, reason=why)


def _reset(actor: Any, report: FraudReport, why: str) -> Taken:
    return heuristics.reset_confidence(
        actor=actor, heuristic=report.heuristic_id, reason=why, to=RESET_TO
    )


def _quarantine(actor: Any, report: FraudReport, why: str) -> Taken:
    return heuristics.quarantine(actor=actor, heuristic=report.heuristic_id, reason=why)


def _tighten(actor: Any, report: FraudReport, why: str) -> Taken:
    rule = Heuristic.objects.filter(pk=report.heuristic_id).only("daily_limit").first()
    if rule is not None and rule.daily_limit is not None:
        raise Refused("limited", "The limits of this rule are tightened already.", status=409)
    return heuristics.tighten_limits(actor=actor, heuristic=report.heuristic_id, reason=why)


def _escalate(actor: Any, report: FraudReport, why: str) -> Taken:
    rule = Heuristic.objects.filter(pk=report.heuristic_id).first()
    if rule is None:
        raise Refused("not_found", f"No heuristic has the id {report.heuristic_id}.", status=404)
    asked = reviews.open_review(
        actor=actor,
        kind=RESET_REVIEW,
        subject=rule,
        version=str(report.pk),
        title=f"Reset h-{rule.pk} to {RESET_TO:.3f}: gaming {report.fraud_score:.3f}",
        context=f"Report {report.pk} says {report.classification.replace('_', ' ')}. {why}",
        recommendation="Approving sets the confidence back to where rules begin; it can be undone.",
    )
    return {"review": asked.pk}


def _deprecate(actor: Any, report: FraudReport, why: str) -> Taken:
    rule = Heuristic.objects.filter(pk=report.heuristic_id).only("status").first()
    heuristics.deprecate(actor=actor, heuristic=report.heuristic_id, reason=why)
    return {"status": rule.status if rule else "active"}


def _unfreeze(actor: Any, report: FraudReport, kept: Taken, why: str) -> None:
    heuristics.unfreeze(actor=actor, heuristic=report.heuristic_id, reason=why)


def _give_back(actor: Any, report: FraudReport, kept: Taken, why: str) -> None:
    old = kept.get("old_confidence")
    if isinstance(old, int | float):
        heuristics.set_manual(
            actor=actor,
            heuristic=report.heuristic_id,
            confidence=min(CEILING, max(FLOOR, float(old))),
            reason=why or "the reset was undone",
        )


def _release(actor: Any, report: FraudReport, kept: Taken, why: str) -> None:
    heuristics.release(actor=actor, heuristic=report.heuristic_id, before=kept, reason=why)


def _loosen(actor: Any, report: FraudReport, kept: Taken, why: str) -> None:
    heuristics.loosen_limits(actor=actor, heuristic=report.heuristic_id, reason=why, before=kept)


def _withdraw(actor: Any, report: FraudReport, kept: Taken, why: str) -> None:
    """The question is answered with no, unless somebody answered it meanwhile."""
    if isinstance(actor, User) and isinstance(kept.get("review"), int):
        try:
            reviews.decide(
                actor=actor,
                review=kept["review"],
                verdict="reject",
                reason=why or "the escalation was undone",
            )
        except Refused as refused:
            if refused.code not in {"decided", "not_found"}:
                raise


def _restore(actor: Any, report: FraudReport, kept: Taken, why: str) -> None:
    status = kept.get("status")
    heuristics.restore(
        actor=actor,
        heuristic=report.heuristic_id,
        reason=why,
        status=status if status in {"active", "dormant"} else "active",
    )


ACTS: dict[str, Act] = {
    "alert": _alert,
    "confidence_freeze": _freeze,
    "confidence_reset": _reset,
    "status_quarantine": _quarantine,
    "rate_limit_tighten": _tighten,
    "ceo_escalation": _escalate,
    "auto_deprecate": _deprecate,
}
UNDO: dict[str, Undo] = {
    "confidence_freeze": _unfreeze,
    "confidence_reset": _give_back,
    "status_quarantine": _release,
    "rate_limit_tighten": _loosen,
    "ceo_escalation": _withdraw,
    "auto_deprecate": _restore,
}
