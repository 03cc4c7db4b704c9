from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from elfsite.errors import Refused
from elfsite.jobs.models import Job
from elfsite.origins.models import Source
from elfsite.timeline.models import TimelineEvent
from learning.fraud.models import AnomalySignal, FraudReport, FraudResponse
from learning.fraud.services import check_heuristic
from learning.fraud.services.checks import keep_newest, open_reports
from learning.heuristics import hooks
from learning.heuristics.models import Heuristic
from learning.heuristics.services import record_outcome
from tests.learning.fraud.conftest import START

pytestmark = [pytest.mark.django_db, pytest.mark.postgres, pytest.mark.usefixtures("clock")]


def look(rule: Heuristic) -> FraudReport:
    return check_heuristic(actor="test", heuristic=rule)


def test_two_signals_are_fraud_likely_and_tell_people_once(suspect: Heuristic) -> None:
    report = look(suspect)
    assert (report.classification, report.signal_count) == ("fraud_likely", 2)
    assert report.fraud_score == pytest.approx(0.6273, abs=5e-5)
    assert report.likelihood_ratio == pytest.approx(31.98, abs=5e-3)
    [response] = FraudResponse.objects.all()
    assert (response.response_type, response.executed_by) == ("alert", "system")
    told = json.loads(response.parameters or "")
    assert told["classification"] == "fraud_likely"
    assert told["signal_count"] == 2


def test_each_signal_keeps_score_severity_and_evidence(suspect: Heuristic) -> None:
    report = look(suspect)
    rate, clock = AnomalySignal.objects.filter(fraud_report=report).order_by("pk")
    assert (rate.detector_name, rate.severity) == ("success_rate_anomaly", "medium")
    assert rate.score == pytest.approx(0.6315, abs=5e-5)
    assert json.loads(rate.evidence or "")["sample_count"] == 5
    assert clock.score == pytest.approx(0.70)
    assert len(report.quiet) == 4


def test_a_clean_rule_gets_a_report_and_no_flag(a_rule: Callable[..., Heuristic]) -> None:
    rule = a_rule(7, 5)
    report = look(rule)
    rule.refresh_from_db()
    assert (report.classification, report.fraud_score, report.quiet) == ("clean", 0.0, [])
    assert rule.fraud_flags == 0
    assert rule.last_fraud_check == START


def test_flags_count_suspicions_and_not_looks(suspect: Heuristic) -> None:
    first, second = look(suspect), look(suspect)
    suspect.refresh_from_db()
    assert suspect.fraud_flags == 1
    assert list(open_reports()) == [second]
    first.refresh_from_db()
    assert first.superseded_at == START


def test_a_clean_look_does_not_close_an_open_suspicion(
    suspect: Heuristic, ledger: Callable[..., None]
) -> None:
    first = look(suspect)
    Heuristic.objects.filter(pk=suspect.pk).update(times_violated=9)
    ledger(suspect, 20, 777, update_type="failure", step=-0.01, first=START)
    assert look(suspect).classification == "clean"
    assert list(open_reports()) == [first]


def test_the_rule_is_left_out_of_its_own_baseline(
    a_rule: Callable[..., Heuristic], peers: Callable[..., Any]
) -> None:
    peers(5, 6)
    assert look(a_rule(15)).classification == "clean"  # two peers and itself are no three


def test_quarantined_peers_are_no_peers(suspect: Heuristic) -> None:
    few = list(Heuristic.objects.exclude(pk=suspect.pk).values_list("pk", flat=True)[:3])
    Heuristic.objects.filter(pk__in=few).update(is_quarantined=True)
    names = look(suspect).signals.values_list("detector_name", flat=True)
    assert list(names) == ["temporal_manipulation"]


def test_nights_are_stored_with_a_score_of_one(
    a_rule: Callable[..., Heuristic], ledger: Callable[..., None]
) -> None:
    rule = a_rule(6)
    ledger(rule, 6, 24 * 60, first=START - timedelta(days=8) + timedelta(hours=13, minutes=30))
    [signal] = look(rule).signals.all()
    assert (signal.score, signal.severity) == (1.0, "high")


def test_an_unknown_rule_is_not_found() -> None:
    with pytest.raises(Refused) as refused:
        check_heuristic(actor="test", heuristic=987)
    assert refused.value.status == 404


def test_rows_without_a_readable_time_break_nothing(
    suspect: Heuristic, ledger: Callable[..., None]
) -> None:
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("UPDATE confidence_updates SET created_at = 'last week' WHERE id % 2")
    assert look(suspect).signal_count >= 1


def test_a_raw_ledger_without_counters_counts_itself(
    a_rule: Callable[..., Heuristic], peers: Callable[..., Any], ledger: Callable[..., None]
) -> None:
    peers(5, 6, 6, 7, 8)
    rule = a_rule()
    ledger(rule, 15, 333, update_type="validation")
    assert "success_rate_anomaly" in set(look(rule).signals.values_list("detector_name", flat=True))


def test_the_event_names_the_detectors(suspect: Heuristic) -> None:
    report = look(suspect)
    event = TimelineEvent.objects.get(verb="reported")
    assert event.subject_id == str(report.pk)
    assert "success rate anomaly, temporal manipulation" in event.summary


def test_outcomes_ask_for_one_check_from_the_eleventh_on(
    a_rule: Callable[..., Heuristic], clock: time_machine.Traveller
) -> None:
    rule = a_rule(5, 4)
    for minute in range(4):
        clock.move_to(START + timedelta(minutes=61 * minute))
        record_outcome(actor="test", heuristic=rule, kind="success", grader="ci", grader_class="ci")
        waiting = Job.objects.filter(kind="check_fraud", state="queued")
        assert waiting.count() == (0 if minute == 0 else 1)
    job = waiting.get()
    assert job.payload == {"heuristic": rule.pk}
    assert job.run_after > START


def test_gold_waits_for_open_reports(suspect: Heuristic) -> None:
    assert hooks.doubts_about(suspect) == 0
    look(suspect)
    assert hooks.doubts_about(suspect) == 1


def test_of_imported_suspicions_the_last_stands_until_ours(
    suspect: Heuristic, a_report: Callable[..., FraudReport]
) -> None:
    source = Source.objects.create(name="theirs", path="/x.db")
    for day in range(3):
        a_report(
            heuristic=suspect,
            origin=source,
            origin_key=str(day),
            created_at=START - timedelta(days=9 - day),
        )
    keep_newest(source=source)
    assert [row.origin_key for row in open_reports()] == ["2"]
    ours = look(suspect)
    assert list(open_reports()) == [ours]


def test_a_check_needs_few_queries(
    suspect: Heuristic, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    with django_assert_max_num_queries(20):
        look(suspect)
