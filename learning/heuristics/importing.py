"""How rules, their ledger and their merges are read from a file of ELF."""

from __future__ import annotations

from typing import Any

from elfsite.origins.models import Source
from elfsite.origins.speaking import Row, Voice, short
from elfsite.origins.tables import Notes, TableImport, Words
from learning.heuristics import hooks
from learning.heuristics.models import ConfidenceUpdate, Heuristic, HeuristicMerge
from learning.heuristics.services.life import start_idle_clocks


def after_import(source: Source) -> None:
    """Rules of a source came, changed or went: their clocks start, their domains are counted."""
    start_idle_clocks(source)
    for hook in hooks.after_import:
        hook()


def name_grader(row: dict[str, Any], notes: Notes, key: str) -> None:
    """The agent that reported an outcome graded it; without an agent the grader is unknown."""
    agent = row.get("agent_id")
    row["grader"] = agent or None
    row["grader_class"] = "agent" if agent else None


TABLES = [
    TableImport(
        Heuristic,
        # a project's database counts validations only and says "source" for where a rule is from
        aliases={
            "validation_count": "times_validated",
            "violation_count": "times_violated",
            "last_validated": "last_used_at",
            "source": "source_type",
        },
        blanks={"domain": "general"},
        bounds={"confidence": (0, 1), "times_validated": (0, None), "times_violated": (0, None)},
        governed=(
            "confidence",
            "times_validated",
            "times_violated",
            "times_contradicted",
            "is_golden",
            "status",
            "dormant_since",
            "revival_conditions",
            "times_revived",
            "last_confidence_update",
            "update_count_today",
            "update_count_reset_date",
            "confidence_ema",
            "ema_alpha",
            "ema_warmup_remaining",
            "last_ema_update",
            "fraud_flags",
            "is_quarantined",
        ),
        project="project_path",
    ),
    TableImport(
        ConfidenceUpdate,
        prepare=name_grader,
        derived=("grader", "grader_class"),
        words={
            "update_type": Words(
                ConfidenceUpdate.VALID_TYPES,
                aliases={"validation": "success", "violation": "failure"},
            )
        },
    ),
    TableImport(HeuristicMerge, activity="merged_at"),
]

__all__ = ["TABLES", "after_import"]


def say_rule(row: Row) -> str:
    """``rule “Run the tests first”: active, confidence 0.72``."""
    status = row.get("status") or "active"
    return f"rule “{short(row['rule'])}”: {status}, confidence {row['confidence']:.2f}"


def say_update(row: Row) -> str:
    """``success moved a rule from 0.50 to 0.60``."""
    return (
        f"{row['update_type']} moved rule {row['heuristic_id']} "
        f"from {row['old_confidence']:.2f} to {row['new_confidence']:.2f}"
    )


VOICES = {
    "heuristics": Voice("heuristics", say_rule, ("domain", "status")),
    "confidence_updates": Voice("heuristics", say_update, ("heuristic_id",)),
    "heuristic_merges": Voice("heuristics"),
}
