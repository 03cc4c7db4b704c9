from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.db import connection

from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.timeline.models import TimelineEvent
from learning.heuristics.evidence import posterior_of
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from learning.heuristics.services import (
    Outcome,
    make_dormant,
    note_use,
    preview,
    record_outcome,
    tighten_limits,
)
from tests.learning.heuristics.conftest import START

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
Make = Callable[..., Heuristic]
Clock = time_machine.Traveller


def record(rule: Heuristic | int, kind: str = "success", **more: Any) -> Outcome:
    said: dict[str, Any] = {"grader": "build-3", "grader_class": "ci", **more}
    return record_outcome(actor="build-3", heuristic=rule, kind=kind, **said)


def test_an_outcome_moves_the_rule_and_enters_the_ledger(clock: Clock, a_rule: Make) -> None:
    rule = a_rule(ema_warmup_remaining=5)
    outcome = record(rule, reason="push refused", session_id="s1", agent_id="a1")
    rule.refresh_from_db()
    assert rule.confidence == rule.confidence_ema == pytest.approx(0.515)
    assert (rule.times_validated, rule.ema_warmup_remaining, rule.update_count_today) == (1, 4, 1)
    assert rule.last_used_at == rule.last_confidence_update == rule.last_ema_update == START
    assert (rule.update_count_reset_date, rule.ema_alpha) == (START.date(), 0.30)
    row = ConfidenceUpdate.objects.get()
    assert (row.update_type, row.reason, row.session_id, row.agent_id) == (
        "success",
        "push refused",
        "s1",
        "a1",
    )
    assert (row.grader, row.grader_class, row.rate_limited) == ("build-3", "ci", False)
    assert row.delta == row.smoothed_delta == pytest.approx(0.015)
    assert row.raw_target_confidence == pytest.approx(0.55)
    assert (row.pk, row.alpha_used) == (outcome.update_id, 0.30)
    event = TimelineEvent.objects.get()
    assert (event.topic, event.verb, event.subject_id) == ("heuristics", "held", str(rule.pk))
    assert event.data["new"] == 0.515 and "0.500 → 0.515" in event.summary


def test_the_payload_is_the_documented_one(clock: Clock, a_rule: Make) -> None:
    found = record(a_rule()).as_dict()
    assert (found["alpha"], found["in_warmup"], found["updates_today"]) == (0.20, False, 1)
    assert found["smoothing_effect"] == pytest.approx(found["delta_raw"] - found["delta_smoothed"])


@pytest.mark.parametrize(
    ("kind", "column", "verb"),
    [
        ("validation", "times_validated", "held"),
        ("violation", "times_violated", "failed"),
        ("contradiction", "times_contradicted", "contradicted"),
    ],
)
def test_each_outcome_counts_in_its_column(
    clock: Clock, a_rule: Make, kind: str, column: str, verb: str
) -> None:
    rule = a_rule()
    record(rule, kind)
    assert getattr(Heuristic.objects.get(), column) == 1
    assert TimelineEvent.objects.get().verb == verb


def test_an_outcome_restarts_the_idle_clock(clock: Clock, a_rule: Make) -> None:
    rule = a_rule(days=40, decay_steps=2, idle_since=START - timedelta(days=40))
    record(rule)
    rule.refresh_from_db()
    assert (rule.idle_since, rule.decay_steps) == (START, 0)


def test_a_missing_average_falls_back_to_the_confidence(clock: Clock, a_rule: Make) -> None:
    assert record(a_rule(confidence_ema=None)).step.new == pytest.approx(0.51)


def test_five_a_day_then_refused_and_entered(clock: Clock, a_rule: Make) -> None:
    rule = a_rule()
    for _ in range(5):
        record(rule, force=True)
    with pytest.raises(Refused, match=r"^Daily limit reached \(5 updates/day\)$") as caught:
        record(rule, "failure")
    assert caught.value.status == 429
    row = ConfidenceUpdate.objects.order_by("-pk")[0]
    assert (row.rate_limited, row.delta, row.update_type) == (True, 0.0, "failure")
    assert row.old_confidence == row.new_confidence == Heuristic.objects.get().confidence
    assert Heuristic.objects.get().times_violated == 0
    assert TimelineEvent.objects.order_by("-pk")[0].verb == "held_back"


def test_the_count_starts_anew_with_the_utc_day(clock: Clock, a_rule: Make) -> None:
    rule = a_rule()
    for _ in range(5):
        record(rule, force=True)
    clock.move_to(START + timedelta(hours=14, seconds=1))
    assert record(rule).updates_today == 1


def test_an_hour_lies_between_two_updates(clock: Clock, a_rule: Make) -> None:
    rule = a_rule()
    record(rule)
    clock.shift(timedelta(minutes=18, seconds=30))
    with pytest.raises(Refused, match=r"^Cooldown active \(41 minutes remaining\)$"):
        record(rule)
    clock.shift(timedelta(minutes=41, seconds=30))
    record(rule)
    assert ConfidenceUpdate.objects.filter(rate_limited=True).count() == 1


