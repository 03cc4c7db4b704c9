"""The memory's own health and upkeep (seed: elf-schema §5.2–5.4)."""

from __future__ import annotations

from django.db import models

from elfsite.origins.fields import SeedDateTimeField, recorded_at, words
from elfsite.origins.models import Recorded, SeedModel, from_origin


class SystemHealth(Recorded):
    """A snapshot of health; the seeds say ``unhealthy`` and ``critical`` for the same thing."""

    VALID_STATUSES = ("healthy", "degraded", "unhealthy", "critical")

    timestamp = recorded_at()
    status = models.TextField(choices=words(*VALID_STATUSES))
    db_integrity = models.TextField(null=True, blank=True)
    db_size_mb = models.FloatField(null=True, blank=True)
    disk_free_mb = models.FloatField(null=True, blank=True)
    git_status = models.TextField(null=True, blank=True)
    stale_locks = models.IntegerField(default=0, db_default=0)
    details = models.TextField(null=True, blank=True)

    class Meta:
        db_table = "system_health"
        verbose_name = "health snapshot"
        constraints = [from_origin("system_health")]
        indexes = [
            models.Index(fields=["timestamp"], name="idx_system_health_timestamp"),
            models.Index(fields=["status", "timestamp"], name="idx_system_health_status"),
        ]

    def __str__(self) -> str:
        return self.status


class SchemaVersion(SeedModel):
    """Versions of our own schema; those of a source are kept with the source."""

    version = models.IntegerField(primary_key=True)
    applied_at = recorded_at()
    description = models.TextField(null=True, blank=True)

    class Meta:
        db_table = "schema_version"
        indexes = [models.Index(fields=["applied_at"], name="idx_schema_version_applied")]

    def __str__(self) -> str:
        return str(self.version)


class DbOperations(SeedModel):
    """One row that counts operations on the database and its maintenance."""

    # an IntegerField and not a positive one: only INTEGER PRIMARY KEY is SQLite's rowid, and the
    # seed's INSERT names no id
    id = models.IntegerField(primary_key=True, default=1, db_default=1)
    operation_count = models.BigIntegerField(default=0, db_default=0)
    last_vacuum = SeedDateTimeField(null=True, blank=True)
    last_analyze = SeedDateTimeField(null=True, blank=True)
    total_vacuums = models.IntegerField(default=0, db_default=0)
    total_analyzes = models.IntegerField(default=0, db_default=0)

    class Meta:
        db_table = "db_operations"
        verbose_name = "database operations"
        verbose_name_plural = "database operations"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="db_operations_singleton")
        ]

    def __str__(self) -> str:
        return f"{self.operation_count} operations"
