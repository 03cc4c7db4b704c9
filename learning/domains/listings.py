"""Pages of domains, their baselines, and of what happened to their size."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString

from elfsite.listings import cells
from elfsite.listings.declare import col, drawn, listing, panel, written
from learning.domains.models import DomainBaseline, DomainMetadata, ExpansionEvent


def capacity_cell(row: Any) -> SafeString:
    """Rules against both limits: "7 of 5, at most 10"."""
    count, soft, hard = (
        cells.number(n) for n in (row.current_count, row.soft_limit, row.hard_limit)
    )
    return SafeString(f'{count} of {soft}<span class="second">at most {hard}</span>')


def size_cell(row: Any) -> SafeString:
    return SafeString(f"{cells.number(row.count_before)} → {cells.number(row.count_after)}")


listing(
    DomainMetadata,
    ("domain state",
     drawn("capacity", capacity_cell, needs="current_count soft_limit hard_limit",
           order="current_count", label="Rules"),
     col("avg_confidence", cells.share), col("health_score", cells.share),
     "overflow_entered_at updated_at"),
    filters="state", order="domain", orders="-current_count -health_score", title="Domains",
    panels=(panel("Size", "state current_count soft_limit hard_limit ceo_override_limit"),
            panel("Gate for new rules", "expansion_min_confidence expansion_min_validations"
                  " expansion_min_novelty grace_period_days max_overflow_days")),
    related=(written("heuristics", "domain", "{pk}"),
             written("expansion_events", "domain", "{pk}")),
    about="How many rules a domain may hold, and how it fares.",
    empty="A domain gets its row with its first rule.",
)  # fmt: skip

listing(
    DomainBaseline,
    ("domain", col("avg_success_rate", cells.share), col("std_success_rate", cells.share),
     "avg_update_frequency std_update_frequency sample_count last_updated"),
    order="domain", orders="-last_updated",
    about="How the rules of a domain usually fare; what the fraud detectors compare with.",
    empty="The baseline of a domain is computed from the histories of its rules.",
)  # fmt: skip

listing(
    ExpansionEvent,
    ("event_type domain heuristic", drawn("size", size_cell, needs="count_before count_after"),
     "quality_score novelty_score reason created_at"),
    filters="event_type domain", order="-created_at",
    about="When a domain grew, shrank or merged rules, and why.",
    empty="A domain that takes in a rule, merges some or gives some up writes a row.",
)  # fmt: skip
