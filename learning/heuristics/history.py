"""What a rule's ledger tells: each change with what the evidence supported after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from learning.heuristics.clock import days_since
from learning.heuristics.confidence import CONTRADICTION, FAILURE, SUCCESS
from learning.heuristics.evidence import CONTRADICTED, PRIOR, posterior_of, weight_of
from learning.heuristics.models import ConfidenceUpdate, Heuristic

SPANS = (30, 90, 365, 0)  # days of a chart; 0 is everything
POINTS = 240  # of one chart, the newest; more would touch each other
COLUMNS = (
    "pk",
    "created_at",
    "update_type",
    "old_confidence",
    "new_confidence",
    "raw_target_confidence",
    "alpha_used",
    "rate_limited",
    "reason",
    "agent_id",
    "grader",
    "grader_class",
)


class Shape(NamedTuple):
    """A Beta distribution."""

    a: float
    b: float


@dataclass(frozen=True)
class Past:
    """A row of the ledger, and the evidence after it."""

    update: ConfidenceUpdate
    at: datetime
    shape: Shape

    @property
    def graded_by(self) -> str:
        """The class of who graded it: ``unknown`` where nobody said, empty for other changes."""
        if self.update.update_type not in (SUCCESS, FAILURE, CONTRADICTION):
            return ""
        return self.update.grader_class or "unknown"


def history_of(rule: Heuristic, now: datetime, days: int = 0) -> list[Past]:
    """The last POINTS changes of *rule* within *days*, oldest first; one query.

    Rows without a readable time are on the list page only.
    """
    rows = ConfidenceUpdate.objects.filter(heuristic=rule, gone_at__isnull=True)
    if days:
        rows = rows.filter(created_at__gte=now - timedelta(days=days))
    found = list(rows.only(*COLUMNS).order_by("-created_at", "-pk")[:POINTS])
    readable = [row for row in found if isinstance(row.created_at, datetime)]
    shapes = shapes_before(readable, Shape(*posterior_of(rule)))
    return [Past(row, row.created_at, shape) for row, shape in zip(readable, shapes, strict=True)][
        ::-1
    ]


def shapes_before(newest_first: Sequence[ConfidenceUpdate], now: Shape) -> list[Shape]:
    """The evidence after each row, found by taking the later rows out of what it is *now*."""
    shapes, shape = [], now
    for row in newest_first:
        shapes.append(shape)
        if not row.rate_limited:
            shape = _without(shape, row.update_type, weight_of(row.grader_class))
    return shapes


def _without(shape: Shape, kind: str, weight: float) -> Shape:
    a, b = shape
    if kind == SUCCESS:
        a -= weight
    elif kind == FAILURE:
        b -= weight
    elif kind == CONTRADICTION:
        b -= CONTRADICTED * weight
    return Shape(max(PRIOR[0], a), max(PRIOR[1], b))


def span_for(rule: Heuristic, now: datetime) -> int:
    """The shortest span of SPANS in which the last change of *rule* lies; 0 for everything."""
    days = days_since(rule.last_confidence_update or rule.last_used_at, now)
    return next((span for span in SPANS[1:] if span and days is not None and days < span / 2), 0)
