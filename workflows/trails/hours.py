"""Columns of times as hours since ``decay.EPOCH``, computed by the database, on both databases."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import FloatField, Func

from workflows.trails import decay

EPOCH_JULIAN = 2458849.5  # the Julian day of 2020-01-01T00:00Z
EPOCH_UNIX = int(decay.EPOCH.timestamp())


class Hours(Func):
    """A time column as a number; NULL where it is NULL or cannot be read as a time."""

    output_field = FloatField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = f"(JULIANDAY(%(expressions)s) - {EPOCH_JULIAN}) * 24.0"
        return self.as_sql(compiler, connection, template=template, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = f"((EXTRACT(EPOCH FROM %(expressions)s) - {EPOCH_UNIX}) / 3600.0)::float8"
        return self.as_sql(compiler, connection, template=template, **extra)


def hours_at(moment: dt.datetime) -> float:
    """Hours from ``decay.EPOCH`` to *moment*."""
    return (moment - decay.EPOCH).total_seconds() / 3600


def moment_at(hours: float) -> dt.datetime:
    """The time so many hours after ``decay.EPOCH``, to the second."""
    return decay.EPOCH + dt.timedelta(seconds=round(hours * 3600))
