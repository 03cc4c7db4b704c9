"""Violations that nobody has acknowledged wait for a person."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from elfsite.listings.links import url_of
from elfsite.timeline.log import shorten
from learning.knowledge.models import Violation
from learning.reviews.inbox import Act, Item, Waiting, waiting
from learning.reviews.queries import ANSWER_WITHIN

META_SHOWN = 160  # characters of a description


def open_violations() -> QuerySet[Violation]:
    """Unacknowledged ones, oldest first."""
    rows = Violation.objects.filter(acknowledged__in=[False], gone_at__isnull=True)
    return rows.order_by("violation_date")


def items_of(rows: list[Violation]) -> list[Item]:
    return [_item(row) for row in rows]


def _item(row: Violation) -> Item:
    since = row.violation_date if isinstance(row.violation_date, datetime) else None
    said = f" {shorten(row.description, META_SHOWN)}" if row.description else ""
    return Item(
        key=f"violation-{row.pk}",
        source="violations",
        word="violation",
        title=row.rule_name or f"golden rule {row.rule_id}",
        meta=f"Golden rule {row.rule_id} was broken.{said}",
        since=since,
        due=since + ANSWER_WITHIN if since else None,
        href=url_of(row),
        glyph="blocker",
        hue="warning",
        is_rule=True,
        acts=(
            Act(
                "Acknowledge",
                reverse("violation_acknowledge", args=[row.pk]),
                post=True,
                fields=(("from", "inbox"),),
            ),
        ),
    )


waiting(
    Waiting("violations", "violations", open_violations, items_of, "/violations/?acknowledged=0")
)
