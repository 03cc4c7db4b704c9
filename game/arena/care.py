"""Points for care: for outcomes that others or later facts confirmed, never for volume.

Each rule finds the facts that settled in a span of time, and says of awards whether what they were
for still holds. Nothing counts hours, lines or commits. Behaviour: docs/game.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from elfsite.timeline.log import shorten
from elfsite.timeline.models import TimelineEvent
from game.arena.models import ScoreEvent
from learning.fraud.models import FraudReport, FraudReview
from learning.heuristics.models import Heuristic
from learning.observer.models import MetaAlert
from learning.reviews.models import CeoReview
from learning.reviews.queries import ANSWER_WITHIN

STOOD = dt.timedelta(days=7)  # a fraud review nobody overturned, an alert that did not come back
HELD = dt.timedelta(days=30)  # a golden rule
HELD_AFTER = dt.timedelta(days=90)  # a demotion after that long says nothing about the signature
SETTLED = dt.timedelta(days=1)  # an answer that nobody took back
FACTS_MOST = 2000  # of one rule in one pass
DAY_MOST = 150  # points of care that one person can earn on one day


@dataclass(frozen=True)
class Fact:
    """Something that *person* (a login) did well. ``settled`` is when it was confirmed; ``key``
    names it, so that it counts once."""

    person: str
    key: str
    settled: dt.datetime
    words: str
    subject_type: str
    subject_id: str


@dataclass(frozen=True)
class Care:
    """A rule: *points* for one fact, at most *cap* of them a day. ``facts(since, until)`` are those
    that settled in between; ``fallen(awards)`` the keys of awards that do not hold any more.

    A rule without ``facts`` waits: nothing records yet what it is about (``waits`` says what).
    """

    code: str
    name: str
    about: str
    points: int
    cap: int
    facts: Callable[[dt.datetime, dt.datetime], Iterable[Fact]] | None = None
    fallen: Callable[[Sequence[ScoreEvent]], dict[str, str]] | None = None
    waits: str = ""


def _when(value: Any) -> dt.datetime | None:
    """A seed's time, where it could be read."""
    return value if isinstance(value, dt.datetime) else None


def _numbers(awards: Sequence[ScoreEvent], part: int = 1) -> dict[str, int]:
    """The number in each key's *part*, by key: ``fraud_review:17:mira`` is 17."""
    found = {}
    for award in awards:
        parts = award.key.split(":")
        if len(parts) > part and parts[part].isdecimal():
            found[award.key] = int(parts[part])
    return found


# --- fraud reviews that stood ----------------------------------------------------------------
def _reviews(since: dt.datetime, until: dt.datetime) -> Iterable[Fact]:
    """The last word about a report, spoken seven days ago; a dismissal says nothing."""
    later = FraudReview.objects.filter(fraud_report=OuterRef("fraud_report"), pk__gt=OuterRef("pk"))
    rows = FraudReview.objects.filter(
        ~Exists(later),
        changed_at__gte=since - STOOD,
        changed_at__lte=until - STOOD,
        new_outcome__in=("true_positive", "false_positive"),
    ).order_by("changed_at")
    for row in rows[:FACTS_MOST]:
        yield Fact(
            row.changed_by,
            f"fraud_review:{row.pk}:{row.changed_by}",
            row.changed_at + STOOD,
            f"The review of fraud report {row.fraud_report_id} stood.",
            FraudReport._meta.db_table,
            str(row.fraud_report_id),
        )


def _overturned(awards: Sequence[ScoreEvent]) -> dict[str, str]:
    """A later word about the same report, whatever it says."""
    reports = {int(a.subject_id) for a in awards if a.subject_id.isdecimal()}
    rows = FraudReview.objects.filter(fraud_report_id__in=reports).order_by()
    newest = dict(rows.values_list("fraud_report_id").annotate(last=Max("pk")))
    last = {key: newest.get(int(a.subject_id)) for a in awards if (key := a.key)}
    numbers = _numbers(awards)
    why = "It was overturned."
    return {key: why for key, pk in numbers.items() if last[key] not in (None, pk)}


# --- golden rules that held ------------------------------------------------------------------
def _stamp(moment: dt.datetime) -> int:
    return int(moment.timestamp())


def _gold(since: dt.datetime, until: dt.datetime) -> Iterable[Fact]:
    """Everybody who signed a rule that is golden for 30 days; its author's name does not count."""
    rows = Heuristic.objects.filter(
        is_golden=True, golden_at__gte=since - HELD, golden_at__lte=until - HELD
    ).exclude(golden_by="")
    found = rows.order_by("golden_at").only("rule", "golden_at", "golden_by", "author")
    for rule in found[:FACTS_MOST]:
        golden_at = rule.golden_at
        if golden_at is None:
            continue
        for person in dict.fromkeys(rule.golden_by.split(", ")):
            if person.casefold() == (rule.author or "").casefold():
                continue
            yield Fact(
                person,
                f"golden_rule:{rule.pk}:{_stamp(golden_at)}:{person}",
                golden_at + HELD,
                f"A golden rule held for 30 days: {shorten(rule.rule, 80)}",
                Heuristic._meta.db_table,
                str(rule.pk),
            )


