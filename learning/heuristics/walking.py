"""Walking over all rules without holding them all."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from learning.heuristics.models import Heuristic

BATCH = 100  # rules in one transaction: about 50 ms of writing on one core


def present(status: str) -> QuerySet[Heuristic]:
    """Rules in *status* that are not gone at their source."""
    return Heuristic.objects.filter(status=status, gone_at__isnull=True, is_quarantined=False)


def chunks(rules: QuerySet[Heuristic]) -> Iterator[list[Heuristic]]:
    """All of *rules* in lists of BATCH, by primary key; rows that come meanwhile may be seen."""
    last = 0
    while found := list(rules.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield found
        last = found[-1].pk
