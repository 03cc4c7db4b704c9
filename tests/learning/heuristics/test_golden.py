from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine

from elfsite.errors import Refused
from elfsite.timeline.models import TimelineEvent
from game.players.models import User
from learning.heuristics import hooks
from learning.heuristics.golden import gates_of, graders_of, version_of
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from learning.heuristics.services import (
    approve_golden,
    demote,
    propose_demotion,
    propose_golden,
    record_outcome,
)
from learning.reviews.models import CeoReview
from learning.reviews.services import decide, take_back
from tests.learning.heuristics.conftest import START

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
Make = Callable[..., Heuristic]


def grade(rule: Heuristic, name: str | None, **more: Any) -> None:
    ConfidenceUpdate.objects.create(
        **{
            "heuristic": rule, "old_confidence": 0.9, "new_confidence": 0.9, "delta": 0,
            "update_type": "success", "grader": name, "grader_class": "ci", **more,
        }
    )  # fmt: skip


@pytest.fixture
def worthy(a_rule: Make) -> Heuristic:
    rule = a_rule(0.93, times_validated=60, author="bot-1")
    grade(rule, "ci-1")
    grade(rule, None, agent_id="bot-2")
    return rule


def test_who_counts_as_an_independent_grader(a_rule: Make) -> None:
    rule = a_rule(author="Bot-1")
    for name, more in (
        ("bot-1", {}),
        ("ci-1", {}),
        ("CI-1", {}),
        (None, {}),
        ("me", {"grader_class": "self"}),
        ("held-back", {"rate_limited": True}),
        ("failed", {"update_type": "failure"}),
    ):
        grade(rule, name, **more)
    assert graders_of([rule]) == {rule.pk: {"ci-1"}}


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"confidence": 0.899}, "Carries"),
        ({"times_validated": 20}, "Evidence"),
        ({"times_violated": 6}, "for each failure"),
        ({"author": "ci-1"}, "graders besides"),
        ({"status": "dormant"}, "Active"),
        ({"frozen_at": START}, "Active"),
    ],
)
def test_each_gate_holds_by_itself(worthy: Heuristic, columns: dict[str, Any], words: str) -> None:
    Heuristic.objects.update(**columns)
    with pytest.raises(Refused, match=words) as caught:
        propose_golden(actor="bot-9", heuristic=worthy)
    assert caught.value.code == "not_earned" and not CeoReview.objects.exists()


@pytest.fixture
def open_report() -> Iterator[None]:
    def one(rule: Heuristic) -> int:
        return 1

    hooks.gold_doubts.append(one)
    yield
    hooks.gold_doubts.remove(one)


def test_an_open_fraud_report_closes_the_gate(worthy: Heuristic, open_report: None) -> None:
    with pytest.raises(Refused, match="No open fraud report: 1"):
        propose_golden(actor="bot-9", heuristic=worthy)


def test_all_gates_are_met_with_their_numbers(worthy: Heuristic) -> None:
    assert all(gate.met for gate in gates_of(worthy))
    assert [gate.number for gate in gates_of(worthy)] == [
        "0.930", "0.908", "60", "60 to 0", "2", "0", "active",
    ]  # fmt: skip


