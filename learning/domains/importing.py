"""How domains, their baselines and their growth are read from a file of ELF.

Limits and baselines are settings of this site: a file's are taken only where there are none.
"""

from __future__ import annotations

from typing import Any

from elfsite.origins.tables import Notes, TableImport, Words
from learning.domains.models import (
    DOMAIN_STATES,
    DomainBaseline,
    DomainMetadata,
    ExpansionEvent,
)


def raise_limits(row: dict[str, Any], notes: Notes, key: str) -> None:
    """A hard limit below the soft one, or an override below the hard one, is raised to it."""
    floor = row.get("soft_limit")
    for column in ("hard_limit", "ceo_override_limit"):
        value = row.get(column)
        if isinstance(value, int) and isinstance(floor, int) and value < floor:
            notes.repaired(column, "raised to the limit below it", value)
            row[column] = value = floor
        floor = floor if value is None else value


TABLES = [
    TableImport(
        DomainMetadata,
        prepare=raise_limits,
        words={"state": Words(DOMAIN_STATES, "normal")},
        bounds={"soft_limit": (1, None), "hard_limit": (1, None), "current_count": (0, None)},
        governed=("current_count", "state", "overflow_entered_at", "health_score"),
        unless_held="domain",
        activity="",
    ),
    TableImport(
        DomainBaseline,
        aliases={"calculated_at": "last_updated"},
        governed=(
            "avg_success_rate",
            "std_success_rate",
            "avg_update_frequency",
            "std_update_frequency",
            "sample_count",
            "last_updated",
        ),
        unless_held="domain",
        activity="",
    ),
    TableImport(ExpansionEvent),
]
