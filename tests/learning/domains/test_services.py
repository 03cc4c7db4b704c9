from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.origins.services import edit_record
from elfsite.timeline.models import TimelineEvent
from game.players.models import User
from learning.domains.models import DomainBaseline, DomainMetadata, ExpansionEvent
from learning.domains.services import (
    contract_domain,
    contract_due,
    count_all,
    count_domain,
    refresh_baselines,
    refresh_health,
    set_limits,
    version_of,
)
from learning.heuristics import services as heuristics
from learning.heuristics.maintenance import maintain
from learning.heuristics.models import Heuristic, HeuristicMerge
from learning.reviews.models import CeoReview
from tests.learning.domains.conftest import DISTINCT
from tests.learning.heuristics.conftest import START

pytestmark = [pytest.mark.django_db, pytest.mark.postgres, pytest.mark.usefixtures("clock")]
Rules = Callable[..., list[Heuristic]]
Full = Callable[..., DomainMetadata]


def git() -> DomainMetadata:
    return DomainMetadata.objects.get(domain="git")


def active() -> int:
    return Heuristic.objects.filter(domain="git", status="active").count()


def propose(text: str, **more: Any) -> Heuristic:
    return heuristics.propose_heuristic(actor="scout", domain="git", rule=text, **more)


def test_the_first_rule_makes_the_row() -> None:
    rule = propose(DISTINCT[0])
    row = git()
    assert (row.current_count, row.state, row.soft_limit, row.hard_limit) == (1, "normal", 5, 10)
    event = ExpansionEvent.objects.get()
    assert (event.event_type, event.heuristic_id, event.count_before, event.count_after) == (
        "expansion", rule.pk, 0, 1,
    )  # fmt: skip
    assert (event.quality_score, event.novelty_score, event.reason) == (
        0.5, 1.0, "Below soft limit (0/5)",
    )  # fmt: skip


def test_a_rule_that_an_administrator_moves_is_counted_where_it_went(steward: User) -> None:
    rule = propose(DISTINCT[0])
    edit_record(actor=steward, record=rule, changes={"domain": "testing"})
    assert git().current_count == 0
    assert DomainMetadata.objects.get(domain="testing").current_count == 1


def test_a_domain_leaves_normal_and_returns(clock: time_machine.Traveller) -> None:  # E2
    made = [propose(text) for text in DISTINCT[:6]]
    assert (git().state, git().overflow_entered_at) == ("overflow", START)
    reasons = list(ExpansionEvent.objects.order_by("pk").values_list("reason", flat=True))
    assert reasons[-1] == "Quality gate failed: confidence 0.50 < 0.70, validations 0 < 3"
    clock.shift(timedelta(days=1))
    heuristics.make_dormant(actor="upkeep", heuristic=made[0], reason="")
    assert (git().state, git().overflow_entered_at, git().current_count) == ("normal", None, 5)
    heuristics.revive(actor="upkeep", heuristic=made[0], reason="")
    assert git().overflow_entered_at == START + timedelta(days=1)


def test_the_clock_goes_on_from_overflow_to_critical(full: Full) -> None:
    assert full(11, 3).state == "critical"
    heuristics.archive(actor="upkeep", heuristic=Heuristic.objects.first() or 0, reason="")
    assert (git().state, git().overflow_entered_at) == ("overflow", START - timedelta(days=3))


