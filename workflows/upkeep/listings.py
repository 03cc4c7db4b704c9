"""Pages of the memory's own health and upkeep."""

from __future__ import annotations

from elfsite.listings.declare import listing, panel
from workflows.upkeep.models import DbOperations, SchemaVersion, SystemHealth

listing(
    SystemHealth,
    "status db_integrity db_size_mb disk_free_mb git_status stale_locks timestamp",
    filters="status", order="-timestamp", title="Health",
    panels=(panel("Health", "status db_integrity git_status stale_locks"),
            panel("Room", "db_size_mb disk_free_mb"), panel("Details", "details")),
    about="Snapshots of the memory's health.",
    empty="A health check writes one snapshot; an import brings those of other databases.",
)  # fmt: skip

listing(
    SchemaVersion, "version description applied_at", order="-version",
    about="Versions of this database's schema; those of a source are kept with the source.",
    empty="Each change of the schema writes one row.", command="python manage.py migrate",
)  # fmt: skip

listing(
    DbOperations,
    "id operation_count last_vacuum total_vacuums last_analyze total_analyzes", order="id",
    noun="counter", title="Database operations",
    about="One row that counts operations on this database and its maintenance.",
    empty="The row is made by the first operation that is counted.",
)  # fmt: skip