def _demoted(awards: Sequence[ScoreEvent]) -> dict[str, str]:
    """Gold that was taken within 90 days of being given."""
    ids = {int(a.subject_id) for a in awards if a.subject_id.isdecimal()}
    rules = Heuristic.objects.in_bulk(ids)
    given = _numbers(awards, 2)
    young = timezone.now() - HELD_AFTER
    fallen = {}
    for award in awards:
        rule, stamp = rules.get(int(award.subject_id or 0)), given.get(award.key)
        if rule is None or stamp is None or stamp < young.timestamp():
            continue
        if not rule.is_golden or rule.golden_at is None or _stamp(rule.golden_at) != stamp:
            fallen[award.key] = "The rule lost its gold."
    return fallen


# --- answers within their time ---------------------------------------------------------------
def _answers(since: dt.datetime, until: dt.datetime) -> Iterable[Fact]:
    """Requests of the inbox that were decided within their day and not taken back for another."""
    rows = CeoReview.objects.filter(
        status__in=("approved", "rejected"),
        reviewed_at__gte=since - SETTLED,
        reviewed_at__lte=until - SETTLED,
    ).exclude(decided_by="")
    for row in rows.order_by("reviewed_at")[:FACTS_MOST]:
        asked, decided = _when(row.created_at), _when(row.reviewed_at)
        if asked is None or decided is None or row.asked_by == row.decided_by:
            continue
        if not dt.timedelta() <= decided - asked <= ANSWER_WITHIN:
            continue
        yield Fact(
            row.decided_by,
            f"inbox:{row.pk}:{_stamp(decided)}:{row.decided_by}",
            decided + SETTLED,
            f"Answered in time: {shorten(row.title, 80)}",
            CeoReview._meta.db_table,
            str(row.pk),
        )


def _taken_back(awards: Sequence[ScoreEvent]) -> dict[str, str]:
    """An answer that is not the one that was given then."""
    rows = CeoReview.objects.in_bulk(set(_numbers(awards).values()))
    moments = _numbers(awards, 2)
    fallen = {}
    for key, pk in _numbers(awards).items():
        row = rows.get(pk)
        decided = _when(row.reviewed_at) if row else None
        if row is not None and (decided is None or _stamp(decided) != moments.get(key)):
            fallen[key] = "The answer was taken back."
    return fallen


# --- alerts that did not escalate ------------------------------------------------------------
def _alerts(since: dt.datetime, until: dt.datetime) -> Iterable[Fact]:
    """Alerts that a person resolved before they were critical, and that stayed away for a week.

    The table keeps no name; the log does.
    """
    said = TimelineEvent.everything.filter(
        topic="observer",
        verb="resolved",
        subject_type=MetaAlert._meta.db_table,
        at__gte=since - STOOD,
        at__lte=until - STOOD,
    ).order_by("at")
    events = {int(e.subject_id): e for e in said[:FACTS_MOST] if e.subject_id.isdecimal()}
    rows = MetaAlert.objects.filter(pk__in=events, state="resolved").exclude(severity="critical")
    for row in rows:
        event = events[row.pk]
        if _came_back(row, event.at):
            continue
        yield Fact(
            event.actor,
            f"alert:{row.pk}:{event.pk}:{event.actor}",
            event.at + STOOD,
            f"Resolved before it escalated: {shorten(row.message, 80)}",
            MetaAlert._meta.db_table,
            str(row.pk),
        )


def _came_back(row: MetaAlert, at: dt.datetime) -> bool:
    again = MetaAlert.objects.filter(
        alert_type=row.alert_type, first_seen__gt=at, first_seen__lte=at + STOOD
    )
    metric = row.metric_name
    same = again.filter(metric_name=metric) if metric else again.filter(metric_name__isnull=True)
    return same.exclude(pk=row.pk).exists()


def _reopened(awards: Sequence[ScoreEvent]) -> dict[str, str]:
    rows = MetaAlert.objects.in_bulk(set(_numbers(awards).values()))
    found = {key: rows.get(pk) for key, pk in _numbers(awards).items()}
    why = "The alert is open again."
    return {key: why for key, row in found.items() if row and row.state != "resolved"}


CARES = (
    Care(
        "golden_rule",
        "Gold that held",
        "A golden rule that you signed, and did not write, is golden for 30 days.",
        60,
        120,
        _gold,
        _demoted,
    ),
    Care(
        "fraud_review",
        "A review that stood",
        "Your verdict about a fraud report was not overturned for 7 days.",
        40,
        80,
        _reviews,
        _overturned,
    ),
    Care(
        "alert",
        "An alert that did not escalate",
        "You resolved an alert before it was critical, and it stayed away for 7 days.",
        30,
        60,
        _alerts,
        _reopened,
    ),
    Care(
        "inbox",
        "An answer in time",
        "You decided what waited for a person within its day, and it was not taken back.",
        15,
        45,
        _answers,
        _taken_back,
    ),
    Care(
        "assumption",
        "An assumption with evidence",
        "An assumption that you verified, with what proves it.",
        25,
        50,
        waits="Nothing records yet who verified an assumption.",
    ),
    Care(
        "spike",
        "A spike that helped",
        "A spike of yours that others rated useful.",
        20,
        40,
        waits="Nothing records yet who rated a spike.",
    ),
)
BY_CODE = {care.code: care for care in CARES}
