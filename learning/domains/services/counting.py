"""How many active rules a domain holds, its state, and since when it is too full.

Rules are locked before the row of their domain, everywhere: so nobody waits in a circle.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from elfsite.timeline.log import Write, write
from learning.domains.limits import state_for
from learning.domains.models import DomainMetadata
from learning.heuristics.models import Heuristic
from learning.heuristics.services.rules import now_or
from learning.heuristics.walking import present

TOPIC = "domains"  # of every event about domains
COUNTED = ("current_count", "state", "overflow_entered_at")
CHUNK = 500  # rows of one transaction


def locked(domain: str) -> DomainMetadata:
    """The row of a domain, made where there is none, ours until the open write ends."""
    DomainMetadata.objects.get_or_create(domain=domain)
    return DomainMetadata.objects.select_for_update().get(domain=domain)


def count_domain(*, actor: Any, domain: str, at: datetime | None = None) -> DomainMetadata:
    """Bring a domain's count and state up to its rules; its row is made with its first rule."""
    with write(actor) as w:
        row = locked(domain)
        carry(w, row, present("active").filter(domain=domain).count(), now_or(at))
    return row


def carry(w: Write, row: DomainMetadata, count: int, now: datetime) -> bool:
    """Write *count* and the state that follows to a locked row; whether anything changed.

    The clock of overflow starts when the domain leaves normal, stops when it is back, and goes
    on from overflow to critical.
    """
    kept = _kept(row, count, now)
    if not kept:
        return False
    _say(w, row, kept)
    save(row, now, **kept)
    return True


def _kept(row: DomainMetadata, count: int, now: datetime) -> dict[str, Any]:
    """The columns of COUNTED as they have to be; empty where they are so already."""
    state = state_for(count, row.soft_limit, row.hard_limit)
    since = None if state == "normal" else row.overflow_entered_at or now
    kept = dict(zip(COUNTED, (count, state, since), strict=True))
    same = all(getattr(row, name) == value for name, value in kept.items())
    return {} if same else kept


def _say(w: Write, row: DomainMetadata, kept: dict[str, Any]) -> None:
    """The event of a state that is left; counts alone are said by the rules that moved."""
    count, state = kept["current_count"], kept["state"]
    if state != row.state:
        words = f"{row.domain}: {state}, {count} rules of {row.soft_limit}"
        w.event(TOPIC, state, row, words, was=row.state, count=count)


def save(row: DomainMetadata, now: datetime, **columns: Any) -> None:
    """Write columns of a locked row; from now on they are ours, not its source's."""
    _set(row, columns, now)
    names = [*columns, "updated_at", "governed_at"]
    DomainMetadata.objects.filter(pk=row.pk).update(**{name: getattr(row, name) for name in names})


def _set(row: DomainMetadata, columns: dict[str, Any], now: datetime) -> None:
    for name, value in (columns | {"updated_at": now, "governed_at": now}).items():
        setattr(row, name, value)


def count_all(*, actor: Any, at: datetime | None = None) -> int:
    """Count every domain that has rules or a row; how many rows were made or changed.

    One query counts all rules; only rows that differ are locked, so a second run writes nothing.
    """
    now = now_or(at)
    counts = _counts()
    rows = {row.domain: row for row in DomainMetadata.objects.all()}
    differ = sorted(
        domain
        for domain in {*counts, *rows}
        if domain.strip() and _differs(rows.get(domain), counts.get(domain, 0))
    )
    done = 0
    for start in range(0, len(differ), CHUNK):
        with write(actor) as w:
            chunk = differ[start : start + CHUNK]
            done += _count_chunk(w, chunk, [name for name in chunk if name not in rows], now)
    return done


def _count_chunk(w: Write, domains: list[str], missing: list[str], now: datetime) -> int:
    """Count several domains in as few statements as one; how many rows were made or changed."""
    rows = DomainMetadata.objects.filter(domain__in=domains)
    DomainMetadata.objects.bulk_create(
        [DomainMetadata(domain=domain) for domain in missing], ignore_conflicts=True
    )
    locked_rows = list(rows.select_for_update().order_by("domain"))
    counts = _counts(domains)
    changed = []
    for row in locked_rows:
        kept = _kept(row, counts.get(row.domain, 0), now)
        if kept:
            _say(w, row, kept)
            _set(row, kept, now)
            changed.append(row)
    DomainMetadata.objects.bulk_update(changed, [*COUNTED, "updated_at", "governed_at"])
    return len({row.domain for row in changed} | set(missing))


def _counts(domains: list[str] | None = None) -> dict[str, int]:
    """Active rules by domain, of all where None; one whose rules all rest is named with 0."""
    active = Count("pk", filter=Q(status="active", is_quarantined=False))
    rules = Heuristic.objects.filter(gone_at__isnull=True)
    if domains is not None:
        rules = rules.filter(domain__in=domains)
    rows = rules.order_by().values("domain")
    return dict(rows.annotate(active=active).values_list("domain", "active"))


def _differs(row: DomainMetadata | None, count: int) -> bool:
    if row is None:
        return True
    state = state_for(count, row.soft_limit, row.hard_limit)
    clocked = row.overflow_entered_at is not None
    return (row.current_count, row.state, clocked) != (count, state, state != "normal")
