"""The roll-up of trails by location, scent and UTC day, kept together with the places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import (
    Case,
    Count,
    DateField,
    F,
    FloatField,
    Func,
    QuerySet,
    Sum,
    Value,
    When,
)

from workflows.trails import decay
from workflows.trails.hours import Hours, moment_at
from workflows.trails.models import Trail, TrailDay
from workflows.trails.sums import Laid

CHUNK = 500
COLUMNS = ("origin_id", "location", "scent", "day", "trails", "strength")

Key = tuple[int | None, str, str, dt.date]


class DayOf(Func):
    """The UTC day of a readable time column."""

    output_field = DateField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="DATE(%(expressions)s)", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "(%(expressions)s AT TIME ZONE 'UTC')::date"
        return self.as_sql(compiler, connection, template=template, **extra)


def clamped() -> Case:
    """The strength of a trail as it counts, in the database."""
    return Case(
        When(strength__gt=1, then=Value(1.0)),
        When(strength__lt=0, then=Value(0.0)),
        default=F("strength"),
        output_field=FloatField(),
    )


def add(trails: Iterable[Laid]) -> None:
    """Count trails that are new below the watermark."""
    found: dict[Key, TrailDay] = {}
    for trail in trails:
        key = (trail.origin, trail.location, trail.scent, moment_at(trail.at).date())
        row = found.get(key)
        if row is None:
            row = found[key] = TrailDay(
                origin_id=key[0],
                location=key[1],
                scent=key[2],
                day=key[3],
                trails=0,
                strength=0.0,
            )
        row.trails += 1
        row.strength += decay.clamped(trail.strength)
    _save(found)


def _save(found: dict[Key, TrailDay]) -> None:
    ids: dict[Key, int] = {}
    keys = sorted({(location, day) for _, location, _, day in found})
    for start in range(0, len(keys), CHUNK):
        some = keys[start : start + CHUNK]
        rows = TrailDay.objects.filter(
            location__in={location for location, _ in some}, day__in={day for _, day in some}
        )
        for row in rows:
            key = (row.origin_id, row.location, row.scent, row.day)
            if key in found and key not in ids:
                new, ids[key] = found[key], row.pk
                new.trails += row.trails
                new.strength += row.strength
    for key, pk in ids.items():
        found[key].pk = pk
    old = [found[key] for key in ids]
    TrailDay.objects.bulk_update(old, ["trails", "strength"], batch_size=CHUNK)
    fresh = [row for key, row in found.items() if key not in ids]
    TrailDay.objects.bulk_create(fresh, batch_size=CHUNK)


def replace(trails: QuerySet[Trail], **where: Any) -> None:
    """Count the days of the locations *where* anew, from *trails*; one statement does it."""
    TrailDay.objects.filter(**where).delete()
    days = (
        trails.annotate(at=Hours(F("created_at")), day=DayOf(F("created_at")))
        .filter(at__isnull=False)
        .order_by()
        .values("origin_id", "location", "scent", "day")
        .annotate(rows=Count("*"), total=Sum(clamped()))
        .values_list("origin_id", "location", "scent", "day", "rows", "total")
    )
    query, values = days.query.sql_with_params()
    with connection.cursor() as cursor:
        # names of our own columns; every value is a parameter
        cursor.execute(f"INSERT INTO trail_days ({', '.join(COLUMNS)}) {query}", values)
