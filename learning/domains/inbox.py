"""What of domains waits for a person: contractions that come, baselines that drifted."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from elfsite.listings.links import row_path, url_of
from elfsite.listings.registry import of_model
from learning.domains.contraction import given_up
from learning.domains.figures import pots
from learning.domains.limits import days_over, duty
from learning.domains.models import DomainMetadata
from learning.domains.services.measuring import DRIFT
from learning.heuristics.services.rules import moment
from learning.reviews.inbox import Act, Item, Waiting, waiting
from learning.reviews.kinds import Kind, Shown, on_decision
from learning.reviews.models import CeoReview

SHOWN_AFTER = timedelta(days=7)  # the usual grace; a critical domain is shown at once


def full_domains() -> QuerySet[DomainMetadata]:
    """Domains above their limits for long enough, the longest first."""
    old = Q(state="overflow", overflow_entered_at__lte=timezone.now() - SHOWN_AFTER)
    rows = DomainMetadata.objects.filter(Q(state="critical") | old, gone_at__isnull=True)
    return rows.order_by("overflow_entered_at")


def items_of(rows: list[DomainMetadata]) -> list[Item]:
    """Domains as entries of the inbox; what would go is on their pages."""
    now = timezone.now()
    given = given_up(rows)
    return [_item(row, now, given.get(row.domain, 0)) for row in rows]


def _item(row: DomainMetadata, now: datetime, given: int) -> Item:
    since = moment(row.overflow_entered_at)
    days = days_over(since, now)
    due = duty(row.current_count, days, row, given)
    over = row.current_count - row.soft_limit
    what = f"would give up {due.target} of them now" if due.target else due.refused.lower()
    page = url_of(row)
    return Item(
        key=f"contraction-{row.pk}",
        source="contractions",
        word="contraction",
        title=f"{row.domain} is {over} over its soft limit",
        meta=f"Day {days} of {row.max_overflow_days}; {what}, golden ones are spared.",
        since=since,
        due=since + timedelta(days=row.max_overflow_days) if since else None,
        href=page,
        glyph="shrunk",
        hue="warning" if row.state == "overflow" else "hot",
        picture=pots(row.current_count, row.soft_limit, row.hard_limit),
        acts=(Act("Preview", f"{page}#contraction"),),
    )


def show_drift(reviews: list[CeoReview]) -> dict[int, Shown]:
    """Baselines that moved, each with the page of its domain."""
    listing = of_model(DomainMetadata)
    return {
        review.pk: Shown(
            href=row_path(listing, review.subject_id) if listing else "",
            sub=review.context or "",
            approving="Known: the reason is kept beside it.",
            rejecting="Not taken as usual; the baseline stays as it was measured.",
        )
        for review in reviews
    }


FULL = "/domain-metadata/?state=overflow,critical"

waiting(Waiting("contractions", "contractions", full_domains, items_of, FULL))
on_decision(Kind(DRIFT, "drift", "shrunk", "warning", show=show_drift))
