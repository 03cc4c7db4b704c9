"""Rows for tests: any model, with every required field filled."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from django.db import models
from django.db.models import NOT_PROVIDED
from django.utils import timezone

_numbers = count(1)


def make(model: type[models.Model], *, full: bool = False, **given: Any) -> Any:
    """A saved row of *model*; *given* wins. *full* fills what is optional as well, references too.

    Times that have no default lie within the last hours, each row a minute before the last one.
    """
    number = next(_numbers)
    values = {
        field.name: value_of(field, number)
        for field in model._meta.concrete_fields
        if _is_filled(field, full) and field.name not in given and field.attname not in given
    }
    return model._default_manager.create(**{**values, **given})


def _is_filled(field: models.Field[Any, Any], full: bool) -> bool:
    if isinstance(field, models.AutoField) or not field.editable:
        return False
    if isinstance(field, models.ForeignKey) and field.related_model is field.model:
        return False
    optional = field.null or field.has_default() or field.db_default is not NOT_PROVIDED
    return (full and not field.has_default()) or not optional


def value_of(field: models.Field[Any, Any], number: int) -> Any:
    """A value that *field* takes; unlike those of other rows where it has to be."""
    if isinstance(field, models.ForeignKey):
        return make(field.related_model)
    if field.choices:
        return field.flatchoices[0][0]
    for kind, value in (
        (models.BooleanField, False),
        (models.IntegerField, number if field.unique else number % 5 + 20),
        (models.FloatField, 0.5),
        (models.DateTimeField, timezone.now() - dt.timedelta(minutes=number)),
        (models.DateField, timezone.now().date()),
        (models.JSONField, {}),
    ):
        if isinstance(field, kind):
            return value
    return f"{field.name} {number}"[: field.max_length or None]
