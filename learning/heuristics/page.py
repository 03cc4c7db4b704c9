"""What the page of one rule shows, gathered in a dozen queries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.safestring import SafeString

from elfsite.charts.glyphs import OUTCOMES, Sign, sign
from elfsite.charts.leaf import Interval, interval
from elfsite.charts.leafplate import leaf_plate
from elfsite.errors import Refused
from elfsite.listings import detail, links, registry
from elfsite.listings.declare import Listing
from elfsite.listings.links import list_url, url_of
from game.players.models import User
from learning.heuristics import hooks
from learning.heuristics.acts import Look, offers
from learning.heuristics.confidence import CONTRADICTION, FAILURE, MANUAL, RESET, SUCCESS
from learning.heuristics.drawing import evidence_chart
from learning.heuristics.evidence import (
    CONTRADICTED,
    UNKNOWN_GRADER,
    WEIGHTS,
    hue_of,
    posterior_of,
    stage_of,
    tally_of,
)
from learning.heuristics.golden import gates, graders_of
from learning.heuristics.history import SPANS, Past, history_of, span_for
from learning.heuristics.models import ConfidenceUpdate, Heuristic, HeuristicMerge
from learning.heuristics.near import near
from learning.reviews.models import CeoReview

LEDGER = 15  # rows on the page; the list has all
LEGEND = (SUCCESS, FAILURE, CONTRADICTION, "decay", "limited", MANUAL, RESET)


class Row(NamedTuple):
    """A row of the ledger as the page prints it."""

    pk: int
    href: str
    sign: Sign
    because: str
    by: str
    by_class: str
    update: ConfidenceUpdate
    at: datetime


@dataclass(frozen=True)
class Reading:
    """The line under the leaf: what is carried, what is supported, by how many."""

    carried: float
    at: Interval
    outcomes: int
    graders: int

    @property
    def outruns(self) -> bool:
        return self.carried > self.at.high


def context_of(rule: Heuristic, person: User, asked_days: str) -> dict[str, Any]:
    """Everything that ``heuristics/rule.html`` prints. Raises Refused 400 for a bad span."""
    now = timezone.now()
    graders = len(graders_of([rule])[rule.pk])
    return {
        "rule": rule,
        "stage": stage_of(rule),
        "near": near(rule),
        "weights": weights(),
        "merge": HeuristicMerge.objects.filter(target=rule, undone_at=None).first(),
        **_evidence(rule, graders, asked_days, now),
        **_decisions(rule, person, graders, now),
        **_around(rule, person),
    }


def _evidence(rule: Heuristic, graders: int, asked_days: str, now: datetime) -> dict[str, Any]:
    """Leaf, reading, chart and ledger."""
    days = _days(asked_days, rule, now)
    past = history_of(rule, now, days)
    shape = posterior_of(rule)
    return {
        "plate": leaf_plate(rule.confidence, *shape, hue=hue_of(stage_of(rule))),
        "reading": Reading(rule.confidence, interval(*shape), tally_of(rule).total, graders),
        "chart": _chart(rule, past, now, days),
        "days": days,
        "spans": [
            (f"{span} days" if span else "all", f"?days={span}", span == days) for span in SPANS
        ],
        "legend": [sign(OUTCOMES, word) for word in LEGEND],
        "ledger": [_row(each) for each in reversed(past[-LEDGER:])],
        "ledger_url": list_url(ConfidenceUpdate, heuristic=rule),
    }


def _decisions(rule: Heuristic, person: User, graders: int, now: datetime) -> dict[str, Any]:
    """What can be done, and what gold asks for."""
    met = gates(rule, graders, hooks.doubts_about(rule))
    review = pending_review(rule)
    return {
        "offers": offers(Look(rule, person, met, review is not None, now)),
        "gates": [(gate.met, gate.words, gate.number) for gate in met],
        "gates_met": sum(gate.met for gate in met),
        "review": review,
    }


def _around(rule: Heuristic, person: User) -> dict[str, Any]:
    """What hangs on the rule, and where it stands among the pages."""
    listing = registry.of_model(Heuristic)
    children = _children(listing, rule, person)
    where = [("Heuristics", "/heuristics/"), (rule.domain, list_url(Heuristic, domain=rule.domain))]
    return {
        "children": [child for child in children if child.rows],
        "childless": [child for child in children if not child.rows],
        "named": detail.named_in(listing, rule) if listing else [],
        "events": list(detail.events_of(listing, rule)) if listing else [],
        "trail": [*where, (f"h-{rule.pk}", "")],
        "json_url": links.row_path(listing, rule.pk).rstrip("/") + ".json" if listing else "",
    }


def _children(listing: Listing | None, rule: Heuristic, person: User) -> list[detail.Children]:
    """What hangs on the rule, its ledger left out: that is drawn."""
    if listing is None:
        return []
    ledger = ConfidenceUpdate._meta.db_table
    others = tuple(related for related in listing.related if related != ledger)
    return detail.children_of(replace(listing, related=others), rule, person)


def _days(asked: str, rule: Heuristic, now: datetime) -> int:
    if not asked:
        return span_for(rule, now)
    if not asked.isdigit() or int(asked) not in SPANS:
        spans = ", ".join(str(span) for span in SPANS)
        raise Refused("bad_days", f"days is one of {spans}.")
    return int(asked)


def _chart(rule: Heuristic, past: list[Past], now: datetime, days: int) -> SafeString | None:
    """The drawing; None where nothing is recorded in the span."""
    if not past:
        return None
    on_page = {each.update.pk for each in past[-LEDGER:]}

    def href(each: Past) -> str:
        return f"#u-{each.update.pk}" if each.update.pk in on_page else url_of(each.update)

    start = now - timedelta(days=days) if days else None
    return evidence_chart(past, rule.confidence, now, href, start)


def _row(each: Past) -> Row:
    update = each.update
    said = "limited" if update.rate_limited else update.update_type
    by = update.grader or update.agent_id or ""
    return Row(
        update.pk,
        url_of(update),
        sign(OUTCOMES, said),
        update.reason or "",
        by,
        update.grader_class or ("agent" if update.agent_id else ""),
        update,
        each.at,
    )


def pending_review(rule: Heuristic) -> CeoReview | None:
    """The request about this rule that waits in the inbox."""
    return CeoReview.objects.filter(
        subject_type=Heuristic._meta.db_table, subject_id=str(rule.pk), status="pending"
    ).first()


def weights() -> list[tuple[str, str]]:
    """What one outcome counts, by grader class, for people to read."""
    rows = [(word, f"{weight:.2f}") for word, weight in WEIGHTS.items()]
    return [*rows, ("unknown", f"{UNKNOWN_GRADER:.2f}"), ("contradiction", f"× {CONTRADICTED:g}")]
