"""Numbers per day. Past days come from ``DayCount``, days after those from the table itself.

A job counts past days anew once an hour and after each import: a raw DELETE or UPDATE of an
earlier day's row is seen within the hour, everything of today at once. While rows of a source come
or go, and until they are counted, the table itself is asked for all days. Rows that a source no
longer has are never counted, as on the lists.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import (
    Count,
    Exists,
    F,
    Func,
    Max,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
)
from django.utils import timezone

from elfsite.origins.models import Source
from elfsite.pages.models import CountState, DayCount
from elfsite.timeline.models import TimelineEvent

UNDATED = dt.date.min  # rows without a readable time
DATED = UNDATED + dt.timedelta(days=1)
RECOUNT_EVERY = dt.timedelta(hours=1)
CHUNK = 500


@dataclass(frozen=True)
class Counted:
    """What is counted by day: a table by its time, split by ``kind``, with the sum of ``value``.

    ``rolled`` False for tables whose rows change long after their day (a run's status): those
    are always counted directly, within the days asked for.
    """

    model: type[models.Model]
    time: str = "created_at"
    kind: str = ""
    value: str = ""
    rolled: bool = True

    @property
    def subject(self) -> str:
        return self.model._meta.db_table

    def rows(self) -> QuerySet[Any]:
        return self.model._default_manager.filter(gone_at__isnull=True)


@dataclass(frozen=True)
class Tally:
    """Rows of one day and kind, and the sum of their values."""

    rows: int
    total: float


class Days:
    """The days of one table up to a day, oldest first. ``earlier`` is all that lies before."""

    def __init__(self, last: dt.date, back: int) -> None:
        self.dates = [last - dt.timedelta(days=n) for n in range(back - 1, -1, -1)]
        self.earlier = 0
        self._found: dict[tuple[dt.date, str], Tally] = {}

    @property
    def first(self) -> dt.date:
        return self.dates[0]

    def put(self, day: dt.date, kind: str, rows: int, total: float | None) -> None:
        """Add to a day; before the first it is earlier, after the last it is the last."""
        if day < self.first:
            self.earlier += rows
            return
        key = (min(day, self.dates[-1]), kind)
        before = self._found.get(key, Tally(0, 0.0))
        self._found[key] = Tally(before.rows + rows, before.total + (total or 0.0))

    def last(self, back: int) -> Days:
        """The *back* last of these days."""
        if back >= len(self.dates):
            return self
        fewer = Days(self.dates[-1], back)
        fewer.earlier = self.earlier
        for (day, kind), tally in self._found.items():
            fewer.put(day, kind, tally.rows, tally.total)
        return fewer

    def counts(self, *kinds: str) -> list[int]:
        """Rows per day, of all kinds or of those named."""
        by_day = Counter[dt.date]()
        for (day, kind), tally in self._found.items():
            if not kinds or kind in kinds:
                by_day[day] += tally.rows
        return [by_day[day] for day in self.dates]

    def means(self) -> list[float | None]:
        """The mean of the value per day; None for a day without rows."""
        totals: defaultdict[dt.date, float] = defaultdict(float)
        for (day, _), tally in self._found.items():
            totals[day] += tally.total
        return [
            totals[day] / rows if rows else None
            for day, rows in zip(self.dates, self.counts(), strict=True)
        ]

    def kinds(self) -> list[tuple[str, int]]:
        """Rows by kind over all days, most first."""
        by_kind = Counter[str]()
        for (_, kind), tally in self._found.items():
            by_kind[kind] += tally.rows
        return by_kind.most_common()

    def running(self) -> list[int]:
        """The number of all rows at the end of each day."""
        total, out = self.earlier, []
        for rows in self.counts():
            total += rows
            out.append(total)
        return out


class DayOf(Func):
    """The UTC day of a time column as text, ``2026-11-20``; what is no time gives no such text."""

    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="SUBSTR(%(expressions)s, 1, 10)", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "TO_CHAR(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
        return self.as_sql(compiler, connection, template=template, **extra)


def midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, tzinfo=dt.UTC)


def read_days(
    counted: Counted,
    back: int,
    *,
    now: dt.datetime | None = None,
    asof: dt.datetime | None = None,
    earlier: bool = False,
) -> Days:
    """The *back* days up to today, or up to the moment *asof* of the past.

    At most four queries; ``Days.earlier`` is filled only with *earlier*.
    """
    moment = asof or now or timezone.now()
    days = Days(moment.date(), back)
    kept_to = _kept_to(counted, moment)
    if kept_to:
        # at a time of the past only what is known to be earlier counts, as on the lists
        _read_kept(counted, days, kept_to, earlier, since=UNDATED if asof is None else DATED)
        start = max(days.first, kept_to + dt.timedelta(days=1))
    else:
        start = UNDATED if earlier else days.first
    only = start if start == days.dates[-1] else None
    for day, kind, rows, total in _grouped(counted, _between(counted, start, asof), only):
        days.put(day, kind, rows, total)
    return days


def _kept_to(counted: Counted, moment: dt.datetime) -> dt.date | None:
    """The last day before that of *moment* that is counted already; None if none may be used."""
    if not counted.rolled:
        return None
    busy = Source.objects.filter(state__in=("reading", "forgetting"))
    found = CountState.objects.filter(subject=counted.subject)
    state = found.annotate(head=_sources_head(), busy=Exists(busy)).first()
    if state is None or state.busy or (state.head or 0) != state.sources_head:
        return None
    return min(state.counted_to, moment.date() - dt.timedelta(days=1))


def _sources_head() -> Subquery:
    events = TimelineEvent.objects.filter(topic="sources").order_by("-id")
    return Subquery(events.values("id")[:1])


def _read_kept(counted: Counted, days: Days, upto: dt.date, earlier: bool, since: dt.date) -> None:
    kept = DayCount.objects.filter(subject=counted.subject, day__range=(since, upto))
    for row in kept.filter(day__gte=days.first):
        days.put(row.day, row.kind, row.rows, row.total)
    if earlier:
        before = kept.filter(day__lt=days.first).aggregate(rows=Sum("rows"))
        days.earlier = before["rows"] or 0


def _between(counted: Counted, start: dt.date, asof: dt.datetime | None) -> QuerySet[Any]:
    rows = counted.rows()
    if start > UNDATED:
        rows = rows.filter(**{f"{counted.time}__gte": midnight(start)})
    return rows.filter(**{f"{counted.time}__lte": asof}) if asof else rows


def _grouped(
    counted: Counted, rows: QuerySet[Any], only: dt.date | None = None
) -> list[tuple[dt.date, str, int, float | None]]:
    """Rows and sums by day and kind.

    Rows that are known to be of *only* one day are not asked for it: counting 13,000 of an index
    takes 0.6 ms, grouping them by the text of their day 18.
    """
    by: dict[str, Any] = {} if only else {"_day": DayOf(F(counted.time))}
    if counted.kind:
        by["_kind"] = F(counted.kind)
    numbers: dict[str, Any] = {"_rows": Count("*")}
    if counted.value:
        numbers["_total"] = Sum(counted.value)
    plain = rows.order_by()
    if by:
        found = list(plain.annotate(**by).values(*by).annotate(**numbers))
    else:
        found = [plain.aggregate(**numbers)]
    return [
        (
            only or _date(row["_day"]),
            row.get("_kind") or "",
            row["_rows"],
            row.get("_total"),
        )
        for row in found
    ]


def _date(text: str | None) -> dt.date:
    try:
        return dt.date.fromisoformat(text or "")
    except ValueError:
        return UNDATED


def recount(counted: Counted, *, now: dt.datetime | None = None) -> int:
    """Count all past days of a table anew; how many rows of ``DayCount`` that makes."""
    moment = now or timezone.now()
    today = moment.date()
    # read before the rows: what is imported meanwhile has a later event, and is counted again
    head = TimelineEvent.objects.filter(topic="sources").aggregate(head=Max("id"))["head"] or 0
    past = Q(**{f"{counted.time}__lt": midnight(today)}) | Q(**{f"{counted.time}__isnull": True})
    kept: dict[tuple[dt.date, str], DayCount] = {}
    for day, kind, rows, total in _grouped(counted, counted.rows().filter(past)):
        row = kept.setdefault((day, kind), DayCount(subject=counted.subject, day=day, kind=kind))
        row.rows += rows
        row.total = None if total is None else (row.total or 0.0) + total
    with transaction.atomic():
        DayCount.objects.filter(subject=counted.subject).delete()
        DayCount.objects.bulk_create(kept.values(), batch_size=CHUNK)
        CountState.objects.update_or_create(
            subject=counted.subject,
            defaults={
                "counted_to": today - dt.timedelta(days=1),
                "counted_at": moment,
                "sources_head": head,
            },
        )
    return len(kept)


def recount_owed(counted: Counted, *, now: dt.datetime | None = None) -> bool:
    """Is yesterday missing, the count older than RECOUNT_EVERY, or an import later than it?"""
    moment = now or timezone.now()
    yesterday = moment.date() - dt.timedelta(days=1)
    state = CountState.objects.filter(subject=counted.subject).first()
    return (
        state is None
        or moment - state.counted_at > RECOUNT_EVERY
        or (_kept_to(counted, moment) or UNDATED) < yesterday
    )