def test_the_hard_limit_refuses_and_the_override_lets_in(rules: Rules, steward: User) -> None:
    rules(10)
    count_domain(actor="test", domain="git")
    with pytest.raises(Refused, match=r"Hard limit reached \(10 active heuristics\)"):
        propose(DISTINCT[11])
    assert Heuristic.objects.count() == 10
    set_limits(actor=steward, domain="git", limits={"ceo_override_limit": 15})  # E4
    propose(DISTINCT[11])
    assert (git().current_count, git().state) == (11, "critical")


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        ({"ceo_override_limit": 9}, "at least the hard limit, 10"),  # E5
        ({"soft_limit": 0}, "soft limit is a number from 1"),
        ({"soft_limit": 11}, "at least the soft limit, 11"),
        ({"hard_limit": 4}, "at least the soft limit, 5"),
        ({"expansion_min_confidence": 1.1}, "confidence asked for is a number from 0 to 1"),
        ({"expansion_min_novelty": float("nan")}, "novelty asked for"),
        ({"grace_period_days": 29}, "grace period ends before"),
        ({"current_count": 3}, "has no limit 'current_count'"),
    ],
)
def test_limits_that_contradict_are_refused(limits: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        set_limits(actor="api", domain="git", limits=limits)
    assert not TimelineEvent.objects.filter(verb="limits").exists()


def test_limits_move_the_state_at_once(full: Full, steward: User, member: User) -> None:
    seen = version_of(full(8, 3))
    row = set_limits(actor=steward, domain="git", limits={"soft_limit": 8}, seen=seen, reason="ok")
    assert (row.state, git().overflow_entered_at) == ("normal", None)
    assert "soft limit 5 → 8. ok" in TimelineEvent.objects.get(verb="limits").summary
    with pytest.raises(Refused, match="have changed since you looked"):
        set_limits(actor=steward, domain="git", limits={"soft_limit": 6}, seen=seen)
    with pytest.raises(Refused, match="Only stewards"):
        set_limits(actor=member, domain="git", limits={"soft_limit": 6})


@pytest.mark.parametrize(
    ("count", "days", "left"),
    [(8, 11, 7), (8, 14, 6), (8, 18, 5), (8, 21, 5), (8, 40, 5),  # E14
     (11, 14, 9), (14, 28, 5)],  # E16, E22
)  # fmt: skip
def test_a_contraction_takes_the_least_worth(full: Full, count: int, days: int, left: int) -> None:
    full(count, days)
    done = contract_domain(actor="upkeep", domain="git")
    assert (done.merged, done.evicted, active(), git().current_count) == (
        0, count - left, left, left,
    )  # fmt: skip
    resting = Heuristic.objects.filter(status="dormant").order_by("pk")
    assert [rule.rule for rule in resting] == list(DISTINCT[: count - left])
    event = ExpansionEvent.objects.get()
    assert (event.event_type, event.heuristic_id, event.count_before, event.count_after) == (
        "contraction", None, count, left,
    )  # fmt: skip
    assert event.reason == f"Merged 0, evicted {count - left}"
    assert git().state == ("normal" if left == 5 else "overflow")


@pytest.mark.parametrize(
    ("count", "days", "sentence"),
    [(5, 20, "'normal' state"), (8, 0, r"In grace period \(0/7 days\)"),
     (8, 6, r"In grace period \(6/7 days\)"), (8, 7, "Not enough time"),
     (8, 10, "Not enough time")],  # E13
)  # fmt: skip
def test_a_contraction_is_refused(full: Full, count: int, days: int, sentence: str) -> None:
    full(count, days)
    with pytest.raises(Refused, match=sentence):
        contract_domain(actor="upkeep", domain="git")
    assert active() == count and not ExpansionEvent.objects.exists()


def test_golden_rules_stay(full: Full) -> None:  # E17
    full(8, 14)
    first, second = Heuristic.objects.order_by("pk")[:2]
    Heuristic.objects.filter(pk__in=(first.pk, second.pk)).update(is_golden=True, confidence=0.1)
    contract_domain(actor="upkeep", domain="git")
    assert set(Heuristic.objects.filter(status="dormant").values_list("rule", flat=True)) == set(
        DISTINCT[2:4]
    )


def test_a_domain_of_gold_gives_nothing_up(full: Full) -> None:
    full(8, 40, is_golden=True)
    with pytest.raises(Refused, match="golden or frozen"):
        contract_domain(actor="upkeep", domain="git")
    assert active() == 8


def test_what_is_alike_merges_first(full: Full) -> None:
    full(8, 14)
    twin = Heuristic.objects.get(rule=DISTINCT[7])
    Heuristic.objects.filter(rule=DISTINCT[6]).update(rule=f"{twin.rule} always well")
    done = contract_domain(actor="upkeep", domain="git")
    assert (done.merged, done.evicted, active(), git().current_count) == (1, 1, 6, 6)
    merge = HeuristicMerge.objects.get()
    assert (merge.merge_reason, merge.target.rule) == ("overflow_contraction", twin.rule)
    kinds = dict(ExpansionEvent.objects.values_list("event_type", "count_after"))
    assert kinds == {"merge": 7, "contraction": 6}
    heuristics.unmerge(actor="upkeep", merge=merge)
    assert git().current_count == active() == 7


def test_a_merge_writes_the_counts_of_the_domain(rules: Rules) -> None:
    made = rules(3)
    heuristics.merge_heuristics(actor="upkeep", heuristics=made[:2], reason="manual")
    event = ExpansionEvent.objects.get()
    assert (event.event_type, event.count_before, event.count_after) == ("merge", 3, 2)
    assert event.reason == f"Merged h-{made[0].pk}, h-{made[1].pk}: manual"


def test_the_night_contracts_once(full: Full) -> None:
    full(8, 14)
    assert maintain(actor="upkeep").contracted == 2
    assert (active(), git().current_count) == (6, 6)
    days = range(1, 6)
    gone = [contract_due("upkeep", START + timedelta(days=day)) for day in days]
    assert gone == [0, 0, 0, 1, 0] and git().state == "normal"


def test_rules_of_another_database_keep_their_state_at_night(full: Full, steward: User) -> None:
    source = Source.objects.create(name="Team", path="/there")
    full(8, 40)
    for rule in Heuristic.objects.all():
        Heuristic.objects.filter(pk=rule.pk).update(origin=source, origin_key=str(rule.pk))
    assert contract_due("upkeep", START) == 0 and active() == 8
    assert contract_domain(actor=steward, domain="git", reason="agreed").evicted == 3


def test_members_do_not_contract(full: Full, member: User) -> None:
    full(8, 40)
    with pytest.raises(Refused, match="Only stewards"):
        contract_domain(actor=member, domain="git")
    with pytest.raises(Refused, match="There is no domain 'hats'"):
        contract_domain(actor="upkeep", domain="hats")


def test_counting_everything_makes_rows_and_then_rests(rules: Rules) -> None:
    rules(6)
    Heuristic.objects.create(domain="css", rule="Prefer grid", status="dormant")
    assert count_all(actor="import") == 2
    found = {row.domain: row.current_count for row in DomainMetadata.objects.all()}
    assert found == {"git": 6, "css": 0}
    events = TimelineEvent.objects.count()
    assert count_all(actor="import") == 0 and TimelineEvent.objects.count() == events


def test_health_is_kept(rules: Rules) -> None:
    rules(5)
    count_all(actor="upkeep")
    assert refresh_health(actor="upkeep") == 1
    expected = 0.35 * 0.35 + 0.25 * (1 - 1 / 1.5) + 0.2 + 0.2
    assert (git().health_score, git().last_health_check) == (pytest.approx(expected), START)
    assert git().avg_confidence == pytest.approx(0.35)
    assert refresh_health(actor="upkeep") == 0


def test_a_baseline_that_drifts_asks_the_stewards(rules: Rules) -> None:
    made = rules(3, times_violated=10)
    first = refresh_baselines(actor="upkeep", domain="git")[0]
    assert first.found is not None and first.moved is None
    assert DomainBaseline.objects.get().avg_success_rate == 0.5
    Heuristic.objects.update(times_violated=4)
    moved = refresh_baselines(actor="upkeep")[0].moved
    assert moved is not None and (moved.significant, moved.severity) == (True, "high")
    review = CeoReview.objects.get()
    assert (review.kind, review.subject_id) == ("baseline_drift", "git")
    assert review.title == "Baseline of git drifts up by 43 %"
    Heuristic.objects.filter(pk=made[0].pk).update(is_quarantined=True)
    assert "need 3+, have 2" in refresh_baselines(actor="upkeep", domain="git")[0].reason
    assert DomainBaseline.objects.get().sample_count == 3


def test_young_baselines_are_left_alone(rules: Rules, clock: time_machine.Traveller) -> None:
    rules(3)
    assert len(refresh_baselines(actor="upkeep", stale_only=True)) == 1
    assert refresh_baselines(actor="upkeep", stale_only=True) == []
    clock.shift(timedelta(days=8))
    assert len(refresh_baselines(actor="upkeep", stale_only=True)) == 1
