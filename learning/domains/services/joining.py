"""What a domain does when a rule comes, goes, or several become one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from elfsite.errors import Refused
from elfsite.timeline.log import write
from learning.domains.limits import Candidate, can_add, eligibility
from learning.domains.models import DomainMetadata, ExpansionEvent
from learning.domains.novelty import novelty
from learning.domains.services.counting import count_domain, locked
from learning.heuristics.models import Heuristic
from learning.heuristics.services.rules import moment, now_or
from learning.heuristics.walking import present

COMPARED = 10_000  # active rules of a domain, the most confident; 10,000 take about 30 ms


def refuse_where_full(domain: str, rule: str) -> None:
    """Before a proposal, in its write: raises Refused 409 at the hard limit or the override."""
    room = can_add(locked(domain).current_count, locked(domain))
    if not room.fits:
        raise Refused("domain_full", f"{room.reason}", status=409)


def novelty_in(domain: str, text: str, without: int | None = None) -> float:
    """How new *text* is against the active rules of a domain; one query."""
    rules = present("active").filter(domain=domain).exclude(pk=without or 0)
    texts = rules.order_by("-confidence", "pk").values_list("rule", flat=True)
    return novelty(text, texts[:COMPARED])


def admit(rule: Heuristic) -> ExpansionEvent:
    """After a rule came, in its write: counts it and says what speaks for the growth."""
    now = moment(rule.created_at) or now_or(None)
    with write(None):
        before = locked(rule.domain)
        new = novelty_in(rule.domain, rule.rule, without=rule.pk)
        candidate = Candidate(rule.confidence, rule.times_validated, new)
        judged = eligibility(before.current_count, before, candidate, before.health_score)
        after = count_domain(actor=None, domain=rule.domain)
        return ExpansionEvent.objects.create(
            domain=rule.domain,
            heuristic=rule,
            event_type="expansion",
            count_before=before.current_count,
            count_after=after.current_count,
            quality_score=rule.confidence,
            novelty_score=new,
            health_score=before.health_score,
            reason=judged.reason,
            created_at=now,
        )


def count_moved(rule: Heuristic) -> None:
    """After a rule's state changed, in its write: the domain is counted anew."""
    count_domain(actor=None, domain=rule.domain)


def count_edited(rule: Heuristic, before: dict[str, Any]) -> None:
    """After a person moved a rule to another domain, in the write of the edit: both are counted."""
    if "domain" in before:
        for domain in sorted({rule.domain, before["domain"]}):
            count_domain(actor=None, domain=domain)


def enter_merge(target: Heuristic, sources: Sequence[int], why: str, now: datetime) -> None:
    """After rules became one, in the write of the merge: its row of ``expansion_events``.

    The counts are the domain's, before and after.
    """
    row: DomainMetadata = count_domain(actor=None, domain=target.domain, at=now)
    names = ", ".join(f"h-{pk}" for pk in sources)
    ExpansionEvent.objects.create(
        domain=target.domain,
        heuristic=target,
        event_type="merge",
        count_before=row.current_count + len(sources) - 1,
        count_after=row.current_count,
        quality_score=target.confidence,
        health_score=row.health_score,
        reason=f"Merged {names}: {why}" if why else f"Merged {names}",
        created_at=now,
    )
