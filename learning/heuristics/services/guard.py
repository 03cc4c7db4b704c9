"""What is done to a rule under suspicion, and undone; and what a steward sets by hand.

Each service returns what it touched, so that the caller can keep it and give it back later.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from elfsite.errors import Refused
from elfsite.timeline.log import write
from learning.heuristics.confidence import (
    CEILING,
    FLOOR,
    MANUAL,
    RESET,
    START,
    TIGHT_COOLDOWN_MINUTES,
    TIGHT_UPDATES_A_DAY,
    Step,
    step,
)
from learning.heuristics.models import Heuristic
from learning.heuristics.services.rules import (
    Said,
    arrow,
    carry,
    change,
    locked,
    note,
    now_or,
    numbers,
    state_of,
)
from learning.reviews.access import only_stewards
from learning.reviews.access import said as reason_of

Before = dict[str, Any]  # small JSON: columns as they were


def freeze(
    *, actor: Any, heuristic: Heuristic | int, reason: str, at: datetime | None = None
) -> Before:
    """Hold a rule's confidence still. Raises Refused: 404, 403, 409 when it is frozen already."""
    only_stewards(actor, "freeze a rule")
    why = reason_of(reason, least="what the suspicion is")
    now = now_or(at)
    with write(actor) as w:
        rule = locked(heuristic)
        if rule.frozen_at is not None:
            raise Refused("frozen", "Heuristic is frozen already", status=409)
        change(rule, now, frozen_at=now, frozen_reason=why)
        note(w, "frozen", rule, f"frozen at {rule.confidence:.3f}. {why}")
    return {"confidence": rule.confidence}


def unfreeze(
    *, actor: Any, heuristic: Heuristic | int, reason: str = "", at: datetime | None = None
) -> None:
    """Let a confidence move again. The idle clock starts anew: nobody could use the rule.

    Raises Refused: 404, 403, 409 when it is not frozen.
    """
    only_stewards(actor, "unfreeze a rule")
    why = reason_of(reason)
    now = now_or(at)
    with write(actor) as w:
        rule = locked(heuristic)
        if rule.frozen_at is None:
            raise Refused("not_frozen", "Heuristic is not frozen", status=409)
        change(rule, now, frozen_at=None, frozen_reason="", idle_since=now, decay_steps=0)
        note(w, "unfrozen", rule, f"may move again. {why}")


def quarantine(
    *, actor: Any, heuristic: Heuristic | int, reason: str, at: datetime | None = None
) -> Before:
    """Put a rule under the bell jar: no outcomes, not served, not golden.

    Returns status, confidence and gold as they were, for ``release``. Raises Refused: 404, 403,
    409 when it is quarantined already.
    """
    only_stewards(actor, "quarantine a rule")
    why = reason_of(reason, least="what was found")
    now = now_or(at)
    with write(actor) as w:
        rule = locked(heuristic)
        if rule.is_quarantined and rule.status == "quarantined":
            raise Refused("quarantined", "Heuristic is quarantined already", status=409)
        before = {
            "status": rule.status,
            "confidence": rule.confidence,
            "is_golden": rule.is_golden,
            "golden_by": rule.golden_by,
            "golden_at": rule.golden_at.isoformat() if rule.golden_at else None,
        }
        change(rule, now, status="quarantined", is_quarantined=True, **_GOLD_TAKEN)
        author = [f"@{rule.author}"] if rule.author else []
        words = f"quarantined. {why}"
        note(w, "quarantined", rule, words, was=before["status"], concerns=author)
    return before


_GOLD_TAKEN: Before = {"is_golden": False, "golden_at": None, "golden_by": ""}


def release(
    *,
    actor: Any,
    heuristic: Heuristic | int,
    before: Mapping[str, Any],
    reason: str,
    at: datetime | None = None,
) -> Heuristic:
    """Take a rule out of quarantine as it was before; *before* is what ``quarantine`` returned.

    A confidence that moved meanwhile is given back, with a row in the ledger. Raises Refused:
    404, 403, 409 when it is not quarantined, 400 when *before* names no state of a rule.
    """
    only_stewards(actor, "release a rule")
    why = reason_of(reason)
    now = now_or(at)
    status = before.get("status", "active")
    if status not in Heuristic.VALID_STATUSES or status == "quarantined":
        raise Refused("bad_status", f"A rule cannot be released as {status!r}.")
    with write(actor) as w:
        rule = locked(heuristic)
        if not rule.is_quarantined and rule.status != "quarantined":
            raise Refused("not_quarantined", "Heuristic is not quarantined", status=409)
        change(
            rule,
            now,
            status=status,
            is_quarantined=False,
            idle_since=now,
            decay_steps=0,
            **_gold(before),
        )
        _give_back(rule, before.get("confidence"), why, now)
        note(w, "released", rule, f"{status} again, carries {rule.confidence:.3f}. {why}")
    return rule


