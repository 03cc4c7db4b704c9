"""How trails are read from a file of ELF, and that their places are summed up afterwards."""

from __future__ import annotations

from elfsite.origins.speaking import Row, Voice, short
from elfsite.origins.tables import TableImport
from workflows.trails.models import Trail
from workflows.trails.places import after_import, around_changes

__all__ = ["TABLES", "VOICES", "after_import", "around_changes"]

TABLES = [TableImport(Trail)]

VERBS = {"read": "read", "write": "wrote", "discovery": "found something in"}


def say_trail(row: Row) -> str:
    """``agent-5 wrote src/api/routes.py``."""
    who, where = row["agent_id"] or "somebody", short(row["location"])
    verb = VERBS.get(row["scent"])
    words = f"{who} {verb} {where}" if verb else f"{who} laid {short(row['scent'], 20)} at {where}"
    return f"{words}: {short(row['message'])}" if row["message"] else words


VOICES = {"trails": Voice("trails", say_trail, ("scent",))}
