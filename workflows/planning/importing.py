"""How plans and what became of them are read from a file of ELF."""

from __future__ import annotations

from elfsite.origins.speaking import Voice, short
from elfsite.origins.tables import TableImport
from workflows.planning.models import Plan, Postmortem

TABLES = [
    TableImport(Plan, governed=("status", "completed_at"), unique=("task_id",)),
    TableImport(Postmortem),
]


VOICES = {
    "plans": Voice("plans", lambda row: f"plan {short(row['title'])}: {row['status']}"),
    "postmortems": Voice("plans", lambda row: f"postmortem: {short(row['title'])}"),
}
