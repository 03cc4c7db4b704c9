"""Pages of background work, for those who administer it."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString

from elfsite.jobs.models import Job
from elfsite.jobs.registry import hidden_kinds
from elfsite.listings import cells
from elfsite.listings.declare import drawn, listing, panel


def progress_cell(row: Any) -> SafeString:
    if row.progress_total is None:
        return cells.text(row.progress_note)
    return SafeString(f"{cells.number(row.progress_done)} of {cells.number(row.progress_total)}")


listing(
    Job,
    ("kind state",
     drawn("progress", progress_cell, needs="progress_done progress_total progress_note"),
     "attempts requested_by created_at finished_at"),
    filters="state kind", unoffered=hidden_kinds, order="-created_at", audience="admin",
    title="Background work",
    panels=(panel("Job", "kind state key attempts max_attempts requested_by"),
            panel("Progress", "progress_done progress_total progress_note result error")),
    about="What waits, runs and ran in the worker.",
    empty="Imports and upkeep run as jobs.",
)  # fmt: skip
