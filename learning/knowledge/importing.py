"""How learnings, experiments, decisions and their kin are read from a file of ELF."""

from __future__ import annotations

from typing import Any

from elfsite.origins.speaking import Voice, short
from elfsite.origins.tables import Notes, TableImport, Words
from learning.knowledge.models import (
    ASSUMPTION_STATUSES,
    LEARNING_TYPES,
    Assumption,
    Cycle,
    Decision,
    Experiment,
    Invariant,
    Learning,
    SpikeReport,
    Violation,
)

TITLE_LIMIT = 120  # characters of a title that is made of a summary


def name_learning(row: dict[str, Any], notes: Notes, key: str) -> None:
    """A project's database has neither title nor file, but details that follow the summary."""
    summary = row.get("summary")
    if row.get("title") is None and isinstance(summary, str) and summary.strip():
        row["title"] = summary.strip().splitlines()[0][:TITLE_LIMIT]
    if row.get("filepath") is None:
        row["filepath"] = f"learnings/{key}"
    if isinstance(row.get("details"), str) and row["details"].strip():
        row["summary"] = "\n\n".join(part for part in (summary, row["details"]) if part)


TABLES = [
    TableImport(
        Learning,
        also=("details",),
        prepare=name_learning,
        words={
            "type": Words(
                LEARNING_TYPES,
                "observation",
                {
                    "bug": "failure",
                    "error": "failure",
                    "win": "success",
                    "rule": "heuristic",
                    "note": "observation",
                    "insight": "observation",
                },
            )
        },
        # the words and numbers of the programs that write this column
        numbers={"severity": {"info": 1, "low": 2, "medium": 3, "high": 4, "critical": 5}},
        bounds={"severity": (1, 5)},
        unique=("filepath",),
    ),
    TableImport(Experiment, governed=("status", "cycles_run"), unique=("name",)),
    TableImport(Cycle),
    TableImport(
        Decision,
        aliases={"alternatives": "options_considered"},
        blanks={"context": "", "rationale": ""},
        governed=("status", "superseded_by"),
    ),
    TableImport(
        Invariant,
        blanks={"rationale": ""},
        governed=("status", "violation_count", "last_validated_at", "last_violated_at"),
    ),
    TableImport(Violation, governed=("acknowledged",), activity="violation_date"),
    TableImport(
        Assumption,
        words={"status": Words(ASSUMPTION_STATUSES, "active")},
        bounds={"confidence": (0, 1)},
        governed=(
            "confidence",
            "status",
            "verified_count",
            "challenged_count",
            "last_verified_at",
        ),
    ),
    TableImport(SpikeReport, governed=("usefulness_score", "access_count")),
]


VOICES = {
    "learnings": Voice(
        "learnings", lambda row: f"{row['type']}: {short(row['title'])}", ("type", "domain")
    ),
    "violations": Voice("violations", lambda row: f"rule broken: {short(row['rule_name'])}"),
    "decisions": Voice("decisions", lambda row: f"decision: {short(row['title'])}"),
    "experiments": Voice(
        "experiments", lambda row: f"experiment {short(row['name'])}: {row['status']}"
    ),
    "assumptions": Voice(
        "assumptions", lambda row: f"assumption {row['status']}: {short(row['assumption'])}"
    ),
    "invariants": Voice(
        "invariants", lambda row: f"invariant {row['status']}: {short(row['statement'])}"
    ),
    "spike_reports": Voice("spikes", lambda row: f"spike: {short(row['title'])}"),
}
