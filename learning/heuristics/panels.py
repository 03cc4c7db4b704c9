"""What of this area Overview shows: the golden rules."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.safestring import SafeString

from elfsite.charts.leaf import leaf
from elfsite.listings.counts import rows_of
from elfsite.listings.links import url_of
from learning.heuristics.evidence import hue_of, posterior_of, stage_of
from learning.heuristics.models import Heuristic

SHOWN = 6
LEAF_WIDTH = 300  # user units; a third of the sheet


@dataclass(frozen=True)
class GoldenRow:
    """One golden rule as Overview lists it: the claim, what supports it, how it fared."""

    rule: str
    href: str
    domain: str
    leaf: SafeString
    confidence: float
    held: int
    outcomes: int


def golden_rules(asof: dt.datetime | None = None) -> list[GoldenRow]:
    """The golden rules that carry most confidence."""
    asked = {"asof": asof} if asof else {}
    rows = rows_of(Heuristic, is_golden=True, **asked).order_by("-confidence", "-pk")
    return [_row(rule) for rule in rows[:SHOWN]]


def _row(rule: Heuristic) -> GoldenRow:
    drawn = leaf(rule.confidence, *posterior_of(rule), hue=hue_of(stage_of(rule)), width=LEAF_WIDTH)
    return GoldenRow(
        rule=rule.rule,
        href=url_of(rule),
        domain=rule.domain,
        leaf=drawn,
        confidence=rule.confidence,
        held=rule.times_validated,
        outcomes=rule.times_validated + rule.times_violated + rule.times_contradicted,
    )
