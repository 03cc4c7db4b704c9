"""How the domains fare: their health, their baselines, and how far these moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Avg, Count, Max, Q

from elfsite.timeline.log import write
from learning.domains.baselines import (
    MIN_APPLICATIONS,
    Baseline,
    Drift,
    Peer,
    TooFewPeers,
    baseline,
    drift,
)
from learning.domains.limits import Census, health
from learning.domains.models import DomainBaseline, DomainMetadata
from learning.domains.services.counting import TOPIC, save
from learning.heuristics.evidence import tally_of
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from learning.heuristics.services.rules import moment, now_or
from learning.heuristics.walking import present
from learning.reviews import services as reviews

STALE_DAYS = 7  # a baseline that is older is computed again by the daily round
DRIFT = "baseline_drift"  # the kind of request in the inbox


class Refreshed(NamedTuple):
    """What became of a domain's baseline: how far it moved, or why there is none."""

    domain: str
    found: Baseline | None
    moved: Drift | None
    reason: str = ""


def census(domains: Iterable[str] | None = None, now: datetime | None = None) -> dict[str, Census]:
    """What the health of domains is made from; of all where None. One query."""
    at = now_or(now)
    rules = Heuristic.objects.filter(gone_at__isnull=True).order_by()
    if domains is not None:
        rules = rules.filter(domain__in=list(domains))
    active = Q(status="active", is_quarantined=False)
    rows = rules.values("domain").annotate(
        average=Avg("confidence", filter=active),
        active=Count("pk", filter=active),
        given_up=Count("pk", filter=Q(status="deprecated")),
        total=Count("pk"),
        used=Max("last_used_at"),
        made=Max("created_at"),
    )
    return {row["domain"]: _census(row, at) for row in rows}


def _census(row: Mapping[str, Any], now: datetime) -> Census:
    times = [at for name in ("used", "made") if (at := moment(row[name]))]
    idle = (now - max(times)).total_seconds() / 86_400 if times else None
    return Census(row["average"] or 0.0, row["active"], row["given_up"], row["total"], idle)


def refresh_health(
    *, actor: Any, domains: Sequence[str] | None = None, at: datetime | None = None
) -> int:
    """Compute the health of *domains*, of every one where None; how many changed."""
    now = now_or(at)
    found = census(domains, now)
    rows = DomainMetadata.objects.order_by("domain")
    if domains is not None:
        rows = rows.filter(domain__in=domains)
    changed = 0
    with write(actor) as w:
        for row in rows.select_for_update():
            counted = found.get(row.domain)
            healthy = health(counted, row.soft_limit) if counted else None
            score = round(healthy.score, 6) if healthy else None
            average = counted.average if counted and counted.active else None
            if (score, average) != (row.health_score, row.avg_confidence):
                changed += 1
                save(row, now, health_score=score, avg_confidence=average, last_health_check=now)
        if changed:
            w.event(TOPIC, "measured", None, f"health of {changed} domains measured anew")
    return changed


def peers_of(rules: Iterable[Heuristic], now: datetime) -> list[Peer]:
    """Rules with ten outcomes or more, with how often they held and how often they are graded."""
    known = [rule for rule in rules if tally_of(rule).total >= MIN_APPLICATIONS]
    updates = ConfidenceUpdate.objects.filter(
        heuristic__in=known, rate_limited=False, gone_at__isnull=True
    )
    rows = updates.order_by().values("heuristic_id").annotate(n=Count("pk"))
    counts = dict(rows.values_list("heuristic_id", "n"))
    found = []
    for rule in known:
        tally = tally_of(rule)
        days = (now - (moment(rule.created_at) or now)).total_seconds() / 86_400
        pace = counts.get(rule.pk, 0) / max(days, 1.0)
        found.append(Peer(rule.pk, tally.held / tally.total, pace))
    return found


def refresh_baselines(
    *, actor: Any, domain: str | None = None, stale_only: bool = False, at: datetime | None = None
) -> list[Refreshed]:
    """Compute the baseline of one domain, or of all that have rules; drift asks the stewards.

    *stale_only* leaves baselines alone that are younger than seven days. A domain with fewer
    than three rules of ten outcomes keeps what it had, and the reason is returned.
    """
    now = now_or(at)
    names = [domain] if domain is not None else _domains()
    if stale_only:
        fresh = DomainBaseline.objects.filter(last_updated__gt=now - timedelta(days=STALE_DAYS))
        young = set(fresh.values_list("domain", flat=True))
        names = [name for name in names if name not in young]
    return [_refresh(actor, name, now) for name in names]


def _domains() -> list[str]:
    rows = present("active").exclude(domain="").order_by("domain")
    return list(rows.values_list("domain", flat=True).distinct())


def _refresh(actor: Any, domain: str, now: datetime) -> Refreshed:
    rules = present("active").filter(domain=domain)
    try:
        new = baseline(peers_of(rules, now))
    except TooFewPeers as few:
        return Refreshed(domain, None, None, str(few))
    with write(actor) as w:
        old = DomainBaseline.objects.select_for_update().filter(domain=domain).first()
        row, _ = DomainBaseline.objects.update_or_create(
            domain=domain,
            defaults={**new._asdict(), "last_updated": now, "governed_at": now},
        )
        before = old.avg_success_rate if old else None
        moved = None if before is None else drift(before, new.avg_success_rate)
        w.event(TOPIC, "baseline", row, _line(domain, before, new), **_numbers(before, new))
        if moved is not None and moved.significant and before is not None:
            _ask(actor, row, before, new, moved)
    return Refreshed(domain, new, moved)


def _numbers(before: float | None, new: Baseline) -> dict[str, Any]:
    return {"old": before, "new": round(new.avg_success_rate, 6), "rules": new.sample_count}


def _line(domain: str, before: float | None, new: Baseline) -> str:
    was = "" if before is None else f"{before:.3f} → "
    return f"{domain}: rules hold {was}{new.avg_success_rate:.3f}, told by {new.sample_count}"


def _ask(actor: Any, row: DomainBaseline, old: float, new: Baseline, moved: Drift) -> None:
    """Lay the drift into the inbox; while one of the same domain waits there, none is added."""
    way = "up" if moved.percent > 0 else "down"
    reviews.open_review(
        actor=actor,
        kind=DRIFT,
        subject=row,
        version=f"{new.avg_success_rate:.6f}",
        title=f"Baseline of {row.domain} drifts {way} by {abs(moved.percent):.0f} %",
        context=(
            f"Severity {moved.severity}. Its rules held {old:.3f} of the time, now "
            f"{new.avg_success_rate:.3f}, told by {new.sample_count} rules."
        ),
        recommendation="Approve to say that this is known; the reason is kept.",
    )


def census_of(domain: str, now: datetime) -> Census:
    """One domain's census; of nothing where it has no rules."""
    return census([domain], now).get(domain, Census(0.0, 0, 0, 0, None))
