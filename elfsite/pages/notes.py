"""The field note of Overview: facts in a sentence, each clause a link to what it counts."""

from __future__ import annotations

from typing import NamedTuple

from elfsite.charts.figure import split_path
from elfsite.listings.links import list_url
from elfsite.pages.readings import RULES, RUNS, UPDATES, Facts, since
from elfsite.pages.waits import REVIEWS
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from workflows.conductor.models import WorkflowRun
from workflows.trails.panels import gap_in_words, trails_of

WEEK = 7


class Clause(NamedTuple):
    """Words, of which *said* lead to a list; *before* and *after* stand around them."""

    before: str
    said: str
    href: str
    after: str


def sentences(facts: Facts) -> list[list[Clause]]:
    """The sentences of the note, as a person reads who comes in the morning."""
    found = [_runs(facts), _rules(facts), _crossing(facts), _waiting(facts)]
    return [each for each in found if each]


def _runs(facts: Facts) -> list[Clause]:
    days = facts.days(RUNS)
    total, failed, running = (days.counts(*kind)[-1] for kind in ((), ("failed",), ("running",)))
    within = since(days.dates[-1], facts.asof)
    day = "On that day " if facts.asof else "Today "
    if not total:
        return [Clause(day, "no run", list_url(WorkflowRun, **within), " began.")]
    clauses = [Clause(day, _plural(total, "run"), list_url(WorkflowRun, **within), " began")]
    for count, word, says in ((failed, "failed", "failed"), (running, "running", "still running")):
        if count:
            href = list_url(WorkflowRun, status=word, **within)
            clauses.append(Clause(", ", f"{count:,} {says}", href, ""))
    return _ended(clauses)


def _rules(facts: Facts) -> list[Clause]:
    new, moved = facts.days(RULES), facts.days(UPDATES)
    rules, updates = sum(new.counts()[-WEEK:]), moved.counts()[-1]
    clauses = []
    if rules:
        href = list_url(Heuristic, **since(new.dates[-WEEK], facts.asof))
        clauses.append(Clause("", _plural(rules, "new rule"), href, " in seven days"))
    if updates:
        href = list_url(ConfidenceUpdate, **since(moved.dates[-1], facts.asof))
        day = "that day" if facts.asof else "today"
        before = "; confidence was updated " if clauses else "Confidence was updated "
        clauses.append(Clause(before, _plural(updates, "time"), href, f" {day}"))
    return _ended(clauses)


def _crossing(facts: Facts) -> list[Clause]:
    for spot in facts.survey.hotspots:
        if spot.crossed_gap is not None:
            name = split_path(spot.location)[1]
            after = f", {gap_in_words(spot.crossed_gap)}."
            return [Clause("Two agents crossed at ", name, trails_of(spot, facts.asof), after)]
    return []


def _waiting(facts: Facts) -> list[Clause]:
    waits = facts.waits(REVIEWS)
    if not waits.counted:
        return []
    verb = "waits" if waits.counted.words == "1" else "wait"
    words = waits.words[:1].upper() + waits.words[1:]
    return [Clause("", words, waits.counted.href, f" {verb} for a decision.")]


def _plural(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _ended(clauses: list[Clause]) -> list[Clause]:
    if not clauses:
        return []
    last = clauses[-1]
    return [*clauses[:-1], last._replace(after=last.after + ".")]
