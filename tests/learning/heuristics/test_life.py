from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from elfsite.errors import Refused
from game.players.models import User
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from learning.heuristics.services import (
    archive,
    decay,
    deprecate,
    deprecate_if_contradicted,
    make_dormant,
    record_outcome,
    restore,
    revive,
)
from tests.learning.heuristics.conftest import START

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
Make = Callable[..., Heuristic]
Clock = time_machine.Traveller


def test_an_idle_rule_fades_once_in_its_span(clock: Clock, a_rule: Make) -> None:
    rule = a_rule(0.8, days=15)
    for _ in range(3):
        decay(actor="upkeep", heuristic=rule)
    rule.refresh_from_db()
    assert rule.confidence == rule.confidence_ema == pytest.approx(0.736)
    row = ConfidenceUpdate.objects.get()
    assert (row.update_type, row.alpha_used) == ("decay", 1.0)
    clock.move_to(START + timedelta(days=13))  # 28 idle days
    decay(actor="upkeep", heuristic=rule)
    assert Heuristic.objects.get().confidence == pytest.approx(0.67712)


def test_an_outcome_after_fading_starts_from_where_it_faded_to(clock: Clock, a_rule: Make) -> None:
    rule = a_rule(0.8, days=30)
    decay(actor="upkeep", heuristic=rule)
    outcome = record_outcome(
        actor="bot", heuristic=rule, kind="success", grader="bot", grader_class="agent"
    )
    assert outcome.step.old == pytest.approx(0.67712)
    clock.move_to(START + timedelta(days=15))
    decay(actor="upkeep", heuristic=rule)
    assert Heuristic.objects.get().confidence == pytest.approx(0.92 * outcome.step.new)


@pytest.mark.parametrize(
    "columns",
    [
        {"days": 13},
        {"days": 90, "status": "dormant"},
        {"days": 90, "frozen_at": START},
        {"days": 90, "is_quarantined": True},
    ],
)
def test_what_does_not_fade(clock: Clock, a_rule: Make, columns: dict[str, Any]) -> None:
    rule = a_rule(0.8, **columns)
    assert decay(actor="upkeep", heuristic=rule) is None
    assert not ConfidenceUpdate.objects.exists()


def test_a_rule_that_was_never_used_is_idle_since_it_was_made(clock: Clock, a_rule: Make) -> None:
    rule = a_rule(0.8, last_used_at=None, created_at=START - timedelta(days=20))
    decay(actor="upkeep", heuristic=rule)
    assert Heuristic.objects.get().confidence == pytest.approx(0.736)


def test_below_a_fifth_a_rule_rests_and_a_golden_one_does_not(clock: Clock, a_rule: Make) -> None:
    weak, gold = a_rule(0.21, days=15), a_rule(0.21, days=15, is_golden=True)
    for rule in (weak, gold):
        decay(actor="upkeep", heuristic=rule)
        rule.refresh_from_db()
    assert (weak.status, gold.status) == ("dormant", "active")


def test_a_resting_rule_knows_what_wakes_it(clock: Clock, a_rule: Make) -> None:
    rule = a_rule(rule="Use Redis for session storage in distributed systems and more words")
    make_dormant(actor="upkeep", heuristic=rule, reason="quiet")
    rule.refresh_from_db()
    assert (rule.status, rule.dormant_since) == ("dormant", START)
    conditions = json.loads(rule.revival_conditions or "")
    assert conditions == {
        "keywords": ["redis", "session", "storage", "distributed", "systems"],
        "domain": "git",
        "min_confidence_for_revival": 0.35,
        "created_at": START.isoformat(),
    }
    with pytest.raises(Refused, match="Heuristic is dormant, not active"):
        make_dormant(actor="upkeep", heuristic=rule, reason="")


def test_a_revived_rule_starts_from_the_revived_average(clock: Clock, a_rule: Make) -> None:
    rule = a_rule(0.15, status="dormant", dormant_since=START - timedelta(days=30), days=200)
    revive(actor="upkeep", heuristic=rule, reason="asked for")
    rule.refresh_from_db()
    assert (rule.status, rule.times_revived, rule.dormant_since) == ("active", 1, None)
    assert rule.confidence == rule.confidence_ema == 0.35
    assert (ConfidenceUpdate.objects.get().update_type, rule.update_count_today) == ("revival", 0)
    outcome = record_outcome(
        actor="bot", heuristic=rule, kind="success", grader="bot", grader_class="agent"
    )
    assert (outcome.step.raw, outcome.step.alpha) == (pytest.approx(0.415), 0.20)
    assert outcome.step.new == pytest.approx(0.363)
    assert decay(actor="upkeep", heuristic=rule) is None


@pytest.mark.parametrize("status", ["active", "archived", "deprecated"])
def test_only_a_dormant_rule_is_revived(a_rule: Make, status: str) -> None:
    with pytest.raises(Refused, match=f"Heuristic is {status}, not dormant"):
        revive(actor="upkeep", heuristic=a_rule(status=status), reason="")


@pytest.mark.parametrize(
    ("counts", "status"), [((7, 0, 3), "active"), ((6, 0, 4), "deprecated"), ((6, 0, 3), "active")]
)
def test_deprecation_by_contradiction(
    clock: Clock, a_rule: Make, counts: tuple[int, int, int], status: str
) -> None:
    held, failed, contradicted = counts
    rule = a_rule(times_validated=held, times_violated=failed, times_contradicted=contradicted)
    verdict = deprecate_if_contradicted(actor="upkeep", heuristic=rule)
    assert verdict.holds is (status == "deprecated")
    assert Heuristic.objects.get().status == status


def test_gold_is_not_given_up_by_the_way(a_rule: Make, steward: User) -> None:
    rule = a_rule(is_golden=True, times_validated=6, times_contradicted=4)
    deprecate_if_contradicted(actor="upkeep", heuristic=rule)
    assert Heuristic.objects.get().status == "active"
    for act in (make_dormant, deprecate, archive):
        with pytest.raises(Refused, match="demoted first"):
            act(actor=steward, heuristic=rule, reason="wrong")


def test_what_was_given_up_comes_back(clock: Clock, a_rule: Make, steward: User) -> None:
    rule = a_rule(0.8, days=90)
    deprecate(actor=steward, heuristic=rule, reason="wrong since Python 3")
    with pytest.raises(Refused, match="deprecated, not active or dormant"):
        archive(actor=steward, heuristic=rule, reason="")
    restore(actor=steward, heuristic=rule, reason="it was not")
    rule.refresh_from_db()
    assert (rule.status, rule.confidence) == ("active", 0.8)
    assert decay(actor="upkeep", heuristic=rule) is None


@pytest.mark.parametrize("act", [make_dormant, revive, deprecate, archive, restore])
def test_members_do_not_govern(a_rule: Make, member: User, act: Any) -> None:
    with pytest.raises(Refused, match="Only stewards") as caught:
        act(actor=member, heuristic=a_rule(), reason="because")
    assert caught.value.status == 403


@pytest.mark.parametrize("act", [make_dormant, revive, deprecate, archive, restore])
def test_an_unknown_rule_is_not_found(steward: User, act: Any) -> None:
    with pytest.raises(Refused) as caught:
        act(actor=steward, heuristic=404, reason="because")
    assert caught.value.status == 404
