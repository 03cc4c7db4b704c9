"""The operation counter of the models API (seed: elf-models-api, DbOperations)."""

from __future__ import annotations

from django.db.models import F

from elfsite.timeline.log import write
from workflows.upkeep.models import DbOperations


def get_or_create_db_operations() -> DbOperations:
    """The one row of ``db_operations``, made when it is missing."""
    row, _ = DbOperations.objects.get_or_create(pk=1)
    return row


def increment_operation_count() -> int:
    """Count one operation; returns the new count.

    No event: the counter is bookkeeping of the database itself, and counting would count itself.
    """
    with write():
        get_or_create_db_operations()
        DbOperations.objects.filter(pk=1).update(operation_count=F("operation_count") + 1)
        return DbOperations.objects.values_list("operation_count", flat=True).get(pk=1)
