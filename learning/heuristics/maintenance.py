"""The nightly round over all rules: they fade, rest, are given up, and people are asked.

Each phase walks the table by primary key in short transactions that look again at what they
lock. So it may be run twice, by two at once, or be killed in the middle: what is done stays done,
what is not is done the next time, nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from elfsite.origins.models import Source
from elfsite.timeline.log import Write, write
from learning.heuristics import asking, clock, hooks
from learning.heuristics.evidence import tally_of
from learning.heuristics.lifecycle import (
    ACTIVE_PER_DOMAIN,
    ANSWER_HOURS,
    ARCHIVED_AFTER_DAYS,
    ARCHIVED_UNOFFERED_DAYS,
    DORMANT_PER_DOMAIN,
    OFFERED_AFTER_DAYS,
    deprecation,
    eviction_score,
)
from learning.heuristics.models import Heuristic
from learning.heuristics.services.life import fade_locked, give_up, rest, rests_now
from learning.heuristics.services.rules import TOPIC, change, note, now_or
from learning.heuristics.walking import chunks, present

Tick = Callable[[str], None]
Sources = dict[int, Source]
Act = Callable[[Write, Heuristic], bool]


@dataclass
class Report:
    """How many rules each phase changed, and how many requests it made."""

    faded: int = 0
    rested: int = 0
    deprecated: int = 0
    offered: int = 0
    contracted: int = 0
    capped: int = 0
    archived: int = 0
    candidates: int = 0
    demotions: int = 0

    def words(self) -> str:
        """What was done, in a line; nothing done is said, too."""
        done = [f"{count} {name}" for name, count in asdict(self).items() if count]
        return ", ".join(done) or "nothing to do"


def maintain(
    *, actor: Any = "upkeep", at: datetime | None = None, tick: Tick = lambda phase: None
) -> Report:
    """Run every phase in its order; *tick* is called with the phase's name between transactions."""
    now = now_or(at)
    round_ = _Round(actor, now, tick, {source.pk: source for source in Source.objects.all()})
    report = Report()
    round_.fade(report)
    report.deprecated = round_.deprecate()
    report.offered = round_.offer()
    report.contracted = sum(contract(actor, now) for contract in hooks.contractions)
    report.capped = round_.cap()
    report.archived = round_.archive() + round_.archive_surplus()
    report.candidates = asking.propose_candidates(actor, now, tick)
    report.demotions = asking.propose_demotions(actor, now, tick)
    if any(asdict(report).values()):
        with write(actor) as w:
            w.event(
                TOPIC, "maintained", None, f"upkeep of rules: {report.words()}", **asdict(report)
            )
    return report


