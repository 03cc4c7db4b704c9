"""Critical alerts that nobody has acknowledged wait for a person."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from elfsite.listings.links import url_of
from learning.observer.models import MetaAlert
from learning.reviews.inbox import Act, Item, Waiting, waiting
from learning.reviews.queries import ANSWER_WITHIN


def open_alerts() -> QuerySet[MetaAlert]:
    """Critical ones that are new or active, oldest first."""
    rows = MetaAlert.objects.filter(
        severity="critical", state__in=("new", "active"), gone_at__isnull=True
    )
    return rows.order_by("first_seen")


def items_of(rows: list[MetaAlert]) -> list[Item]:
    return [_item(row) for row in rows]


def _item(row: MetaAlert) -> Item:
    since = row.first_seen if isinstance(row.first_seen, datetime) else None
    about = f" {row.metric_name} is {row.current_value:g}." if _measured(row) else ""
    acts = (("Acknowledge", "alert_acknowledge"), ("Resolve", "alert_resolve"))
    return Item(
        key=f"alert-{row.pk}",
        source="alerts",
        word="alert",
        title=row.message or row.alert_type,
        meta=f"{row.alert_type.replace('_', ' ').capitalize()}, {row.state}.{about}",
        since=since,
        due=since + ANSWER_WITHIN if since else None,
        href=url_of(row),
        glyph="alert-new",
        hue="blocker",
        acts=tuple(
            Act(word, reverse(name, args=[row.pk]), post=True, fields=(("from", "inbox"),))
            for word, name in acts
        ),
    )


def _measured(row: MetaAlert) -> bool:
    return bool(row.metric_name) and isinstance(row.current_value, int | float)


waiting(
    Waiting(
        "alerts",
        "critical alerts",
        open_alerts,
        items_of,
        "/meta-alerts/?severity=critical&state=new,active",
    )
)
