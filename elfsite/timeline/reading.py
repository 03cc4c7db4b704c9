"""Reading the log in order: events after an id, for the stream, for catching up, for polling."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import connection

from elfsite.timeline.frames import Event
from elfsite.timeline.models import TimelineEvent

BATCH = 500
MARGIN = dt.timedelta(seconds=5)  # between the moment an event is made and its commit

_COLUMNS = (
    "id",
    "at",
    "topic",
    "verb",
    "subject_type",
    "subject_id",
    "actor",
    "summary",
    "data",
)


def head() -> int:
    """The id of the newest event, 0 in an empty log."""
    newest = TimelineEvent.objects.order_by("-id").values_list("id", flat=True).first()
    return newest or 0


def head_at() -> str:
    """When the newest event happened, as ISO text; "" in an empty log."""
    newest = TimelineEvent.objects.order_by("-id").values_list("at", flat=True).first()
    return newest.isoformat(timespec="milliseconds") if newest else ""


def heads(topics: Iterable[str]) -> dict[str, int]:
    """The newest id of each topic, 0 where there is none; one query over the topic index."""
    names = list(topics)
    if not names:
        return {}
    one = "SELECT %s AS topic, coalesce(max(id), 0) FROM timeline_events WHERE topic = %s"
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join([one] * len(names)),
            [name for topic in names for name in (topic,) * 2],
        )
        return {row[0]: row[1] for row in cursor.fetchall()}


def after(last: int, limit: int = BATCH) -> list[Event]:
    """Events with an id above *last*, oldest first, at most *limit*."""
    rows = TimelineEvent.objects.filter(id__gt=last).order_by("id").values_list(*_COLUMNS)[:limit]
    return [Event(*row) for row in rows]


def newest(most: int, *, upto: dt.datetime | None = None) -> list[Event]:
    """The last *most* events, newest first; of the past with *upto*."""
    rows = TimelineEvent.objects.order_by("-id")
    if upto is not None:
        rows = rows.filter(at__lte=upto)
    return [Event(*row) for row in rows.values_list(*_COLUMNS)[:most]]


def before(moment: dt.datetime) -> int:
    """The id after which a page made at *moment* has to catch up.

    A page says when it was made and not which id it saw: that saves each page a query. Events of
    the MARGIN before are given again, which a browser knows by their ids.
    """
    first = (
        TimelineEvent.objects.filter(at__gte=moment - MARGIN)
        .order_by("at")
        .values_list("id", flat=True)
        .first()
    )
    return head() if first is None else first - 1
