from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from elfsite.jobs.runner import run_pending
from elfsite.jobs.services import enqueue
from elfsite.origins.models import Source
from elfsite.timeline.models import TimelineEvent
from game.players.models import User
from learning.heuristics import hooks, walking
from learning.heuristics.maintenance import Report, enforce_domain_limit, maintain
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from learning.reviews.models import CeoReview
from learning.reviews.services import decide
from tests.learning.heuristics.conftest import START

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
Make = Callable[..., Heuristic]
Clock = time_machine.Traveller
DAY = timedelta(days=1)


def state() -> list[tuple[Any, ...]]:
    columns = ("pk", "status", "confidence", "confidence_ema", "decay_steps", "idle_since")
    return list(Heuristic.objects.order_by("pk").values_list(*columns))


def test_a_second_round_changes_nothing(clock: Clock, a_rule: Make) -> None:
    a_rule(0.8, days=15)
    a_rule(0.21, days=15)
    a_rule(0.9, days=0, times_validated=6, times_contradicted=4)
    a_rule(0.95, rule="gold", times_validated=60, is_golden=True, days=90)
    first = maintain(actor="upkeep")
    assert (first.faded, first.rested, first.deprecated, first.demotions) == (3, 1, 1, 1)
    seen, ledger, events = state(), ConfidenceUpdate.objects.count(), TimelineEvent.objects.count()
    assert maintain(actor="upkeep") == Report()
    assert (state(), ConfidenceUpdate.objects.count()) == (seen, ledger)
    assert TimelineEvent.objects.count() == events


def test_fading_enters_the_ledger_and_the_average(clock: Clock, a_rule: Make) -> None:
    rule = a_rule(0.8, days=15)
    maintain()
    rule.refresh_from_db()
    assert rule.confidence == rule.confidence_ema == pytest.approx(0.736)
    assert ConfidenceUpdate.objects.get().update_type == "decay"
    assert rule.governed_at is None


def test_daily_rounds_and_one_late_round_agree(clock: Clock, a_rule: Make) -> None:
    daily = a_rule(0.3)
    for _ in range(120):
        clock.shift(DAY)
        maintain()
    late = a_rule(0.3)
    maintain()
    daily.refresh_from_db()
    late.refresh_from_db()
    assert (
        (daily.status, daily.confidence)
        == (late.status, late.confidence)
        == (
            "dormant",
            pytest.approx(0.3 * 0.92**5),
        )
    )


def test_an_old_import_is_not_put_to_sleep_in_its_first_night(clock: Clock, a_rule: Make) -> None:
    source = Source.objects.create(name="Team", path="/there", created_at=START)
    rule = a_rule(0.8, days=300, origin=source, origin_key="1")
    resting = a_rule(
        0.1, status="dormant", dormant_since=START - 300 * DAY, origin=source, origin_key="2"
    )
    assert maintain() == Report()
    clock.shift(15 * DAY)
    maintain()
    rule.refresh_from_db()
    resting.refresh_from_db()
    assert (rule.confidence, resting.status) == (pytest.approx(0.736), "dormant")


def test_rules_of_a_followed_source_fade_only_there(clock: Clock, a_rule: Make) -> None:
    source = Source.objects.create(
        name="Team", path="/there", created_at=START - 100 * DAY, followed=True
    )
    there = a_rule(0.8, days=90, origin=source, origin_key="1", times_contradicted=20)
    here = a_rule(0.8, days=15, origin=source, origin_key="2", governed_at=START)
    maintain()
    there.refresh_from_db()
    here.refresh_from_db()
    assert (there.confidence, there.status) == (0.8, "active")
    assert here.confidence == pytest.approx(0.736)


def test_what_another_database_lost_is_left_alone(clock: Clock, a_rule: Make) -> None:
    a_rule(0.8, days=90, gone_at=START)
    assert maintain() == Report()


def test_unreadable_times_start_the_clock_now(clock: Clock, a_rule: Make) -> None:
    rule = a_rule(0.8, last_used_at=None, created_at=None)
    maintain()
    clock.shift(15 * DAY)
    maintain()
    rule.refresh_from_db()
    assert rule.confidence == pytest.approx(0.736)


def test_a_resting_rule_is_offered_then_archived(clock: Clock, a_rule: Make) -> None:
    rule = a_rule(0.15, status="dormant", dormant_since=START - 91 * DAY, days=200)
    fresh = a_rule(0.15, status="dormant", dormant_since=START - 89 * DAY, days=200)
    first = maintain()
    assert (first.offered, first.archived) == (1, 0)
    clock.shift(timedelta(hours=23))
    assert maintain().archived == 1
    rule.refresh_from_db()
    fresh.refresh_from_db()
    assert (rule.status, fresh.status) == ("archived", "dormant")


