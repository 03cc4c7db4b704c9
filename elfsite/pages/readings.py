"""The readings of Overview: a number, its thirty days, the list that it counts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone

from elfsite.listings.counts import Counted as Listed
from elfsite.listings.counts import counted, rows_of
from elfsite.listings.links import list_url
from elfsite.pages.days import Counted, Days, read_days
from elfsite.pages.waits import GRAVE, NOT_REVIEWED, SUSPECTED, UNRESOLVED, Kind, Waits, waiting
from learning.fraud.models import FraudReport
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from learning.knowledge.models import Learning
from learning.observer.models import MetaAlert
from workflows.conductor.models import WorkflowRun
from workflows.sessions.models import BuildingQuery
from workflows.trails.models import Trail
from workflows.trails.queries import Survey, survey

BACK = 30  # days of a spark, today included
NOT_USUAL = "too few days to compare"
LEAST_USUAL = 7  # earlier days with rows below which nothing is called usual
MOST_OPEN = 2000  # rows whose opening and closing make a spark; the number itself counts all
ENDED = ("completed", "failed", "cancelled")
UNANSWERED = ("error", "timeout")

RUNS = Counted(WorkflowRun, kind="status", rolled=False)
RULES = Counted(Heuristic)
LEARNINGS = Counted(Learning, kind="type")
UPDATES = Counted(ConfidenceUpdate, value="new_confidence")
TRAILS = Counted(Trail)
QUERIES = Counted(BuildingQuery, kind="status")
ROLLED = (RULES, LEARNINGS, UPDATES, TRAILS, QUERIES)

Moment = dt.datetime | None


@dataclass(frozen=True)
class Reading:
    """One number of Overview; fields as ``components/reading.html`` takes them."""

    label: str
    value: int | float | str | None
    href: str
    days: Sequence[float | None] = ()
    unit: str = ""
    more: str = ""
    hue: str = ""


class Facts:
    """What several panels are built from, asked once: each page asks with a Facts of its own.

    ``asof`` is the moment of the past that the page shows, None for now.
    """

    def __init__(self, asof: Moment = None) -> None:
        self.asof = asof
        self._days: dict[tuple[Counted, int], Days] = {}
        self._waits: dict[str, Waits] = {}

    def days(self, counted: Counted, back: int = BACK) -> Days:
        """The days of a table, BACK of them or more."""
        key = (counted, max(back, BACK))
        if key not in self._days:
            self._days[key] = read_days(*key, asof=self.asof, earlier=counted is RULES)
        return self._days[key]

    def waits(self, kind: Kind) -> Waits:
        if kind.many not in self._waits:
            self._waits[kind.many] = waiting(kind, self.asof)
        return self._waits[kind.many]

    @cached_property
    def survey(self) -> Survey:
        return survey(asof=self.asof)

    @cached_property
    def golden(self) -> Listed:
        return counted(Heuristic, is_golden=True, **until(self.asof))


def until(asof: Moment) -> dict[str, Any]:
    """The parameter that holds a list to the same moment; nothing for now."""
    return {"asof": asof} if asof else {}


def since(day: dt.date, asof: Moment) -> dict[str, Any]:
    return {"from_": day, **until(asof)}


def runs(facts: Facts) -> Reading:
    days = facts.days(RUNS)
    counts = days.counts()
    return Reading(
        "Runs, 30 days",
        sum(counts),
        list_url(WorkflowRun, **since(days.first, facts.asof)),
        counts,
        more=_today(counts, facts.asof),
    )


def success(facts: Facts) -> Reading:
    """Completed of all that ended in thirty days; runs that go on say nothing yet."""
    days = facts.days(RUNS)
    held, ended = days.counts("completed"), days.counts(*ENDED)
    shares = [round(100 * h / e, 1) if e else None for h, e in zip(held, ended, strict=True)]
    share = f"{100 * sum(held) / sum(ended):.1f}" if sum(ended) else None
    return Reading(
        "Success rate",
        share,
        list_url(WorkflowRun, status=ENDED, **since(days.first, facts.asof)),
        shares,
        unit="%" if share else "",
        more=f"{sum(held):,} of {sum(ended):,} that ended" if sum(ended) else "no run has ended",
    )


def heuristics(facts: Facts) -> Reading:
    days = facts.days(RULES)
    running = days.running()
    return Reading(
        "Heuristics",
        running[-1],
        list_url(Heuristic, **until(facts.asof)),
        running,
        more=f"{sum(days.counts()[-7:]):,} new in 7 days",
    )


def golden(facts: Facts) -> Reading:
    """Golden rules; the spark is when today's were written, promotions are not in every ledger."""
    listed = facts.golden
    days = Days((facts.asof or timezone.now()).date(), BACK)
    rows = rows_of(Heuristic, is_golden=True, **until(facts.asof))
    for written in rows.values_list("created_at", flat=True)[:MOST_OPEN]:
        days.put(_day(written), "", 1, None)
    new = sum(days.counts())
    old = "all older than 30 days" if listed else "none yet"
    more = f"{new} written in 30 days" if new else old
    return Reading("Golden rules", listed.words, listed.href, days.running(), more=more)


