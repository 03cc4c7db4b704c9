"""What a rule has to show before people are asked to make it golden, and before they are asked
to take that back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from learning.heuristics import hooks
from learning.heuristics.confidence import SUCCESS
from learning.heuristics.evidence import lower_bound, posterior_of, tally_of
from learning.heuristics.lifecycle import (
    GOLDEN_CONFIDENCE,
    GOLDEN_GRADERS,
    GOLDEN_HELD,
    GOLDEN_LOWER,
    GOLDEN_RATIO,
    LEAST_APPLICATIONS,
    demotion,
)
from learning.heuristics.models import ConfidenceUpdate, Heuristic

# a rule that came with a golden-rules.md carries 0.5 here: it is judged by what happens here
FROM_FILE = "golden-rules.md"


class Gate(NamedTuple):
    """A condition, whether it is met, and its number."""

    words: str
    met: bool
    number: str


def gates(rule: Heuristic, graders: int, doubts: int) -> list[Gate]:
    """Every condition of gold for *rule*; *graders* are independent, *doubts* open reports."""
    tally = tally_of(rule)
    lower = lower_bound(*posterior_of(rule))
    ratio = tally.held // tally.failed if tally.failed else tally.held
    free = rule.status == "active" and not rule.is_quarantined and rule.frozen_at is None
    return [
        Gate(
            f"Carries at least {GOLDEN_CONFIDENCE:.2f}",
            rule.confidence >= GOLDEN_CONFIDENCE,
            f"{rule.confidence:.3f}",
        ),
        Gate(
            f"Evidence supports at least {GOLDEN_LOWER:.2f}, with 95 % certainty",
            lower >= GOLDEN_LOWER,
            f"{lower:.3f}",
        ),
        Gate(f"Held at least {GOLDEN_HELD} times", tally.held >= GOLDEN_HELD, str(tally.held)),
        Gate(
            f"Held more than {GOLDEN_RATIO} times for each failure",
            tally.failed == 0 or ratio > GOLDEN_RATIO,
            f"{tally.held} to {tally.failed}",
        ),
        Gate(
            f"At least {GOLDEN_GRADERS} graders besides its author",
            graders >= GOLDEN_GRADERS,
            str(graders),
        ),
        Gate("No open fraud report", doubts == 0, str(doubts)),
        Gate("Active and not frozen", free, "frozen" if rule.frozen_at else rule.status),
    ]


def unmet(found: Iterable[Gate]) -> list[str]:
    """The conditions that are not met, with their numbers."""
    return [f"{gate.words}: {gate.number}" for gate in found if not gate.met]


def graders_of(rules: Iterable[Heuristic]) -> dict[int, set[str]]:
    """Who reported that each rule held, its author not counted; one query for all of them.

    An outcome without a name counts for nobody.
    """
    authors = {rule.pk: (rule.author or "").casefold() for rule in rules}
    rows = (
        ConfidenceUpdate.objects.filter(
            heuristic_id__in=authors, update_type=SUCCESS, rate_limited=False
        )
        .exclude(grader_class="self")
        .values_list("heuristic_id", "grader", "agent_id")
        .order_by()
        .distinct()
    )
    found: dict[int, set[str]] = {pk: set() for pk in authors}
    for pk, grader, agent in rows:
        name = (grader or agent or "").casefold()
        if name and name != authors[pk]:
            found[pk].add(name)
    return found


def gates_of(rule: Heuristic) -> list[Gate]:
    """``gates`` with what the ledger and other areas know; two queries."""
    return gates(rule, len(graders_of([rule])[rule.pk]), hooks.doubts_about(rule))


def version_of(rule: Heuristic) -> str:
    """The state of *rule* that a verdict about gold rests on.

    Another success does not make a verdict stale; a failure, a fall below a limit, another text
    or another status does.
    """
    facts = (
        rule.rule,
        rule.explanation,
        rule.status,
        rule.is_golden,
        rule.is_quarantined,
        rule.frozen_at is not None,
        rule.times_violated,
        rule.times_contradicted,
        rule.confidence >= GOLDEN_CONFIDENCE,
        bool(why_demote(rule)),
    )
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def why_demote(rule: Heuristic) -> str:
    """What speaks against *rule* as a golden one; empty when nothing does."""
    tally = tally_of(rule)
    if rule.source_type == FROM_FILE and tally.total < LEAST_APPLICATIONS:
        return ""
    return demotion(rule.confidence, tally)
