"""Rules for agents: propose one, say what it was worth, say that it was consulted."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from elfsite.api.area import Answer, Area, Body, Line, Name, Path, Prose, adds
from elfsite.api.caller import Caller, caller_of
from elfsite.api.rows import answer, created, load
from elfsite.charts.numbers import beta_quantiles, shape
from elfsite.errors import Refused
from learning.heuristics import services
from learning.heuristics.evidence import PRIOR, posterior_of, stage_of, weight_of
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from learning.heuristics.services.rules import pace_of

LOW, HIGH = 0.05, 0.95  # the interval holds 90 %; its low end is the bound that gold asks for
COUNTS = "times_validated times_violated times_contradicted"
NEEDS = f"{COUNTS} evidence_held evidence_against"
STAGE = f"{COUNTS} confidence is_golden is_quarantined status ema_warmup_remaining"
# Attempts of one grader on one rule that a limit held back and the ledger keeps; what comes
# after them within the hour is refused and leaves no row, or a loop would fill the ledger.
HELD_BACK_MOST, HELD_BACK_FOR = 10, timedelta(hours=1)

area = Area("Learning · heuristics")


def evidence_of(rule: Heuristic) -> dict[str, float]:
    """What the outcomes of *rule* support: an interval, its middle, and how many outcomes' worth
    of evidence stands behind it."""
    a, b = posterior_of(rule)
    low, high = beta_quantiles(*shape(a, b), (LOW, HIGH))
    return {
        "low": round(low, 4),
        "high": round(high, 4),
        "mean": round(a / (a + b), 4),
        "outcomes": round(a + b - sum(PRIOR), 4),
    }


adds(
    "heuristics", "evidence", evidence_of, needs=NEEDS,
    about="What the outcomes support with 90 %: low, high, mean, and how many outcomes' worth.",
)  # fmt: skip
adds("heuristics", "stage", stage_of, needs=STAGE, about="Where the rule stands in its life.")


class NewRule(Body):
    """A rule and why."""

    domain: Name
    rule: str
    explanation: Prose = ""
    source_type: Name = "observation"
    project_path: Path | None = None


class NewOutcome(Body):
    """What a rule turned out to be worth, once."""

    kind: Literal["success", "failure", "contradiction", "validation", "violation"]
    reason: str = ""
    session_id: Line | None = None


class Interval(Answer):
    """What the outcomes of a rule support."""

    low: float
    high: float
    mean: float
    outcomes: float


class Counted(Answer):
    """What an outcome did."""

    success: bool
    heuristic_id: int
    update_id: int
    old_confidence: float
    new_confidence: float
    raw_target: float
    delta: float
    delta_raw: float
    delta_smoothed: float
    smoothing_effect: float
    alpha: float
    in_warmup: bool
    update_type: str
    updates_today: int
    grader: str
    grader_class: str | None
    weight: float
    evidence: Interval


@area.post("/heuristics", scope="record", status=201, answer="heuristics")
def propose(request: HttpRequest, body: NewRule) -> HttpResponse:
    """Propose a rule.

    It begins with a confidence of 0.5 and earns the rest. Its author is this key, whose word
    about it weighs nothing. A domain that is full says what to do instead (409).
    """
    caller = caller_of(request)
    rule = services.propose_heuristic(
        actor=caller.person,
        domain=body.domain,
        rule=body.rule,
        explanation=body.explanation,
        source_type=body.source_type,
        project_path=caller.placed(body.project_path),
        author=caller.name,
    )
    return created("heuristics", rule.pk, caller)


@area.post("/heuristics/{int:pk}/outcomes", scope="record", status=201, answer=Counted)
def report_outcome(request: HttpRequest, pk: int, body: NewOutcome) -> dict[str, Any]:
    """Report what a rule turned out to be worth.

    The key is the grader and its trust class weighs the word. At most five outcomes a day and
    one in 60 minutes move a rule; what is held back (429) stands in the ledger, the first ten an
    hour of each grader.
    """
    caller = caller_of(request)
    rule: Heuristic = load("heuristics", pk, caller)
    _require_patience(rule, caller)
    try:
        outcome = services.record_outcome(
            actor=caller.person,
            heuristic=rule.pk,
            kind=body.kind,
            grader=caller.name,
            grader_class=grader_class(rule, caller),
            reason=body.reason,
            session_id=body.session_id,
            agent_id=caller.name,
        )
    except Refused as refused:
        raise _with_time(refused, rule) from None
    rule.refresh_from_db()
    return {
        **outcome.as_dict(),
        "heuristic_id": rule.pk,
        "update_id": outcome.update_id,
        "grader": caller.name,
        "grader_class": outcome.grader_class,
        "weight": weight_of(outcome.grader_class),
        "evidence": evidence_of(rule),
    }


def grader_class(rule: Heuristic, caller: Caller) -> str:
    """The class that weighs the word: that of the key, but ``self`` about what its owner wrote."""
    mine = {str(caller.person.login).casefold(), caller.name.casefold()}
    return "self" if (rule.author or "").casefold() in mine else caller.trust_class


def _require_patience(rule: Heuristic, caller: Caller) -> None:
    """Raises Refused 429, without a row, where this grader was held back often enough."""
    now = timezone.now()
    held_back = pace_of(rule).refusal(now)
    if not held_back:
        return
    tried = ConfidenceUpdate.objects.filter(
        agent_id=caller.name, created_at__gt=now - HELD_BACK_FOR, heuristic=rule, rate_limited=True
    )
    if tried[:HELD_BACK_MOST].count() >= HELD_BACK_MOST:
        words = f"{held_back}. This was told {HELD_BACK_MOST} times."
        raise _with_time(Refused("held_back", words, status=429), rule)


def _with_time(refused: Refused, rule: Heuristic) -> Refused:
    """A limit's refusal says when the rule may be moved again: the pause ends, or the day."""
    if refused.status == 429:
        now, pace = timezone.now(), pace_of(rule)
        day = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        pause = (pace.last or now) + timedelta(minutes=pace.cooldown)
        until = day if pace.today(now) >= pace.daily else pause
        refused.retry_after = max(1, ceil((until - now).total_seconds()))
    return refused


@area.post("/heuristics/{int:pk}/uses", scope="record", answer="heuristics")
def note_use(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Say that a rule was consulted; nothing is known of the outcome."""
    caller = caller_of(request)
    rule: Heuristic = load("heuristics", pk, caller)
    services.note_use(actor=caller.person, heuristic=rule.pk)
    return answer("heuristics", rule.pk, caller)
