"""How health snapshots are read from a file of ELF.

The versions of its schema and the count of its operations describe the file: they are kept with
the source, our own tables of these names are about our own database.
"""

from __future__ import annotations

from elfsite.origins.tables import TableImport
from workflows.upkeep.models import SystemHealth

TABLES = [TableImport(SystemHealth, activity="timestamp")]
FACTS = ("schema_version", "db_operations")
