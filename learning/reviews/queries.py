"""Reads of what waits and of what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from learning.reviews import inbox
from learning.reviews.inbox import Item
from learning.reviews.models import CeoReview

COUNT_LIMIT = 100  # of one source: beyond, a page says "more than"
SHOWN = 50  # entries of one source on a page
ANSWER_WITHIN = timedelta(days=1)  # an entry that waits longer is late
DECIDED_SHOWN = 20
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def pending_reviews(now: datetime | None = None) -> QuerySet[CeoReview]:
    """Requests that wait now, oldest first; those put off are not among them."""
    at = now or timezone.now()
    here = Q(deferred_until__isnull=True) | Q(deferred_until__lte=at)
    return CeoReview.objects.filter(here, status="pending", gone_at__isnull=True).order_by(
        "created_at"
    )


def deferred_reviews(now: datetime | None = None) -> QuerySet[CeoReview]:
    """Requests that were put off, next to come back first."""
    at = now or timezone.now()
    return CeoReview.objects.filter(
        status="pending", deferred_until__gt=at, gone_at__isnull=True
    ).order_by("deferred_until")


def decided_reviews() -> QuerySet[CeoReview]:
    """Requests that were decided, latest first."""
    return CeoReview.objects.filter(
        status__in=("approved", "rejected"), reviewed_at__isnull=False
    ).order_by("-reviewed_at")


def counts() -> dict[str, int]:
    """How much of each source waits, at most COUNT_LIMIT each; one query for all of them."""
    found = inbox.sources()
    if not found:
        return {}
    parts: list[str] = []
    parameters: list[Any] = []
    for source in found:
        few = source.rows().order_by().values("pk")[:COUNT_LIMIT]
        sql, bound = few.query.sql_with_params()
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS few)")
        parameters += bound
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", parameters)
        row = cursor.fetchone()
    return {source.name: int(count) for source, count in zip(found, row, strict=True)}


def pending_count() -> int:
    """How much waits for a person, at most COUNT_LIMIT of each source; one query."""
    return sum(counts().values())


@dataclass(frozen=True)
class Tray:
    """One source on the page: its entries, how many there are, whether more are not shown."""

    name: str
    word: str
    count: int
    is_more: bool
    href: str = ""


def trays() -> list[Tray]:
    """The sources of the inbox with their counts, empty ones too."""
    found = counts()
    return [
        Tray(source.name, source.word, count, count >= COUNT_LIMIT, source.href)
        for source, count in zip(inbox.sources(), found.values(), strict=True)
    ]


def items(only: str = "") -> list[Item]:
    """The entries of the inbox (of one source with *only*), those that wait longest first."""
    found: list[Item] = []
    for source in inbox.sources():
        if only in ("", source.name):
            found += source.items(list(source.rows()[:SHOWN]))
    return sorted(found, key=lambda item: (item.due or item.since or LONG_AGO, item.key))
