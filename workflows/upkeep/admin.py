"""Admin pages of the memory's upkeep."""

from __future__ import annotations

from django.contrib import admin

from elfsite.origins.admin import LedgerAdmin
from workflows.upkeep.models import DbOperations, SchemaVersion, SystemHealth


@admin.register(SystemHealth)
class SystemHealthAdmin(LedgerAdmin):
    list_display = (
        "status",
        "db_integrity",
        "db_size_mb",
        "disk_free_mb",
        "stale_locks",
        "timestamp",
    )
    list_filter = (
        "status",
        "origin",
    )
    search_fields = (
        "details",
        "git_status",
    )
    date_hierarchy = "timestamp"


@admin.register(SchemaVersion)
class SchemaVersionAdmin(LedgerAdmin):
    list_display = (
        "version",
        "description",
        "applied_at",
    )
    search_fields = ("description",)
    date_hierarchy = "applied_at"


@admin.register(DbOperations)
class DbOperationsAdmin(LedgerAdmin):
    list_display = (
        "operation_count",
        "total_vacuums",
        "total_analyzes",
        "last_vacuum",
        "last_analyze",
    )
