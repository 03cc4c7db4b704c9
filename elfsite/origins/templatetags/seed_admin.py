"""The date hierarchy of Django admin, for columns in which nonsense may stand."""

from __future__ import annotations

import copy
from typing import Any

from django.contrib.admin.templatetags import admin_list
from django.db import connection, models
from django.template import Library

register = Library()


class _JulianDay(models.Func):
    """NULL where SQLite cannot read the text as a time."""

    function = "JULIANDAY"
    output_field = models.FloatField()


@register.inclusion_tag("admin/date_hierarchy.html")
def seed_date_hierarchy(cl: Any) -> Any:
    """Django's own, and where an unreadable date stops it, the same over the readable ones."""
    try:
        return admin_list.date_hierarchy(cl)
    except (ValueError, AttributeError, TypeError):
        if connection.vendor != "sqlite" or not cl.date_hierarchy:
            return None
    readable = copy.copy(cl)
    readable.queryset = cl.queryset.annotate(_day=_JulianDay(cl.date_hierarchy)).filter(
        _day__isnull=False
    )
    return admin_list.date_hierarchy(readable)