def test_a_rule_may_have_tighter_limits(clock: Clock, a_rule: Make) -> None:
    rule = a_rule()
    tighten_limits(actor="watch", heuristic=rule, reason="too fast")
    record(rule)
    clock.shift(timedelta(minutes=61))
    with pytest.raises(Refused, match="29 minutes remaining"):
        record(rule)
    for _ in range(2):
        record(rule, force=True)
    with pytest.raises(Refused, match=r"3 updates/day"):
        record(rule)


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"status": "quarantined"}, "quarantined"),
        ({"is_quarantined": True}, "quarantined"),
        ({"status": "archived"}, "archived"),
        ({"status": "deprecated"}, "deprecated"),
        ({"frozen_at": START, "frozen_reason": "too smooth"}, "frozen"),
    ],
)
@pytest.mark.parametrize("force", [True, False])
def test_a_closed_rule_takes_no_outcome(
    clock: Clock, a_rule: Make, columns: dict[str, Any], code: str, force: bool
) -> None:
    rule = a_rule(**columns)
    with pytest.raises(Refused) as caught:
        record(rule, force=force)
    assert (caught.value.code, caught.value.status) == (code, 409)
    assert not ConfidenceUpdate.objects.exists() and not TimelineEvent.objects.exists()


def test_a_dormant_rule_counts_and_stays_dormant(clock: Clock, a_rule: Make) -> None:
    rule = a_rule()
    make_dormant(actor="upkeep", heuristic=rule, reason="")
    record(rule)
    rule.refresh_from_db()
    assert (rule.status, rule.times_validated) == ("dormant", 1)


@pytest.mark.parametrize("force", [True, False])
def test_an_unknown_rule_is_not_found(force: bool) -> None:
    with pytest.raises(Refused) as caught:
        record(404, force=force)
    assert (caught.value.code, caught.value.status) == ("not_found", 404)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"kind": "decay"}, "bad_outcome"),
        ({"kind": "praise"}, "bad_update_type"),
        ({"grader_class": "boss"}, "bad_grader_class"),
        ({"agent_id": "x" * 201}, "too_long"),
        ({"reason": "x" * 2001}, "too_long"),
    ],
)
def test_bad_words_are_refused(a_rule: Make, more: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as caught:
        record(a_rule(), **more)
    assert (caught.value.code, caught.value.status) == (code, 400)
    assert not ConfidenceUpdate.objects.exists()


def test_evidence_weighs_by_the_grader(clock: Clock, a_rule: Make) -> None:
    rule = a_rule()
    record(rule, grader="mira", grader_class="human", force=True)
    record(rule, "contradiction", grader="bot", grader_class="agent", force=True)
    record(rule, "failure", grader=None, grader_class=None, force=True)
    assert posterior_of(Heuristic.objects.get()) == pytest.approx((2.0, 1 + 0.75 + 0.5))


@pytest.mark.parametrize("by", [{"grader": "Bot-1"}, {"grader": None, "agent_id": "bot-1"}])
def test_the_authors_own_report_weighs_nothing(
    clock: Clock, a_rule: Make, by: dict[str, Any]
) -> None:
    rule = a_rule(author="bot-1")
    outcome = record(rule, **{"grader_class": "human", **by})
    assert outcome.grader_class == ConfidenceUpdate.objects.get().grader_class == "self"
    assert posterior_of(Heuristic.objects.get()) == (1.0, 1.0)


def test_an_outcome_governs_a_row_of_another_database(clock: Clock, a_rule: Make) -> None:
    source = Source.objects.create(name="Team", path="/there")
    rule = a_rule(origin=source, origin_key="7")
    note_use(actor="bot", heuristic=rule)
    assert Heuristic.objects.get().governed_at is None
    record(rule)
    assert Heuristic.objects.get().governed_at == START


def test_a_use_without_outcome_moves_only_the_clock(clock: Clock, a_rule: Make) -> None:
    rule = a_rule(days=30)
    note_use(actor="bot", heuristic=rule)
    rule.refresh_from_db()
    assert (rule.last_used_at, rule.confidence, rule.times_validated) == (START, 0.5, 0)
    assert not ConfidenceUpdate.objects.exists()


def test_what_an_act_would_do_is_what_it_does(clock: Clock, a_rule: Make) -> None:
    rule = a_rule(0.83)
    shown = preview(rule, "failure")
    assert record(rule, "failure").step == shown


def test_six_queries_at_most(a_rule: Make, django_assert_max_num_queries: Any) -> None:
    rule = a_rule()
    with django_assert_max_num_queries(6):
        record(rule)


@pytest.mark.django_db(transaction=True)
def test_two_graders_at_once_both_count(a_rule: Make) -> None:
    rule = a_rule()
    start = threading.Barrier(4)

    def grade(name: str) -> None:
        try:
            start.wait()
            for _ in range(5):
                record(rule, grader=name, force=True)
        finally:
            connection.close()

    threads = [threading.Thread(target=grade, args=(f"g{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rule.refresh_from_db()
    assert rule.times_validated == rule.update_count_today == 20
    rows = list(ConfidenceUpdate.objects.order_by("pk"))
    assert len(rows) == 20
    for before, after in pairwise(rows):
        assert before.new_confidence == after.old_confidence
    assert rows[-1].new_confidence == rule.confidence
