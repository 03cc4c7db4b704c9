"""What a contraction would do to a domain: which rules merge, which rest. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from learning.domains.limits import Duty, days_over, duty
from learning.domains.models import DomainMetadata, ExpansionEvent
from learning.domains.novelty import Pair, to_merge
from learning.heuristics.maintenance import score_of
from learning.heuristics.models import Heuristic
from learning.heuristics.services.rules import moment
from learning.heuristics.walking import present

READ = 10_000  # active rules of a domain
COMPARED = 1_000  # of them with one another, the most confident: 0.3 s where no word is rare


@dataclass(frozen=True)
class Union:
    """Two rules that would become one."""

    pair: Pair
    one: Heuristic
    other: Heuristic


@dataclass(frozen=True)
class Leaver:
    """A rule that would rest, with its eviction score."""

    rule: Heuristic
    score: float


@dataclass(frozen=True)
class Plan:
    """What contracting a domain now would do. ``spared`` rules are golden or frozen."""

    count: int
    days: int
    duty: Duty
    merges: list[Union] = field(default_factory=list)
    evictions: list[Leaver] = field(default_factory=list)
    spared: int = 0

    @property
    def saved(self) -> int:
        return len(self.merges) + len(self.evictions)

    @property
    def after(self) -> int:
        return self.count - self.saved


def active_rules(domain: str) -> QuerySet[Heuristic]:
    """The active rules of a domain, oldest first."""
    return present("active").filter(domain=domain).order_by("pk")


def given_up(rows: Iterable[DomainMetadata]) -> dict[str, int]:
    """How many rules contractions took from each domain since it left its soft limit; one query.

    So a round that runs daily takes no more than one that runs on the last day.
    """
    since = {row.domain: at for row in rows if (at := moment(row.overflow_entered_at))}
    found = dict.fromkeys(since, 0)
    if not since:
        return found
    events = ExpansionEvent.objects.filter(
        domain__in=list(since),
        event_type="contraction",
        created_at__gte=min(since.values()),
        gone_at__isnull=True,
    ).only("domain", "count_before", "count_after", "created_at")
    for event in events:
        at = moment(event.created_at)
        if at is not None and at >= since[event.domain]:
            found[event.domain] += max(0, event.count_before - event.count_after)
    return found


def plan_contraction(row: DomainMetadata, rules: Sequence[Heuristic], now: datetime) -> Plan:
    """Which of *rules* (all active ones of the domain) merge and which rest, as due *now*.

    Pairs that share two fifths of their words merge first, the most alike before the others;
    what is still due rests, lowest eviction score first. Golden and frozen rules stay.
    """
    days = days_over(row.overflow_entered_at, now)
    given = given_up([row]).get(row.domain, 0)
    due = duty(len(rules), days, row, given)
    return settle(rules, due, days, now, due.target)


def settle(rules: Sequence[Heuristic], due: Duty, days: int, now: datetime, target: int) -> Plan:
    """The plan that gives up *target* of *rules*, or as many as may go."""
    free = [rule for rule in rules if is_free(rule)]
    spared = len(rules) - len(free)
    if target <= 0:
        return Plan(len(rules), days, due, spared=spared)
    by_pk = {rule.pk: rule for rule in free}
    alike = to_merge(texts(rules), target)
    merges = [Union(pair, by_pk[pair.one], by_pk[pair.other]) for pair in alike]
    merged = {pk for pair in alike for pk in (pair.one, pair.other)}
    left = [rule for rule in free if rule.pk not in merged]
    evictions = ranked(left, now)[: target - len(merges)]
    return Plan(len(rules), days, due, merges, evictions, spared)


def texts(rules: Sequence[Heuristic]) -> dict[int, str]:
    """The rules that are compared for a merge: free ones, the most confident COMPARED."""
    free = sorted(filter(is_free, rules), key=lambda rule: (-rule.confidence, rule.pk))
    return {rule.pk: rule.rule for rule in free[:COMPARED]}


def is_free(rule: Heuristic) -> bool:
    """Whether a contraction may touch a rule."""
    return not rule.is_golden and not rule.is_quarantined and rule.frozen_at is None


def ranked(rules: Sequence[Heuristic], now: datetime) -> list[Leaver]:
    """Rules with their eviction scores, the first to go first."""
    found = [Leaver(rule, score_of(rule, now)) for rule in rules]
    return sorted(found, key=lambda leaver: (leaver.score, leaver.rule.pk))
