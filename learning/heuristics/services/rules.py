"""What the services of rules share: the locked row, the ledger, the refusals.

A rule is read and written under its row's lock (PostgreSQL) or the database's only write lock
(SQLite, IMMEDIATE), so two graders at once both count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from elfsite.errors import Refused
from elfsite.timeline.log import Write, shorten
from learning.heuristics import hooks
from learning.heuristics.confidence import (
    COOLDOWN_MINUTES,
    UPDATES_A_DAY,
    Pace,
    State,
    Step,
)
from learning.heuristics.models import ConfidenceUpdate, Heuristic

TOPIC = "heuristics"  # of every event about rules
NAME_LIMIT = 200  # characters of an agent's, a session's or a grader's name
SHORT = 70  # characters of a rule in a line of the timeline

MOVES = frozenset({"status", "is_quarantined"})  # columns that say whether a rule is active

# states in which a confidence may not move, and the words for it
CLOSED = {
    "quarantined": "Heuristic quarantined for fraud investigation",
    "archived": "Heuristic is archived: it takes no outcomes",
    "deprecated": "Heuristic is deprecated: it takes no outcomes",
}


@dataclass(frozen=True)
class Said:
    """Who says that a confidence moves, and why: what a row of the ledger keeps beside numbers."""

    reason: str = ""
    grader: str | None = None
    grader_class: str | None = None
    session_id: str | None = None
    agent_id: str | None = None


def locked(heuristic: Heuristic | int) -> Heuristic:
    """The rule as it is now, nobody else's to change until the open write ends.

    Raises Refused 404 for an id that is none.
    """
    pk = heuristic.pk if isinstance(heuristic, Heuristic) else heuristic
    rule = Heuristic.objects.select_for_update().filter(pk=pk).first()
    if rule is None:
        raise Refused("not_found", f"No heuristic has the id {pk}.", status=404)
    return rule


def open_to_outcomes(rule: Heuristic) -> None:
    """Raises Refused 409 where a confidence may not move: under suspicion, or given up."""
    state = "quarantined" if rule.is_quarantined else rule.status
    if state in CLOSED:
        raise Refused(state, CLOSED[state], status=409)
    if rule.frozen_at is not None:
        why = f": {rule.frozen_reason}" if rule.frozen_reason else ""
        raise Refused("frozen", f"Heuristic frozen{why}", status=409)


def state_of(rule: Heuristic) -> State:
    return State(
        confidence=rule.confidence,
        ema=rule.confidence_ema,
        warmup=rule.ema_warmup_remaining,
        applications=rule.times_validated + rule.times_violated + rule.times_contradicted,
    )


def pace_of(rule: Heuristic) -> Pace:
    """The limits that hold for a rule; tightened ones are on the row."""
    counted = rule.update_count_reset_date
    return Pace(
        count=rule.update_count_today,
        counted_on=None if isinstance(counted, str) else counted,
        last=moment(rule.last_confidence_update),
        daily=UPDATES_A_DAY if rule.daily_limit is None else rule.daily_limit,
        cooldown=COOLDOWN_MINUTES if rule.cooldown_minutes is None else rule.cooldown_minutes,
    )


def moment(value: Any) -> datetime | None:
    """A time of a seed's column, or None where nothing readable is written."""
    return value if isinstance(value, datetime) else None


def change(rule: Heuristic, at: datetime, *, governs: bool = True, **columns: Any) -> None:
    """Write columns of a locked rule. *governs*: from now on they are ours, not its source's."""
    columns["updated_at"] = at
    if governs:
        columns["governed_at"] = at
    Heuristic.objects.filter(pk=rule.pk).update(**columns)
    for name, value in columns.items():
        setattr(rule, name, value)
    if not MOVES.isdisjoint(columns):
        for hook in hooks.after_move:
            hook(rule)


def enter(rule: Heuristic, step: Step, said: Said, at: datetime) -> ConfidenceUpdate:
    """The ledger's row of a change."""
    return ConfidenceUpdate.objects.create(**_row(rule, step, said, at))


def _row(rule: Heuristic, step: Step, said: Said, at: datetime) -> dict[str, Any]:
    return {
        "heuristic_id": rule.pk,
        "old_confidence": step.old,
        "new_confidence": step.new,
        "delta": step.delta,
        "update_type": step.kind,
        "reason": said.reason or None,
        "session_id": said.session_id,
        "agent_id": said.agent_id,
        "raw_target_confidence": step.raw,
        "smoothed_delta": step.delta,
        "alpha_used": step.alpha,
        "created_at": at,
        "grader": said.grader,
        "grader_class": said.grader_class,
    }


def enter_held_back(rule: Heuristic, kind: str, said: Said, at: datetime) -> ConfidenceUpdate:
    """The ledger's row of an update that a limit held back: nothing moved."""
    carried = rule.confidence
    row = _row(rule, Step(kind, carried, carried, carried, 0.0, 0), said, at)
    return ConfidenceUpdate.objects.create(
        **{**row, "rate_limited": True, "raw_target_confidence": None, "alpha_used": None}
    )


def carry(
    rule: Heuristic, step: Step, said: Said, at: datetime, *, governs: bool = True, **columns: Any
) -> ConfidenceUpdate:
    """Move a locked rule's confidence and enter it in the ledger; *columns* change with it."""
    change(
        rule,
        at,
        governs=governs,
        confidence=step.new,
        confidence_ema=step.new,
        ema_alpha=step.alpha,
        ema_warmup_remaining=step.warmup,
        last_ema_update=at,
        **columns,
    )
    return enter(rule, step, said, at)


def note(w: Write, verb: str, rule: Heuristic, words: str, **data: Any) -> None:
    """One line of the timeline: ``h-12 “Never force push”: held, 0.620 → 0.640``."""
    w.event(TOPIC, verb, rule, f"h-{rule.pk} “{shorten(rule.rule, SHORT)}”: {words}", **data)


def numbers(step: Step) -> dict[str, Any]:
    """What the event of a step carries for programs."""
    return {"kind": step.kind, "old": round(step.old, 6), "new": round(step.new, 6)}


def arrow(step: Step) -> str:
    return f"{step.old:.3f} → {step.new:.3f}"


def now_or(at: datetime | None) -> datetime:
    """The time of an act in UTC, whose day counts."""
    return at.astimezone(UTC) if at else timezone.now()


def bounded(name: str, value: str | None) -> str | None:
    """A name of an agent, a session or a grader; None for nothing. Raises Refused when long."""
    text = (value or "").strip()
    if len(text) > NAME_LIMIT:
        raise Refused("too_long", f"{name} has at most {NAME_LIMIT} characters.")
    return text or None