def test_one_steward_makes_a_rule_golden(
    worthy: Heuristic, steward: User, clock: time_machine.Traveller
) -> None:
    decision = approve_golden(actor=steward, heuristic=worthy, reason="held all year")
    worthy.refresh_from_db()
    assert decision.settled
    assert (worthy.is_golden, worthy.golden_by, worthy.golden_at) == (True, "mira", START)
    assert worthy.governed_at == START
    verbs = list(TimelineEvent.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["asked", "golden", "approved"]
    with pytest.raises(Refused, match="Already a golden rule"):
        propose_golden(actor=steward, heuristic=worthy)


def test_two_sign_where_two_are_asked_for(
    worthy: Heuristic, steward: User, other_steward: User, settings: Any
) -> None:
    settings.GOLDEN_SIGNATURES = 2
    first = approve_golden(actor=steward, heuristic=worthy, reason="yes")
    assert (first.settled, first.signed, first.needed) == (False, 1, 2)
    with pytest.raises(Refused, match="signed this already"):
        approve_golden(actor=steward, heuristic=worthy, reason="yes")
    assert not Heuristic.objects.get().is_golden
    assert approve_golden(actor=other_steward, heuristic=worthy, reason="yes").settled
    assert Heuristic.objects.get().golden_by == "mira, jonas"


def test_a_signature_holds_for_the_rule_that_was_seen(
    worthy: Heuristic, steward: User, other_steward: User, settings: Any
) -> None:
    settings.GOLDEN_SIGNATURES = 2
    approve_golden(actor=steward, heuristic=worthy, reason="yes")
    Heuristic.objects.update(rule="Force push whenever you like")
    review, now = CeoReview.objects.get(), version_of(Heuristic.objects.get())
    again = {"review": review, "verdict": "approve", "reason": "yes", "seen_version": now}
    assert not decide(actor=other_steward, **again).settled
    assert decide(actor=steward, **again).settled
    assert Heuristic.objects.get().golden_by == "jonas, mira"


def test_another_success_keeps_a_verdict_fresh_and_a_failure_does_not(
    worthy: Heuristic, steward: User
) -> None:
    review = propose_golden(actor="bot-9", heuristic=worthy)
    said: dict[str, Any] = {"actor": "ci", "heuristic": worthy, "grader": "ci", "force": True}
    record_outcome(kind="success", grader_class="ci", **said)
    assert review.subject_version == version_of(Heuristic.objects.get())
    record_outcome(kind="failure", grader_class="ci", **said)
    with pytest.raises(Refused, match="changed since you looked") as caught:
        decide(actor=steward, review=review, verdict="approve", reason="yes")
    assert (caught.value.code, caught.value.status) == ("stale", 409)
    assert CeoReview.objects.get().status == "pending"


def test_what_is_no_longer_earned_is_refused_at_the_last_signature(
    worthy: Heuristic, steward: User
) -> None:
    review = propose_golden(actor="bot-9", heuristic=worthy)
    ConfidenceUpdate.objects.all().delete()
    with pytest.raises(Refused, match="Not earned any more"):
        decide(actor=steward, review=review, verdict="approve", reason="yes")
    assert CeoReview.objects.get().status == "pending"


def test_an_approval_is_taken_back(worthy: Heuristic, steward: User) -> None:
    approve_golden(actor=steward, heuristic=worthy, reason="yes")
    review = take_back(actor=steward, review=CeoReview.objects.get(), reason="too early")
    worthy.refresh_from_db()
    assert (worthy.is_golden, worthy.golden_by, review.status) == (False, "", "pending")
    assert decide(actor=steward, review=review, verdict="approve", reason="now").settled


def test_demotion_is_proposed_and_taken_back(a_rule: Make, steward: User) -> None:
    rule = a_rule(0.75, is_golden=True, golden_by="mira")
    review = propose_demotion(actor="upkeep", heuristic=rule)
    assert review.context == "Carries 0.750, below 0.80."
    assert Heuristic.objects.get().is_golden
    decide(actor=steward, review=review, verdict="approve", reason="it is outdated")
    assert not Heuristic.objects.get().is_golden
    take_back(actor=steward, review=review)
    assert Heuristic.objects.get().is_golden
    with pytest.raises(Refused, match="is not golden"):
        propose_demotion(actor="upkeep", heuristic=a_rule())


def test_demoting_at_once_is_for_stewards(a_rule: Make, steward: User, member: User) -> None:
    rule = a_rule(is_golden=True)
    with pytest.raises(Refused, match="Only stewards"):
        demote(actor=member, heuristic=rule, reason="no")
    demote(actor=steward, heuristic=rule, reason="no")
    assert not Heuristic.objects.get().is_golden
    with pytest.raises(Refused, match="Only stewards"):
        approve_golden(actor=member, heuristic=rule, reason="no")
    with pytest.raises(Refused, match="Only people"):
        approve_golden(actor="bot", heuristic=rule, reason="no")
