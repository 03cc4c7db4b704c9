from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from elfsite.errors import Refused
from elfsite.origins.models import Source
from game.players.models import User
from learning.heuristics.models import ConfidenceUpdate, Heuristic, HeuristicMerge
from learning.heuristics.services import merge_heuristics, unmerge
from tests.learning.heuristics.conftest import START

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
Make = Callable[..., Heuristic]


@pytest.fixture
def pair(a_rule: Make) -> list[Heuristic]:
    return [
        a_rule(0.75, rule="prevent useEffect loops", times_validated=10, times_violated=1,
               evidence_held=1.0, explanation="It renders for ever."),
        a_rule(0.65, rule="prevent loops", times_validated=5, times_violated=2,
               evidence_held=0.5, explanation="It hangs."),
    ]  # fmt: skip


def test_two_rules_become_one(pair: list[Heuristic], clock: time_machine.Traveller) -> None:
    merged = merge_heuristics(actor="upkeep", heuristics=pair, reason="similarity_detected")
    target = Heuristic.objects.get(pk=merged.target.pk)
    assert (target.rule, target.explanation) == (
        "prevent useEffect loops",
        "It renders for ever. | It hangs.",
    )
    assert target.confidence == target.confidence_ema == pytest.approx(10.75 / 15)
    assert (target.times_validated, target.times_violated, target.evidence_held) == (15, 3, 1.5)
    assert (target.status, target.last_used_at, target.ema_warmup_remaining) == ("active", START, 0)
    assert {rule.status for rule in Heuristic.objects.exclude(pk=target.pk)} == {"archived"}
    row = HeuristicMerge.objects.get()
    assert (row.source_ids, row.target_id) == (f"[{pair[0].pk},{pair[1].pk}]", target.pk)
    assert (row.merge_reason, row.merge_strategy) == ("similarity_detected", "weighted_average")
    assert row.similarity_score == pytest.approx(2 / 3)
    assert ConfidenceUpdate.objects.get().update_type == "merge" and merged.space_saved == 1


def test_a_merge_is_taken_back(pair: list[Heuristic], clock: time_machine.Traveller) -> None:
    merged = merge_heuristics(actor="upkeep", heuristics=pair)
    unmerge(actor="upkeep", merge=merged.merge, reason="they differ")
    assert Heuristic.objects.get(pk=merged.target.pk).status == "archived"
    for rule in pair:
        again = Heuristic.objects.get(pk=rule.pk)
        assert (again.status, again.confidence) == ("active", rule.confidence)
    assert HeuristicMerge.objects.get().undone_at == START
    with pytest.raises(Refused, match="taken back already"):
        unmerge(actor="upkeep", merge=merged.merge)


def test_three_refusals_for_three_reasons(pair: list[Heuristic], a_rule: Make) -> None:
    for rules, sentence in (
        ([pair[0]], "Need at least 2 heuristics to merge"),
        ([pair[0], pair[0]], "Need at least 2 heuristics to merge"),
        ([*pair, 404], "Some heuristics not found or not active"),
        ([*pair, a_rule(status="dormant")], "Some heuristics not found or not active"),
        ([*pair, a_rule(domain="css")], "Cannot merge heuristics from different domains"),
        ([*pair, a_rule(is_golden=True)], "demoted first"),
        ([*pair, a_rule(frozen_at=START)], "is frozen"),
    ):
        with pytest.raises(Refused, match=sentence):
            merge_heuristics(actor="upkeep", heuristics=rules)  # type: ignore[arg-type]
    assert not HeuristicMerge.objects.exists()


def test_a_steward_may_choose_the_text(pair: list[Heuristic]) -> None:
    merged = merge_heuristics(
        actor="upkeep", heuristics=pair, strategy="manual", keep=pair[1].pk, reason="shorter"
    )
    assert (merged.target.rule, merged.target.confidence) == ("prevent loops", 0.65)
    with pytest.raises(Refused, match="A strategy is"):
        merge_heuristics(actor="upkeep", heuristics=pair, strategy="best")


@pytest.mark.parametrize("columns", [{"status": "quarantined"}, {"is_golden": True}])
def test_a_merged_rule_that_moved_on_is_not_taken_apart(
    pair: list[Heuristic], columns: dict[str, Any]
) -> None:
    merged = merge_heuristics(actor="upkeep", heuristics=pair)
    Heuristic.objects.filter(pk=merged.target.pk).update(**columns)
    with pytest.raises(Refused):
        unmerge(actor="upkeep", merge=merged.merge)
    assert HeuristicMerge.objects.get().undone_at is None


def test_a_merge_of_another_database_stays(pair: list[Heuristic]) -> None:
    source = Source.objects.create(name="Team", path="/there")
    row = HeuristicMerge.objects.create(
        source_ids="[1,2]", target=pair[0], origin=source, origin_key="1"
    )
    with pytest.raises(Refused, match="made in another database"):
        unmerge(actor="upkeep", merge=row)


def test_members_do_not_merge(pair: list[Heuristic], member: User) -> None:
    with pytest.raises(Refused, match="Only stewards"):
        merge_heuristics(actor=member, heuristics=pair)
