"""What waits for a person: five kinds of rows, each with its number, its list, its first rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils.html import format_html
from django.utils.safestring import SafeString

from elfsite.charts.glyphs import ALERTS, sign
from elfsite.listings import cells
from elfsite.listings.counts import Counted, counted, rows_of
from elfsite.listings.links import url_of
from learning.fraud.models import FraudReport
from learning.heuristics.models import Heuristic
from learning.knowledge.models import Violation
from learning.observer.models import MetaAlert
from learning.reviews.models import CeoReview

SHOWN = 3  # rows of one kind
TEXT_SHOWN, SECOND_SHOWN = 110, 90  # characters of a row's words and of what stands below

NOT_REVIEWED = (None, "pending")  # outcomes of a fraud report
SUSPECTED = ("suspicious", "fraud_likely", "fraud_confirmed")
GRAVE = ("fraud_likely", "fraud_confirmed")
UNRESOLVED = ("new", "active", "ack")  # states of an alert


@dataclass(frozen=True)
class Item:
    """One row that waits; ``since`` is when it began to."""

    text: str
    second: SafeString
    since: Any
    href: str


@dataclass(frozen=True)
class Kind:
    """Rows that wait: which they are, how they are called and marked, and how one is told.

    ``text`` names the column of a row's words, ``since`` that of its time, ``second`` tells the
    rest. Rows ``of_rule`` are about a rule; its words are their ``rule_text``.
    """

    model: type[models.Model]
    filters: Mapping[str, Any]
    one: str
    many: str
    glyph: str
    hue: str
    order: str
    text: str
    since: str
    second: Callable[[Any], SafeString]
    of_rule: bool = False


@dataclass(frozen=True)
class Waits:
    """A kind with its number and its first rows."""

    kind: Kind
    counted: Counted
    items: tuple[Item, ...]

    @property
    def words(self) -> str:
        """``1 pending review``, ``more than 1,000 pending reviews``."""
        return self.counted.count.of(self.kind.one, self.kind.many)


def _report(row: Any) -> SafeString:
    words = row.classification.replace("_", " ")
    return format_html("report {}, {} at {}", row.pk, words, cells.share(row.fraud_score))


def _review(row: Any) -> SafeString:
    asks = " ".join((row.recommendation or row.context or "").split())
    short = asks if len(asks) <= SECOND_SHOWN else asks[: SECOND_SHOWN - 1] + "…"
    return format_html("{}", short or "without a word of context")


def _violation(row: Any) -> SafeString:
    session = format_html(", session {}", row.session_id) if row.session_id else SafeString("")
    return format_html("golden rule {} broken{}", row.rule_id, session)


def _candidate(row: Any) -> SafeString:
    carries = cells.share(row.confidence)
    words = 'golden candidate in <i class="genus">{}</i>, carries {}'
    return format_html(words, row.domain, carries)


REVIEWS = Kind(
    model=CeoReview,
    filters={"status": "pending"},
    one="pending review",
    many="pending reviews",
    glyph="tray",
    hue="accent",
    order="created_at",  # the one that waits longest first
    text="title",
    since="created_at",
    second=_review,
)
KINDS = (
    Kind(
        model=FraudReport,
        filters={"classification": GRAVE, "review_outcome": NOT_REVIEWED},
        one="fraud report, likely or worse",
        many="fraud reports, likely or worse",
        glyph="stage-quarantined",
        hue="blocker",
        order="-fraud_score",
        text="rule_text",
        since="created_at",
        second=_report,
        of_rule=True,
    ),
    REVIEWS,
    Kind(
        model=MetaAlert,
        filters={"severity": "critical", "state": UNRESOLVED},
        one="critical alert",
        many="critical alerts",
        glyph=sign(ALERTS, "active").glyph,
        hue="blocker",
        order="-last_seen",
        text="message",
        since="first_seen",
        second=lambda row: format_html("{}, {}", row.alert_type, row.state),
    ),
    Kind(
        model=Violation,
        filters={"acknowledged": False},
        one="unacknowledged violation",
        many="unacknowledged violations",
        glyph="blocker",
        hue="warning",
        order="-violation_date",
        text="rule_name",
        since="violation_date",
        second=_violation,
    ),
    Kind(
        model=Heuristic,
        filters={"stage": "golden candidate"},
        one="golden candidate",
        many="golden candidates",
        glyph="stage-candidate",
        hue="gold",
        order="-confidence",
        text="rule",
        since="last_used_at",
        second=_candidate,
    ),
)


def waiting(kind: Kind, asof: dt.datetime | None = None) -> Waits:
    """The rows of a kind: how many, and the first SHOWN. Two queries at most."""
    asked = {**kind.filters, **({"asof": asof} if asof else {})}
    number = counted(kind.model, **asked)
    if not number:
        return Waits(kind, number, ())
    rows = rows_of(kind.model, **asked).order_by(kind.order, "-pk")
    if kind.of_rule:
        # a join would drop the report of a rule that is not there
        rules = Heuristic.objects.filter(pk=OuterRef("heuristic_id")).values("rule")
        rows = rows.annotate(rule_text=Subquery(rules[:1]))
    return Waits(kind, number, tuple(_item(kind, row) for row in rows[:SHOWN]))


def _item(kind: Kind, row: models.Model) -> Item:
    words = " ".join(str(getattr(row, kind.text) or "").split()) or f"{kind.one} {row.pk}"
    short = words if len(words) <= TEXT_SHOWN else words[: TEXT_SHOWN - 1] + "…"
    return Item(short, kind.second(row), getattr(row, kind.since), url_of(row))


def first_rows(found: list[Waits], most: int) -> list[tuple[Kind, Item]]:
    """At most *most* rows in the order of the kinds; each has its first before any a second."""
    shares = [0] * len(found)
    for turn in range(most):
        for i, each in enumerate(found):
            if sum(shares) < most and len(each.items) > turn:
                shares[i] += 1
    return [
        (each.kind, item) for each, n in zip(found, shares, strict=True) for item in each.items[:n]
    ]