def test_what_rests_for_half_a_year_needs_no_offer(clock: Clock, a_rule: Make) -> None:
    a_rule(0.15, status="dormant", dormant_since=START - 181 * DAY, days=300)
    assert maintain().archived == 1


def test_the_cap_spares_gold_and_replaces_it(clock: Clock, a_rule: Make) -> None:
    gold = a_rule(0.3, is_golden=True, source_type="golden-rules.md")
    rules = [a_rule(0.4 + i / 100, rule=f"r{i}") for i in range(11)]
    assert maintain().capped == 2
    active = set(Heuristic.objects.filter(status="active").values_list("pk", flat=True))
    assert active == {gold.pk, *(rule.pk for rule in rules[2:])}


def test_the_cap_holds_for_what_is_governed_here(clock: Clock, a_rule: Make) -> None:
    source = Source.objects.create(name="Team", path="/there")
    for i in range(30):
        a_rule(rule=f"r{i}", origin=source, origin_key=str(i))
    assert maintain() == Report()


def test_confidence_age_and_use_decide_who_rests(clock: Clock, a_rule: Make) -> None:
    weak = a_rule(0.9, rule="unused", last_used_at=None)
    strong = a_rule(0.4, rule="used", times_validated=12)
    assert enforce_domain_limit(actor="upkeep", domain="git", limit=1) == 1
    weak.refresh_from_db()
    strong.refresh_from_db()
    assert (weak.status, strong.status) == ("dormant", "active")


def test_twenty_rules_rest_in_a_domain(clock: Clock, a_rule: Make) -> None:
    for i in range(23):
        a_rule(0.1 + i / 100, rule=f"r{i}", status="dormant", dormant_since=START)
    assert maintain().archived == 3
    gone = Heuristic.objects.filter(status="archived").values_list("rule", flat=True)
    assert set(gone) == {"r0", "r1", "r2"}


@pytest.fixture
def other_areas() -> Iterator[list[str]]:
    calls: list[str] = []

    def contract(actor: Any, now: Any) -> int:
        calls.append("contract")
        return 2

    def small() -> dict[str, int]:
        return {"git": 1}

    hooks.contractions.append(contract)
    hooks.caps.append(small)
    yield calls
    hooks.contractions.remove(contract)
    hooks.caps.remove(small)


def test_domains_contract_and_cap_by_their_own_limits(
    clock: Clock, a_rule: Make, other_areas: list[str]
) -> None:
    for i in range(3):
        a_rule(rule=f"r{i}")
        a_rule(rule=f"r{i}", domain="css")
    report = maintain()
    assert (report.contracted, report.capped, other_areas) == (2, 2, ["contract"])


def candidate(a_rule: Make, **columns: Any) -> Heuristic:
    rule = a_rule(0.93, times_validated=60, **columns)
    for name in ("ci-1", "bot-2"):
        ConfidenceUpdate.objects.create(
            heuristic=rule, old_confidence=0.9, new_confidence=0.9, delta=0,
            update_type="success", grader=name, grader_class="ci",
        )  # fmt: skip
    return rule


def test_candidates_are_asked_about_once(clock: Clock, a_rule: Make, steward: User) -> None:
    rule = candidate(a_rule)
    assert (maintain().candidates, maintain().candidates) == (1, 0)
    review = CeoReview.objects.get()
    assert (review.kind, review.subject_id) == ("golden", str(rule.pk))
    decide(actor=steward, review=review, verdict="reject", reason="too vague")
    clock.shift(29 * DAY)
    Heuristic.objects.update(last_used_at=START + 29 * DAY)
    assert maintain().candidates == 0
    clock.shift(2 * DAY)
    assert maintain().candidates == 1
    assert Heuristic.objects.get().is_golden is False


def test_a_killed_round_is_finished_by_the_next(
    clock: Clock, a_rule: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "BATCH", 2)
    for i in range(5):
        a_rule(0.8, days=15, rule=f"r{i}")

    def killed(phase: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        maintain(tick=killed)
    assert ConfidenceUpdate.objects.count() == 2
    assert maintain().faded == 3
    assert [c for _, _, c, *_ in state()] == pytest.approx([0.736] * 5)


def test_a_round_streams(clock: Clock, a_rule: Make) -> None:
    Heuristic.objects.bulk_create(
        Heuristic(domain=f"d{i % 400}", rule=f"r{i}", last_used_at=START) for i in range(1000)
    )
    with CaptureQueriesContext(
        connection,
    ) as found:
        maintain()
    assert len(found) < 40


def test_the_command_and_the_job(clock: Clock, a_rule: Make, capsys: Any) -> None:
    a_rule(0.8, days=15)
    call_command("maintain_heuristics")
    assert "faded            1" in capsys.readouterr().out
    job = enqueue("maintain_heuristics")
    run_pending()
    job.refresh_from_db()
    assert (job.state, job.result["faded"]) == ("done", 0)