def _gold(before: Mapping[str, Any]) -> Before:
    if not before.get("is_golden"):
        return {}
    at = before.get("golden_at")
    return {
        "is_golden": True,
        "golden_by": str(before.get("golden_by") or ""),
        "golden_at": datetime.fromisoformat(at) if at else None,
    }


def _give_back(rule: Heuristic, confidence: Any, why: str, now: datetime) -> None:
    """The confidence that a rule carried, as it was: it need not lie within today's bounds."""
    if not isinstance(confidence, int | float) or confidence == rule.confidence:
        return
    back = float(confidence)
    given = Step(MANUAL, rule.confidence, back, back, 1.0, rule.ema_warmup_remaining)
    carry(rule, given, Said(f"given back. {why}".strip()), now)


def reset_confidence(
    *,
    actor: Any,
    heuristic: Heuristic | int,
    reason: str,
    to: float = START,
    at: datetime | None = None,
) -> Before:
    """Set a confidence back to where rules begin. Returns ``old_confidence``.

    Raises Refused: 404, 403, 400 outside the bounds.
    """
    only_stewards(actor, "reset a confidence")
    return _set(actor, heuristic, RESET, to, reason_of(reason, least="why it is reset"), at)


def set_manual(
    *,
    actor: Any,
    heuristic: Heuristic | int,
    confidence: float,
    reason: str,
    at: datetime | None = None,
) -> Before:
    """Set a confidence by hand, with a reason. Returns ``old_confidence``.

    Raises Refused: 404, 403, 400 outside the bounds.
    """
    only_stewards(actor, "set a confidence")
    return _set(actor, heuristic, MANUAL, confidence, reason_of(reason, least="why"), at)


def _set(
    actor: Any,
    heuristic: Heuristic | int,
    kind: str,
    to: float,
    why: str,
    at: datetime | None,
) -> Before:
    if not FLOOR <= to <= CEILING:
        raise Refused("bad_confidence", f"A confidence lies between {FLOOR} and {CEILING}.")
    now = now_or(at)
    with write(actor) as w:
        rule = locked(heuristic)
        taken = step(state_of(rule), kind, target=to)
        carry(rule, taken, Said(why), now)
        words = "reset" if kind == RESET else "set by hand"
        note(w, kind, rule, f"{words}, {arrow(taken)}. {why}", **numbers(taken))
    return {"old_confidence": taken.old}


def tighten_limits(
    *,
    actor: Any,
    heuristic: Heuristic | int,
    reason: str,
    daily: int = TIGHT_UPDATES_A_DAY,
    cooldown: int = TIGHT_COOLDOWN_MINUTES,
    at: datetime | None = None,
) -> Before:
    """Allow a rule fewer updates. Returns both limits as they were.

    Raises Refused: 404, 403, 400 for a limit outside 0 to 1000 updates and a week of minutes.
    """
    if not (0 <= daily <= 1000 and 0 <= cooldown <= 7 * 24 * 60):
        raise Refused("bad_limit", "A limit lies within 0 to 1000 updates and a week of minutes.")
    return _limit(actor, heuristic, daily, cooldown, reason, at)


def loosen_limits(
    *,
    actor: Any,
    heuristic: Heuristic | int,
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Before:
    """Give a rule the usual limits again, or those of *before*. Refusals as ``tighten_limits``."""
    was = before or {}
    return _limit(actor, heuristic, was.get("daily_limit"), was.get("cooldown_minutes"), reason, at)


def _limit(
    actor: Any,
    heuristic: Heuristic | int,
    daily: int | None,
    cooldown: int | None,
    reason: str,
    at: datetime | None,
) -> Before:
    only_stewards(actor, "change the limits of a rule")
    why = reason_of(reason)
    now = now_or(at)
    with write(actor) as w:
        rule = locked(heuristic)
        before = {"daily_limit": rule.daily_limit, "cooldown_minutes": rule.cooldown_minutes}
        change(rule, now, daily_limit=daily, cooldown_minutes=cooldown)
        words = "usual" if daily is None else f"{daily} updates a day, {cooldown} minutes apart"
        note(w, "limited", rule, f"limits: {words}. {why}")
    return before