def fraud(facts: Facts) -> Reading:
    """Reports that nobody has reviewed, suspicious or worse."""
    asked = {"classification": SUSPECTED, **until(facts.asof)}
    listed = counted(FraudReport, review_outcome=NOT_REVIEWED, **asked)
    rows = list(
        rows_of(FraudReport, **asked)
        .order_by("-created_at")
        .values_list("created_at", "reviewed_at", "review_outcome", "classification")[:MOST_OPEN]
    )
    spans = [
        (at, None if outcome in NOT_REVIEWED else closed or at) for at, closed, outcome, _ in rows
    ]
    grave = sum(1 for _, _, outcome, word in rows if outcome in NOT_REVIEWED and word in GRAVE)
    return Reading(
        "Open fraud reports",
        listed.words,
        listed.href,
        open_per_day(spans, listed, facts.asof),
        more=f"{grave:,} likely or worse" if grave else "none likely" if listed else "none open",
        hue="blocker" if grave else "",
    )


def alerts(facts: Facts) -> Reading:
    """Alerts that are not resolved."""
    listed = counted(MetaAlert, state=UNRESOLVED, **until(facts.asof))
    rows = list(
        rows_of(MetaAlert, **until(facts.asof))
        .order_by("-last_seen")
        .values_list("first_seen", "resolved_at", "state")[:MOST_OPEN]
    )
    spans = [(at, None if state in UNRESOLVED else over or at) for at, over, state in rows]
    states = Counter(state for _, _, state in rows)
    urgent = [f"{states[state]:,} {state}" for state in ("new", "active") if states[state]]
    more = ", ".join(urgent) or ("all acknowledged" if listed else "none unresolved")
    days = open_per_day(spans, listed, facts.asof)
    return Reading(
        "Alerts", listed.words, listed.href, days, more=more, hue="warning" if urgent else ""
    )


def trails(facts: Facts) -> Reading:
    days = facts.days(TRAILS)
    href = list_url(Trail, **since(days.dates[-1], facts.asof))
    counts = days.counts()
    more = _usual(counts) or NOT_USUAL
    return Reading(_of_day("Trails", facts.asof), counts[-1], href, counts, more=more)


def queries(facts: Facts) -> Reading:
    days = facts.days(QUERIES)
    counts, failed = days.counts(), days.counts(*UNANSWERED)[-1]
    usual = _usual(counts) or NOT_USUAL
    more = f"{failed:,} failed" if failed else "none failed" if counts[-1] else usual
    href = list_url(BuildingQuery, **since(days.dates[-1], facts.asof))
    label = _of_day("Queries", facts.asof)
    return Reading(label, counts[-1], href, counts, more=more, hue="warning" if failed else "")


def open_per_day(
    spans: Sequence[tuple[Any, Any]], listed: Listed, asof: Moment
) -> list[float | None]:
    """How many were open at the end of each day, from (opened, closed or None).

    What cannot be read as a time is taken for old, and so is what lies beyond *spans*. Empty
    where there is nothing to draw.
    """
    days = Days((asof or timezone.now()).date(), BACK)
    days.earlier = max(0, listed.number - sum(1 for _, closed in spans if closed is None))
    for opened, closed in spans:
        days.put(_day(opened), "", 1, None)
        if closed is not None:
            days.put(_day(closed), "", -1, None)
    return [float(n) for n in days.running()] if spans else []


def _day(value: Any) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else dt.date.min


def _of_day(word: str, asof: Moment) -> str:
    return f"{word} that day" if asof else f"{word} today"


def _today(counts: Sequence[int], asof: Moment) -> str:
    usual = _usual(counts)
    today = f"{counts[-1]:,} {'that day' if asof else 'today'}"
    return f"{today}, {usual}" if usual else today


def _usual(counts: Sequence[int]) -> str:
    """The range in which eight of ten earlier days lie, since the first that has rows."""
    earlier = list(counts[:-1])
    while earlier and not earlier[0]:
        earlier.pop(0)
    if len(earlier) < LEAST_USUAL:
        return ""
    ranked, last = sorted(earlier), len(earlier) - 1
    return f"usual {ranked[int(0.1 * last)]:,}–{ranked[int(0.9 * last)]:,}"
