"""Outcomes of rules: what held, failed or was contradicted, and what was merely used."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from elfsite.errors import Refused
from elfsite.timeline.log import Write, write
from learning.heuristics import confidence as engine
from learning.heuristics import hooks
from learning.heuristics.confidence import Step
from learning.heuristics.evidence import WEIGHTS, shift
from learning.heuristics.models import Heuristic
from learning.heuristics.services.rules import (
    Said,
    arrow,
    bounded,
    carry,
    change,
    enter_held_back,
    locked,
    note,
    now_or,
    numbers,
    open_to_outcomes,
    pace_of,
    state_of,
)
from learning.reviews.access import said as reason_of

COUNTER = {
    engine.SUCCESS: "times_validated",
    engine.FAILURE: "times_violated",
    engine.CONTRADICTION: "times_contradicted",
}
VERB = {engine.SUCCESS: "held", engine.FAILURE: "failed", engine.CONTRADICTION: "contradicted"}


@dataclass(frozen=True)
class Outcome:
    """What an outcome did to its rule; ``update_id`` is its row in the ledger."""

    heuristic_id: int
    update_id: int
    step: Step
    updates_today: int
    grader_class: str | None

    def as_dict(self) -> dict[str, Any]:
        """The documented payload of a result."""
        step = self.step
        return {
            "success": True,
            "old_confidence": step.old,
            "new_confidence": step.new,
            "raw_target": step.raw,
            "delta": step.delta,
            "delta_raw": step.delta_raw,
            "delta_smoothed": step.delta,
            "smoothing_effect": step.delta_raw - step.delta,
            "alpha": step.alpha,
            "in_warmup": step.in_warmup,
            "update_type": step.kind,
            "updates_today": self.updates_today,
        }


def record_outcome(
    *,
    actor: Any,
    heuristic: Heuristic | int,
    kind: str,
    grader: str | None,
    grader_class: str | None,
    reason: str = "",
    session_id: str | None = None,
    agent_id: str | None = None,
    force: bool = False,
    at: datetime | None = None,
) -> Outcome:
    """Count an outcome and move the confidence by it.

    *kind* is success, failure or contradiction (validation and violation are aliases), *grader*
    who judged it and *grader_class* the class of trust of that judgement; None is unknown, and
    the rule's own author counts as ``self`` whatever is said. *force* passes the limits and
    still counts as an update of the day; no door offers it.

    Raises Refused: 404 unknown rule; 409 quarantined, frozen, archived or deprecated; 429 held
    back by a limit, which is entered in the ledger; 400 for bad words.
    """
    kind = _outcome(kind)
    told = _said(reason, grader, grader_class, session_id, agent_id)
    now = now_or(at)
    with write(actor) as w:
        rule = locked(heuristic)
        open_to_outcomes(rule)
        told = _weighed(rule, told)
        held_back = "" if force else pace_of(rule).refusal(now)
        outcome = None if held_back else _count(w, rule, kind, told, now)
        if held_back:
            row = enter_held_back(rule, kind, told, now)
            note(w, "held_back", rule, f"{kind} held back. {held_back}", update=row.pk)
    if outcome is None:  # raised after the commit, so that the ledger keeps the attempt
        raise Refused("rate_limited", held_back, status=429)
    return outcome


def note_use(*, actor: Any, heuristic: Heuristic | int, at: datetime | None = None) -> None:
    """A rule was consulted and nothing is known of the outcome: only its idle clock starts anew.

    Raises Refused 404 for an unknown rule.
    """
    now = now_or(at)
    with write(actor) as w:
        rule = locked(heuristic)
        change(rule, now, governs=False, last_used_at=now, idle_since=now, decay_steps=0)
        note(w, "used", rule, "consulted, outcome unknown")


def preview(rule: Heuristic, kind: str) -> Step:
    """What an outcome of *kind* would do to *rule* now; nothing is written."""
    return engine.step(state_of(rule), kind)


def _outcome(kind: str) -> str:
    word = engine.canonical(kind)
    if word not in engine.OUTCOMES:
        raise Refused("bad_outcome", f"An outcome is one of {', '.join(engine.OUTCOMES)}.")
    return word


def _said(
    reason: str,
    grader: str | None,
    grader_class: str | None,
    session_id: str | None,
    agent_id: str | None,
) -> Said:
    if grader_class is not None and grader_class not in WEIGHTS:
        raise Refused("bad_grader_class", f"A grader class is one of {', '.join(WEIGHTS)}.")
    return Said(
        reason=reason_of(reason),
        grader=bounded("grader", grader),
        grader_class=grader_class,
        session_id=bounded("session_id", session_id),
        agent_id=bounded("agent_id", agent_id),
    )


def _weighed(rule: Heuristic, told: Said) -> Said:
    """The author of a rule is its ``self``: that word alone earns nothing."""
    author = (rule.author or "").casefold()
    if author and (told.grader or told.agent_id or "").casefold() == author:
        return replace(told, grader_class="self")
    return told


def _count(w: Write, rule: Heuristic, kind: str, told: Said, now: datetime) -> Outcome:
    step = engine.step(state_of(rule), kind)
    held, against = shift(kind, told.grader_class)
    today = pace_of(rule).today(now) + 1
    row = carry(
        rule,
        step,
        told,
        now,
        last_confidence_update=now,
        last_used_at=now,
        idle_since=now,
        decay_steps=0,
        update_count_today=today,
        update_count_reset_date=now.date(),
        evidence_held=rule.evidence_held + held,
        evidence_against=rule.evidence_against + against,
        **{COUNTER[kind]: getattr(rule, COUNTER[kind]) + 1},
    )
    for hook in hooks.after_outcome:
        hook(rule, row)
    verb = VERB[kind]
    note(w, verb, rule, f"{verb}, {arrow(step)}", update=row.pk, **numbers(step))
    return Outcome(rule.pk, row.pk, step, today, told.grader_class)