@dataclass(frozen=True)
class _Round:
    actor: Any
    now: datetime
    tick: Tick
    sources: Sources

    def source(self, rule: Heuristic) -> Source | None:
        return self.sources.get(rule.origin_id) if rule.origin_id else None

    def here(self, rule: Heuristic) -> bool:
        return not clock.lives_elsewhere(rule, self.source(rule))

    def each(
        self,
        phase: str,
        rules: QuerySet[Heuristic],
        wanted: Callable[[Heuristic], bool],
        act: Act,
        line: str = "",
    ) -> int:
        """Do *act* to each rule that is *wanted*, under its lock and if it still is; how many.

        *line* is one event for a transaction, where *act* writes none for each rule.
        """
        done = 0
        for found in chunks(rules):
            pks = [rule.pk for rule in found if wanted(rule)]
            if pks:
                with write(self.actor) as w:
                    locked = rules.select_for_update().filter(pk__in=pks).order_by("pk")
                    changed = [rule for rule in locked if wanted(rule) and act(w, rule)]
                    if changed and line:
                        w.event(TOPIC, phase, None, line.format(len(changed)))
                done += len(changed)
            self.tick(phase)
        return done

    def fade(self, report: Report) -> None:
        """Decay of what is idle; what becomes too weak rests in the same transaction."""

        def act(w: Write, rule: Heuristic) -> bool:
            taken = fade_locked(rule, self.source(rule), self.now)
            if taken is None:
                return False
            if rests_now(rule):
                rest(w, rule, "Faded below 0.20.", self.now, governs=False)
                report.rested += 1
            return True

        wanted = present("active").filter(frozen_at__isnull=True)
        report.faded = self.each("faded", wanted, self.owes, act, "{} rules faded without use")

    def owes(self, rule: Heuristic) -> bool:
        return clock.owes(rule, self.source(rule), self.now)

    def deprecate(self) -> int:
        """Rules that are contradicted too often; golden ones are asked about instead."""

        def is_wrong(rule: Heuristic) -> bool:
            return self.here(rule) and deprecation(tally_of(rule), rule.min_applications).holds

        def act(w: Write, rule: Heuristic) -> bool:
            why = deprecation(tally_of(rule), rule.min_applications).reason
            give_up(w, rule, "deprecated", why, self.now, governs=False)
            return True

        rules = present("active").filter(
            times_contradicted__gt=0, is_golden=False, frozen_at__isnull=True
        )
        return self.each("deprecating", rules, is_wrong, act)

    def rest_days(self, rule: Heuristic) -> float:
        since = clock.rested_since(rule, self.source(rule))
        return 0.0 if since is None else (self.now - since).total_seconds() / 86_400

    def offer(self) -> int:
        """Rules that rest for 90 days are offered once more before they are archived."""

        def is_due(rule: Heuristic) -> bool:
            return self.here(rule) and self.rest_days(rule) >= OFFERED_AFTER_DAYS

        def act(w: Write, rule: Heuristic) -> bool:
            change(rule, self.now, governs=False, revival_offered_at=self.now)
            days = OFFERED_AFTER_DAYS
            note(w, "revival_offered", rule, f"rests for {days} days; archived unless revived")
            return True

        rules = present("dormant").filter(revival_offered_at__isnull=True)
        return self.each("offering", rules, is_due, act)

    def archive(self) -> int:
        """What rests for more than 90 days and was offered in an earlier round."""
        answered = self.now - timedelta(hours=ANSWER_HOURS)

        def is_due(rule: Heuristic) -> bool:
            days = self.rest_days(rule)
            offered = rule.revival_offered_at is not None and rule.revival_offered_at <= answered
            long_enough = days > ARCHIVED_AFTER_DAYS if offered else days > ARCHIVED_UNOFFERED_DAYS
            return self.here(rule) and long_enough

        def act(w: Write, rule: Heuristic) -> bool:
            why = f"Rested for {self.rest_days(rule):.0f} days."
            give_up(w, rule, "archived", why, self.now, governs=False)
            return True

        return self.each("archiving", present("dormant"), is_due, act)

    def cap(self) -> int:
        """At most ten active rules in a domain, or what the domain allows."""
        caps = hooks.domain_caps()
        full = crowded("active", min([ACTIVE_PER_DOMAIN, *caps.values()]))
        return sum(
            enforce_domain_limit(
                actor=self.actor,
                domain=domain,
                limit=caps.get(domain, ACTIVE_PER_DOMAIN),
                at=self.now,
            )
            for domain in full
        )

    def archive_surplus(self) -> int:
        """At most twenty rules rest in a domain; the least worth keeping are archived."""
        done = 0
        for domain in crowded("dormant", DORMANT_PER_DOMAIN):
            with write(self.actor) as w:
                for rule in _lowest(domain, "dormant", DORMANT_PER_DOMAIN, self.now):
                    why = f"More than {DORMANT_PER_DOMAIN} rules rest in {domain}."
                    give_up(w, rule, "archived", why, self.now, governs=False)
                    done += 1
            self.tick("archiving")
        return done


def governed() -> Q:
    """Rules whose domain limits are ours: proposed here, or acted on here. What another database
    recorded keeps the state that it has there."""
    return Q(origin__isnull=True) | Q(governed_at__isnull=False)


def crowded(status: str, limit: int) -> list[str]:
    """Domains with more than *limit* rules of ours in *status*."""
    rows = present(status).filter(governed()).order_by().values("domain")
    found = rows.annotate(rules=Count("pk")).filter(rules__gt=limit)
    return sorted(found.values_list("domain", flat=True))


def enforce_domain_limit(
    *, actor: Any, domain: str, limit: int = ACTIVE_PER_DOMAIN, at: datetime | None = None
) -> int:
    """Put the weakest active rules of a domain to rest until *limit* are left; how many rested.

    Golden and frozen ones count and stay. Confidence x recency x use decides.
    """
    now = now_or(at)
    done = 0
    with write(actor) as w:
        for rule in _lowest(domain, "active", limit, now):
            rest(w, rule, f"{domain} holds {limit} active rules.", now, governs=False)
            done += 1
    return done


def _lowest(domain: str, status: str, limit: int, now: datetime) -> list[Heuristic]:
    """The rules of a domain beyond *limit*, lowest eviction score first, locked."""
    rules = list(
        present(status).filter(governed(), domain=domain).select_for_update().order_by("pk")
    )
    surplus = max(0, len(rules) - limit)
    free = [rule for rule in rules if not rule.is_golden and rule.frozen_at is None]
    return sorted(free, key=lambda rule: (score_of(rule, now), rule.pk))[:surplus]


def score_of(rule: Heuristic, now: datetime) -> float:
    """What a rule is worth to its domain: the lowest goes to rest first."""
    days = clock.days_since(rule.last_used_at, now)
    return eviction_score(rule.confidence, days, rule.times_validated)
