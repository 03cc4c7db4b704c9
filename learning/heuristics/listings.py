"""Pages of rules, of the ledger of their confidence and of their merges."""

from __future__ import annotations

from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString

from elfsite.charts.glyphs import mark_of
from elfsite.charts.leaf import confidence_cell
from elfsite.charts.tally import tally, tally_words
from elfsite.listings import cells
from elfsite.listings.declare import (
    among,
    between,
    col,
    drawn,
    equals,
    listing,
    panel,
    written,
)
from elfsite.listings.links import title
from elfsite.listings.references import ids
from learning.heuristics.evidence import STAGES, hue_of, posterior_of, stage_of, tally_of
from learning.heuristics.meadow import above_rules
from learning.heuristics.models import ConfidenceUpdate, Heuristic, HeuristicMerge
from learning.heuristics.stages import at_stage

COUNTS = "times_validated times_violated times_contradicted"
EVIDENCE = f"{COUNTS} evidence_held evidence_against"
STAGE_NEEDS = f"{COUNTS} confidence is_golden is_quarantined status ema_warmup_remaining"


def rule_cell(row: Any) -> SafeString:
    """The rule, and below it its domain, number, what taught it, and where it holds."""
    parts = [f'<i class="genus">{escape(cells.shortened(row.domain, 40))}</i>', f"h-{row.pk}"]
    if row.source_type:
        parts.append(f"from {escape(cells.shortened(row.source_type, 30))}")
    place = cells.shortened(row.project_path or "everywhere", 60).rstrip("/")
    parts.append(escape(place.rpartition("/")[2] or place))
    return title(row, cells.shortened(row.rule), ", ".join(parts))


def leaf_cell(row: Any) -> SafeString:
    return confidence_cell(row.confidence, *posterior_of(row), hue=hue_of(stage_of(row)))


def outcomes_cell(row: Any) -> SafeString:
    counts = tally_of(row)
    return SafeString(
        f'<span class="tallyline">{tally(*counts)}</span>'
        f'<span class="second">{tally_words(*counts)}</span>'
    )


def stage_cell(row: Any) -> SafeString:
    return mark_of("stage", stage_of(row))


def change_cell(row: Any) -> SafeString:
    return SafeString(f"{cells.share(row.old_confidence)} → {cells.share(row.new_confidence)}")


def merge_cell(row: Any) -> SafeString:
    return title(row, f"{cells.kept_json(row.source_ids)} into one")


RULE = (
    drawn("rule", rule_cell, needs="rule domain source_type project_path"),
    drawn("carries", leaf_cell, needs=f"{STAGE_NEEDS} {EVIDENCE}", order="confidence", css="w-conf",
          label="Confidence, and what the evidence supports"),
    drawn("outcomes", outcomes_cell, needs=COUNTS, order="times_validated"),
    drawn("stage", stage_cell, needs=STAGE_NEEDS),
    col("last_used_at", label="Applied"),
)  # fmt: skip
RULE_PANELS = (
    panel("Claim", "rule explanation domain project_path source_type author"),
    panel("Evidence", f"confidence {COUNTS} min_applications evidence_held evidence_against"),
    panel("Life", "status is_golden times_revived dormant_since revival_conditions last_used_at"),
    panel("Trust", "is_quarantined fraud_flags last_fraud_check update_count_today"),
)

listing(
    Heuristic, RULE, panels=RULE_PANELS, growing=True, css="rules mid",
    filters=("domain status", equals("is_golden", label="golden"), between("confidence"),
             equals("project_path", label="project", none="everywhere")),
    conditions=(among("stage", at_stage, STAGES, label="stage", offered=False),),
    top=above_rules,  # the stages are chosen there
    search="rule explanation", search_note="Looks through rules and their reasons.",
    order="-confidence", orders="-created_at -updated_at -last_used_at -times_validated",
    related=("confidence_updates fraud_reports expansion_events heuristic_merges",
             written("metrics", "tags", "heuristic_id:{key}")),
    refers=(ids("source_id", "learnings"),), noun="rule", title="Heuristics", named_by="rule",
    about="What the agents believe, and how much of it they have earned.",
    empty="Agents record rules as they learn; an import brings those that another database has.",
)  # fmt: skip

listing(
    ConfidenceUpdate,
    ("update_type heuristic",
     drawn("change", change_cell, needs="old_confidence new_confidence", label="Confidence"),
     col("rate_limited", cells.flag_as("held back")), "agent_id created_at"),
    filters=("update_type rate_limited agent_id heuristic", equals("session_id", typed=True)),
    panels=(
        panel("Change", "heuristic update_type old_confidence new_confidence delta reason"),
        panel("How it was counted", "raw_target_confidence smoothed_delta alpha_used rate_limited"),
        panel("Who", "agent_id session_id grader grader_class"),
    ),
    order="-created_at", growing=True,
    about="The ledger: each change of a rule's confidence, refused attempts included.",
    empty="Each reported outcome of a rule writes one row.",
)  # fmt: skip

listing(
    HeuristicMerge,
    (drawn("sources", merge_cell, needs="source_ids", label="Merge"),
     "target similarity_score merge_strategy merge_reason merged_at"),
    filters="merge_strategy target", order="-merged_at", noun="merge", named_by="merge_reason",
    refers=(ids("source_ids", "heuristics"),),
    about="Rules that said the same and became one.",
    empty="Merging near-duplicates of a domain writes one row.",
)  # fmt: skip
