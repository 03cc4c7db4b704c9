"""What the page of one domain shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.http import Http404
from django.utils import timezone

from elfsite.listings.links import list_url
from elfsite.origins.fields import SeedDateTimeField
from elfsite.timeline.models import TimelineEvent
from learning.domains.contraction import (
    READ,
    Leaver,
    active_rules,
    given_up,
    plan_contraction,
    ranked,
    texts,
)
from learning.domains.contraction import is_free as may_go
from learning.domains.figures import pots
from learning.domains.limits import PER_WEEK, can_add, ceiling, health, status_of
from learning.domains.models import DomainBaseline, DomainMetadata, ExpansionEvent
from learning.domains.novelty import pairs
from learning.domains.services.counting import TOPIC
from learning.domains.services.measuring import DRIFT, census_of
from learning.domains.services.setting import version_of
from learning.heuristics.models import Heuristic
from learning.heuristics.services.rules import moment
from learning.reviews.models import CeoReview

SHOWN = 10  # rows of a panel; the lists have all
DAYS = 60  # of the curve of its size
EVENTS_MOST = 500
COLUMNS = (
    "domain", "rule", "confidence", "times_validated", "last_used_at", "is_golden",
    "is_quarantined", "frozen_at", "origin_id", "governed_at",
)  # fmt: skip


@dataclass(frozen=True)
class Forecast:
    """When a rule goes, if nothing changes; None while the domain is not above its soft limit."""

    leaver: Leaver
    when: datetime | None
    is_due: bool = False


@dataclass(frozen=True)
class Alike:
    """A candidate of a merge."""

    one: Heuristic
    other: Heuristic
    similarity: float
    automatic: bool


def row_of(domain: str) -> DomainMetadata:
    """The row of *domain*, or one that is not written where only rules name it.

    Raises Http404 where neither a row nor a rule names it.
    """
    row = DomainMetadata.objects.filter(domain=domain).first() if "\x00" not in domain else None
    if row is not None:
        mend_in_memory(row)
    if row is not None:
        return row
    if "\x00" in domain or not Heuristic.objects.filter(domain=domain).exists():
        raise Http404(f"There is no domain {domain!r}.")
    return DomainMetadata(domain=domain, current_count=active_rules(domain).count())


def mend_in_memory(row: DomainMetadata) -> None:
    """Put a column's default where a raw row holds text instead of a number, a time of nonsense
    aside: SQLite keeps what it is given, and the page must open."""
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(field, models.IntegerField | models.FloatField) and isinstance(value, str):
            setattr(row, field.attname, field.get_default())
        elif isinstance(field, SeedDateTimeField):
            setattr(row, field.attname, moment(value))


def context_of(row: DomainMetadata) -> dict[str, Any]:
    """Everything that ``domains/domain.html`` prints, in a dozen queries."""
    now = timezone.now()
    rules = list(active_rules(row.domain).only(*COLUMNS)[:READ])
    plan = plan_contraction(row, rules, now)
    counted = census_of(row.domain, now)
    events = events_of(row.domain, now)
    return {
        "row": row,
        "plan": plan,
        "pots": pots(plan.count, row.soft_limit, row.hard_limit, scale=2),
        "status": status_of(plan.count, row, plan.duty),
        "room": can_add(plan.count, row),
        "ceiling": ceiling(row),
        "over": max(0, plan.count - row.soft_limit),
        "days_left": max(0, row.max_overflow_days - plan.days),
        "health": health(counted, row.soft_limit),
        "census": counted,
        "forecast": forecast(row, rules, now),
        "alike": alike(rules),
        "events": events[:SHOWN],
        "curve": curve(events, plan.count, now),
        "curve_days": DAYS,
        "baseline": DomainBaseline.objects.filter(domain=row.domain).first(),
        "baselines": baselines_of(row.domain),
        "drift": CeoReview.objects.filter(
            kind=DRIFT, subject_id=row.domain, status="pending"
        ).first(),
        "fields": fields(row),
        "version": version_of(row),
        "rules_url": list_url(Heuristic, domain=row.domain),
        "events_url": list_url(ExpansionEvent, domain=row.domain),
        "trail": [("Domains", "/domain-metadata/"), (row.domain, "")],
    }


def forecast(row: DomainMetadata, rules: Sequence[Heuristic], now: datetime) -> list[Forecast]:
    """Who would rest first; with a day each for as many as are above the soft limit."""
    since = moment(row.overflow_entered_at)
    first = ranked([rule for rule in rules if may_go(rule)], now)[:SHOWN]
    over = len(rules) - row.soft_limit
    given = given_up([row]).get(row.domain, 0)
    found = []
    for place, leaver in enumerate(first, start=1):
        when = None
        if since is not None and place <= over:
            # the smallest number of days at which the quota reaches this place
            days = row.grace_period_days + -(-(place + given) * 7 // PER_WEEK)
            when = since + timedelta(days=min(days, row.max_overflow_days))
        found.append(Forecast(leaver, when, when is not None and when <= now))
    return found


def alike(rules: Sequence[Heuristic]) -> list[Alike]:
    """The pairs that say nearly the same, the most alike first."""
    by_pk = {rule.pk: rule for rule in rules}
    found = pairs(texts(rules), SHOWN)
    return [
        Alike(by_pk[pair.one], by_pk[pair.other], pair.similarity, pair.automatic) for pair in found
    ]


def events_of(domain: str, now: datetime) -> list[ExpansionEvent]:
    """The latest events of a domain's size, latest first, with their rules."""
    rows = ExpansionEvent.objects.filter(domain=domain, gone_at__isnull=True)
    return list(rows.select_related("heuristic").order_by("-created_at", "-pk")[:EVENTS_MOST])


def curve(events: Sequence[ExpansionEvent], count: int, now: datetime) -> list[float | None]:
    """How many rules the domain held at the end of each of the last days, as its events say.

    None before the first event that is known; today is counted.
    """
    # a merge of another database counts its sources, not the rules of the domain
    told = [each for each in events if each.event_type != "merge" or each.origin_id is None]
    known = [(at, event.count_after) for event in told if (at := moment(event.created_at))]
    if not known:
        return []
    found: list[float | None] = []
    for back in range(DAYS - 1, 0, -1):
        end = now - timedelta(days=back)
        found.append(next((float(after) for at, after in known if at <= end), None))
    return [*found, float(count)]


def baselines_of(domain: str) -> list[TimelineEvent]:
    """The last times that the baseline was computed."""
    rows = TimelineEvent.objects.filter(
        subject_type="domain_baselines", subject_id=domain, topic=TOPIC, verb="baseline"
    )
    return list(rows.order_by("-pk")[:5])


LABELS = {
    "soft_limit": ("Soft limit", "rules; above it they have to earn their place", "1"),
    "hard_limit": ("Hard limit", "rules; none is taken in beyond", "1"),
    "ceo_override_limit": ("Override", "takes in more than the hard limit; empty for none", "1"),
    "expansion_min_confidence": ("Confidence asked for", "0 to 1", "0.01"),
    "expansion_min_validations": ("Outcomes asked for", "that held", "1"),
    "expansion_min_novelty": ("Novelty asked for", "0 to 1", "0.01"),
    "grace_period_days": ("Grace", "days above the soft limit before any goes", "1"),
    "max_overflow_days": ("Time is up", "days; then all above the soft limit go", "1"),
}


def fields(row: DomainMetadata) -> list[dict[str, Any]]:
    """The limits as the form shows them."""
    return [
        {"name": name, "label": label, "help": words, "step": step, "value": getattr(row, name)}
        for name, (label, words, step) in LABELS.items()
    ]
