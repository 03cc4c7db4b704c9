"""Reads of rules that cross more than a list: what is at risk, what a text could wake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, FloatField, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from elfsite.origins.seedjson import read
from learning.heuristics import clock
from learning.heuristics.keywords import MOST, keywords, matched, tokens
from learning.heuristics.lifecycle import (
    AT_RISK_APPLICATIONS,
    AT_RISK_PART,
    CONTRADICTED_SHARE,
    OFFERED_AFTER_DAYS,
)
from learning.heuristics.models import Heuristic

TEXT_LIMIT = 10_000  # characters of a text that may wake rules
LOOKED_AT = 20_000  # dormant rules; 10,000 take about 50 ms


def at_risk_rules(domain: str = "") -> QuerySet[Heuristic]:
    """Active rules with at least five outcomes, more than 21 % of them contradictions; the most
    contradicted first, with ``contradiction_rate``."""
    total = F("times_validated") + F("times_violated") + F("times_contradicted")
    percent = round(CONTRADICTED_SHARE * AT_RISK_PART * 100)
    rules = Heuristic.objects.filter(status="active", gone_at__isnull=True, is_quarantined=False)
    rules = rules.annotate(total=total).filter(
        total__gte=AT_RISK_APPLICATIONS, times_contradicted__gt=percent * F("total") / 100.0
    )
    rate = Cast("times_contradicted", FloatField()) / F("total")
    found = rules.annotate(contradiction_rate=rate).order_by("-contradiction_rate", "pk")
    return found.filter(domain=domain) if domain else found


@dataclass(frozen=True)
class Wakeable:
    """A dormant rule that a text speaks of, or that has rested for long."""

    pk: int
    rule: str
    domain: str
    confidence: float
    words: tuple[str, ...]  # of its conditions, that stand in the text
    days: float | None  # of rest

    @property
    def trigger(self) -> str:
        """Why it is offered: ``keyword: session, distributed`` or ``time: 90 days dormant``."""
        if self.words:
            return f"keyword: {', '.join(self.words)}"
        return f"time: {OFFERED_AFTER_DAYS} days dormant"


def revival_candidates(
    text: str = "", *, domain: str = "", limit: int = 20, now: datetime | None = None
) -> list[Wakeable]:
    """Dormant rules that *text* speaks of in whole words, each once, those with most words first;
    then those that have rested for 90 days. Nothing is revived: the caller decides."""
    text = text[:TEXT_LIMIT]
    words, at = tokens(text), now or timezone.now()
    rules = Heuristic.objects.filter(status="dormant", gone_at__isnull=True, is_quarantined=False)
    if domain:
        rules = rules.filter(domain=domain)
    columns = ("pk", "rule", "domain", "confidence", "revival_conditions", "dormant_since")
    found = []
    for row in rules.order_by("pk").values_list(*columns)[:LOOKED_AT].iterator(chunk_size=500):
        offer = _offered(row, text, words, at)
        if offer is not None:
            found.append(offer)
    found.sort(key=lambda offer: (-len(offer.words), -offer.confidence, offer.pk))
    return found[:limit]


def _offered(
    row: tuple[Any, ...], text: str, words: frozenset[str], now: datetime
) -> Wakeable | None:
    pk, rule, domain, confidence, conditions, since = row
    hits = matched(_conditions(conditions, rule), text, words) if words else []
    days = clock.days_since(since, now)
    if not hits and (days is None or days < OFFERED_AFTER_DAYS):
        return None
    return Wakeable(pk, rule, domain, confidence, tuple(hits), days)


def _conditions(written: str | None, rule: str) -> list[object]:
    """The words that wake a rule: as written when it went to rest, else its own keywords."""
    kept = read(written).value
    words = kept.get("keywords") if isinstance(kept, dict) else None
    if isinstance(words, list):
        return list(words[:MOST])
    return list(keywords(rule)[:MOST])
