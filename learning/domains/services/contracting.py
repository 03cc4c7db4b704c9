"""A domain that is too full gives rules up: by merging what is alike, then by letting rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from elfsite.errors import Refused
from elfsite.timeline.log import Write, write
from game.players.models import User
from learning.domains.contraction import Plan, active_rules, plan_contraction, settle
from learning.domains.models import DomainMetadata, ExpansionEvent
from learning.domains.services.counting import TOPIC, count_all, count_domain, locked
from learning.heuristics.models import Heuristic
from learning.heuristics.services.life import rest
from learning.heuristics.services.merging import merge_heuristics
from learning.heuristics.services.rules import now_or
from learning.reviews.access import only_stewards
from learning.reviews.access import said as reason_of

REASON = "overflow_contraction"


@dataclass(frozen=True)
class Contracted:
    """What a contraction did, and the row of ``expansion_events``."""

    domain: str
    merged: int
    evicted: int
    event: ExpansionEvent

    @property
    def gone(self) -> int:
        return self.merged + self.evicted


def contract_domain(
    *, actor: Any, domain: str, reason: str = "", at: datetime | None = None
) -> Contracted:
    """Give up the rules that are due now, in one transaction: merges first, then evictions.

    A steward's contraction may touch every rule; the product's own touches those that are
    governed here, as rules of another database keep the state that they have there. Golden and
    frozen rules stay. Raises Refused: 403 for a person who does not govern; 404 for a domain
    without a row; 409 ``normal``, ``grace``, ``early``, or ``spared`` where no rule may go.
    """
    only_stewards(actor, "contract a domain")
    why = reason_of(reason)
    now = now_or(at)
    with write(actor) as w:
        rules = list(active_rules(domain).select_for_update())
        if not DomainMetadata.objects.filter(domain=domain).exists():
            raise Refused("not_found", f"There is no domain {domain!r}.", status=404)
        row = locked(domain)
        plan = _plan(row, rules, now, everything=isinstance(actor, User))
        if plan.duty.refused:
            raise Refused(plan.duty.code, plan.duty.refused, status=409)
        if not plan.saved:
            raise Refused("spared", "Every rule that could go stays: golden or frozen.", status=409)
        return _carry_out(w, row, plan, why, now)


def _plan(
    row: DomainMetadata, rules: Sequence[Heuristic], now: datetime, *, everything: bool
) -> Plan:
    plan = plan_contraction(row, rules, now)
    if everything or not plan.duty.target:
        return plan
    ours = [rule for rule in rules if rule.origin_id is None or rule.governed_at is not None]
    most = min(plan.duty.target, len(ours) - row.soft_limit)
    mine = settle(ours, plan.duty, plan.days, now, most)
    return Plan(len(rules), plan.days, plan.duty, mine.merges, mine.evictions, mine.spared)


def _carry_out(w: Write, row: DomainMetadata, plan: Plan, why: str, now: datetime) -> Contracted:
    for union in plan.merges:
        merge_heuristics(actor=w.actor, heuristics=[union.one, union.other], reason=REASON, at=now)
    for leaver in plan.evictions:
        words = f"{row.domain} held {plan.count} rules of {row.soft_limit}."
        rest(w, leaver.rule, words, now)
    after = count_domain(actor=None, domain=row.domain, at=now)
    done = f"Merged {len(plan.merges)}, evicted {len(plan.evictions)}"
    event = ExpansionEvent.objects.create(
        domain=row.domain,
        event_type="contraction",
        count_before=plan.count,
        count_after=after.current_count,
        health_score=row.health_score,
        reason=f"{done}. {why}" if why else done,
        created_at=now,
    )
    line = f"{row.domain}: {done.lower()}, {plan.count} → {after.current_count} rules"
    w.event(TOPIC, "contracted", row, line, expansion_event=event.pk)
    return Contracted(row.domain, len(plan.merges), len(plan.evictions), event)


def contract_due(actor: Any, now: datetime) -> int:
    """For the nightly round: contract every domain where it is due; how many rules went."""
    count_all(actor=actor, at=now)
    gone = 0
    full = DomainMetadata.objects.exclude(state="normal").order_by("domain")
    for domain in list(full.values_list("domain", flat=True)):
        try:
            gone += contract_domain(actor=actor, domain=domain, at=now).gone
        except Refused:  # in its grace, too early, or nothing may go: it is looked at tomorrow
            continue
    return gone
