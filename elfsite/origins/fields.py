"""Fields for the columns of the seeds, which other programs write with plain SQL.

A date column tolerates nonsense: what cannot be read as a time comes back as ``Unreadable``, the
text as it is written, so that a page can show it and flag it. Django's own field would raise or,
through the driver's converters, silently return None (measured with epoch numbers and junk).
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.signals import connection_created
from django.db.models import Func
from django.utils import timezone


class Unreadable(str):
    """The text of a date column that is no date; shown as written, with a flag."""

    __slots__ = ()


def read_time(value: Any) -> dt.datetime | Unreadable | None:
    """An aware UTC time from what a date column holds: text in any ISO form, a time, or nonsense.

    A text without an offset is UTC: that is what SQLite's CURRENT_TIMESTAMP and our importer write.
    """
    if value is None or isinstance(value, Unreadable):
        return value
    if isinstance(value, dt.datetime):
        return value if value.tzinfo else value.replace(tzinfo=dt.UTC)
    if isinstance(value, str):
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            return Unreadable(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return Unreadable(value)


def read_date(value: Any) -> dt.date | Unreadable | None:
    """A calendar date from what a DATE column holds, or the nonsense as written."""
    if value is None or isinstance(value, Unreadable):
        return value
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        return Unreadable(value)


def _time_of_text(raw: bytes) -> dt.datetime | Unreadable | None:
    return read_time(raw.decode("utf-8", "replace"))


def _date_of_text(raw: bytes) -> dt.date | Unreadable | None:
    return read_date(raw.decode("utf-8", "replace"))


def _any_text(connection: Any, **kwargs: Any) -> None:
    if connection.vendor == "sqlite":
        # 0.1 µs a value; without it one text that is no UTF-8 makes each query on it raise
        connection.connection.text_factory = lambda raw: raw.decode("utf-8", "replace")


def tolerate_nonsense() -> None:
    """Make SQLite's driver hand over unreadable dates and broken text instead of raising."""
    connection_created.connect(_any_text, dispatch_uid="elf.any_text")
    sqlite3.register_converter("datetime", _time_of_text)
    sqlite3.register_converter("timestamp", _time_of_text)
    sqlite3.register_converter("date", _date_of_text)


class CurrentTimestamp(Func):
    """``CURRENT_TIMESTAMP`` as the seeds print it; Django's Now() would add milliseconds."""

    template = "CURRENT_TIMESTAMP"
    output_field = models.DateTimeField()


class _Tolerant(models.Field[Any, Any]):
    """A column of a seed in which agents may have written nonsense: it is kept as written."""

    def to_python(self, value: Any) -> Any:
        return value if isinstance(value, Unreadable) else super().to_python(value)

    def get_prep_value(self, value: Any) -> Any:
        return value if isinstance(value, Unreadable) else super().get_prep_value(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, Unreadable):
            return str(value) if connection.vendor == "sqlite" else None
        return super().get_db_prep_value(value, connection, prepared)


class SeedDateTimeField(_Tolerant, models.DateTimeField[Any, Any]):
    """A DATETIME column of a seed: aware UTC times in and out, nonsense comes back as written."""

    def get_internal_type(self) -> str:
        # not "DateTimeField": the backend's converter of that name raises on nonsense
        return "SeedDateTimeField"

    def db_type(self, connection: Any) -> str:
        return str(connection.data_types["DateTimeField"])

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return read_time(value)

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return str(value) if isinstance(value, Unreadable) else super().value_to_string(obj)


class SeedDateField(_Tolerant, models.DateField[Any, Any]):
    """A DATE column of a seed; nonsense comes back as written."""

    def get_internal_type(self) -> str:
        return "SeedDateField"

    def db_type(self, connection: Any) -> str:
        return str(connection.data_types["DateField"])

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return read_date(value)


def recorded_at() -> SeedDateTimeField:
    """``DATETIME DEFAULT CURRENT_TIMESTAMP``; NULL where an imported time could not be read."""
    return SeedDateTimeField(
        null=True, blank=True, default=timezone.now, db_default=CurrentTimestamp()
    )


def changed_at() -> SeedDateTimeField:
    """``updated_at``: NULL until the first change that goes through the ORM."""
    return SeedDateTimeField(null=True, blank=True, auto_now=True)


def words(*values: str) -> list[tuple[str, str]]:
    """Choices whose label is the stored word: the seeds' words are the interface's words."""
    return [(value, value.replace("_", " ")) for value in values]


def validate_share(value: float) -> None:
    """A probability or share; raises ValidationError outside 0 to 1."""
    if not 0 <= value <= 1:
        raise ValidationError("This must lie between 0 and 1.")
