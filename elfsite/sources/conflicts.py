"""Where the source says something else about a row on which a person here has decided."""

from __future__ import annotations

from typing import Any

from elfsite.origins.models import Recorded, Source
from elfsite.origins.seedjson import dump
from elfsite.sources.candidates import Candidate
from elfsite.sources.plans import Plan
from elfsite.timeline.log import Write

MOST_EVENTS = 50  # conflicts of one batch told one by one; the rest in one line
SHOWN = 80  # characters of a value in an event

Differences = dict[str, list[str]]  # column -> [ours, theirs]


def conflicts_of(plan: Plan, changed: list[Candidate]) -> list[tuple[Recorded, Differences]]:
    """Governed rows whose governed columns moved at the source, to something that is not ours."""
    moved = {
        row.pk: row
        for row in changed
        if row.governed
        and row.stored
        and _governed_part(row.stored.hash) != _governed_part(row.hash)
    }
    if not moved:
        return []
    columns = plan.declaration.governed_columns & plan.recorded
    found = []
    for ours in plan.model._base_manager.filter(pk__in=moved):
        theirs = dict(zip(plan.names, moved[ours.pk].values, strict=True))
        differences = _differences(ours.to_dict(), theirs, columns)
        if differences:
            found.append((ours, differences))
    return found


def _governed_part(digest: str) -> str:
    return digest.rpartition(".")[2]


def _differences(
    ours: dict[str, Any], theirs: dict[str, Any], columns: frozenset[str]
) -> Differences:
    return {
        name: [_shown(ours[name]), _shown(theirs[name])]
        for name in sorted(columns)
        if ours[name] != theirs[name]
    }


def _shown(value: Any) -> str:
    return (dump(value) if isinstance(value, bool | float) or value is None else str(value))[:SHOWN]


def report_conflicts(
    w: Write, source: Source, plan: Plan, found: list[tuple[Recorded, Differences]]
) -> None:
    """One event per row: what was decided here stays, and what the source says instead."""
    name = plan.model._meta.verbose_name
    for row, differences in found[:MOST_EVENTS]:
        words = "; ".join(
            f"{column.replace('_', ' ')} is {ours} here and {theirs} there"
            for column, (ours, theirs) in differences.items()
        )
        w.event(
            "sources",
            "conflict",
            row,
            f"{name} {row.pk}: {words}. Ours stays.",
            source=source.name,
            differences=differences,
        )
    if len(found) > MOST_EVENTS:
        more = len(found) - MOST_EVENTS
        w.event("sources", "conflict", source, f"{more} more of {plan.table} differ. Ours stay.")
