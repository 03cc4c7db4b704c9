from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from learning.fraud.detectors import examine
from learning.fraud.fusion import fuse
from learning.fraud.known import latest_profile
from learning.fraud.models import FraudProfile, FraudReport
from learning.fraud.services import scan, scans
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from tests.learning.fraud.conftest import START
from tests.load.gauntlet import plain
from tests.load.gauntlet.score import Contexts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.mark.postgres
def test_a_scan_looks_at_what_has_grown(suspect: Heuristic, ledger: Callable[..., None]) -> None:
    first = scan(actor="test")
    assert (first.checked, first.unchanged) == (6, 0)
    assert first.classes["fraud_likely"] == 1
    assert scan(actor="test").unchanged == 6
    ledger(suspect, 1, first=START)
    third = scan(actor="test")
    assert (third.checked, third.unchanged) == (1, 5)
    assert scan(actor="test", everything=True).checked == 6


def test_rules_with_too_little_are_passed_by(a_rule: Callable[..., Heuristic]) -> None:
    a_rule(3, 2)
    found = scan(actor="test")
    assert (found.checked, found.too_little) == (0, 1)
    assert not FraudReport.objects.exists()


@pytest.mark.parametrize("columns", [{"status": "archived"}, {"gone_at": START}])
def test_rules_that_are_laid_aside_are_left_alone(
    columns: dict[str, Any], suspect: Heuristic
) -> None:
    Heuristic.objects.filter(pk=suspect.pk).update(**columns)
    assert scan(actor="test").checked == 5


def test_a_scan_measures_what_is_usual(a_rule: Callable[..., Heuristic]) -> None:
    for n in range(40):
        a_rule(10 + n % 7, 8, domain=f"d{n % 2}")
    scan(actor="test")
    profile = latest_profile()
    assert profile.known
    assert profile.rules == FraudProfile.objects.get().rules == 40
    share = profile.success("d1")
    assert share is not None
    assert 0.5 < share.mean < 0.7


def test_a_profile_of_another_version_is_passed_over() -> None:
    FraudProfile.objects.create(rules=99, data={"rules": 99})
    assert latest_profile().rules == 0


def test_batches_are_written_apart_and_what_was_filed_stays(
    a_rule: Callable[..., Heuristic], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scans, "BATCH", 4)
    for _ in range(10):
        a_rule(7, 5)
    done: list[int] = []

    def stop(count: int) -> None:
        done.append(count)
        if count >= 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scan(actor="test", tick=stop)
    assert FraudReport.objects.count() == 8
    assert scan(actor="test").checked == 2
    assert done == [4, 8]


def test_queries_do_not_grow_with_rules(
    a_rule: Callable[..., Heuristic],
    ledger: Callable[..., None],
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    for n in range(60):
        ledger(a_rule(7, 5, rule=f"rule {n}"), 6, 200 + n)
    with django_assert_max_num_queries(35):
        scan(actor="test")


def test_refused_attempts_are_no_outcomes(
    a_rule: Callable[..., Heuristic], ledger: Callable[..., None]
) -> None:
    rule = a_rule(8)
    ledger(rule, 8)
    ledger(rule, 9, 61, rate_limited=True, first=START - timedelta(minutes=480))
    assert scan(actor="test").classes == {"clean": 1}
    assert ConfidenceUpdate.objects.filter(heuristic=rule).count() == 17


def test_the_command_says_what_it_saw(suspect: Heuristic, capsys: Any) -> None:
    call_command("scan_fraud")
    said = capsys.readouterr().out
    assert "6 rules checked" in said
    assert "fraud likely" in said
    assert "too few to say what is usual" in said


def test_the_scan_says_what_the_gauntlet_says() -> None:
    """One world, once as plain values and once through the database."""
    world = plain.make(7, 60, 1)
    for history in world.histories:
        history.chances = ()
        history.domain = f"d{history.heuristic % 3}"
    Heuristic.objects.bulk_create(
        Heuristic(
            pk=h.heuristic,
            domain=h.domain,
            rule=f"rule {h.heuristic}",
            times_validated=h.validated,
            times_violated=h.violated,
            times_revived=h.times_revived,
        )
        for h in world.histories
    )
    ConfidenceUpdate.objects.bulk_create(
        ConfidenceUpdate(
            heuristic_id=h.heuristic,
            created_at=datetime.fromtimestamp(u.at, UTC),
            update_type=u.kind,
            old_confidence=u.old,
            new_confidence=u.new,
            delta=u.new - u.old,
            agent_id=u.agent,
        )
        for h in world.histories
        for u in h.updates
    )
    scan(actor="test")
    contexts = Contexts(world)
    for history in world.histories:
        fired = [s for s in examine(history, contexts.of(history)) if s.fired]
        expected = fuse((s.detector, s.score) for s in fired).score
        report = FraudReport.objects.get(heuristic_id=history.heuristic)
        assert report.fraud_score == pytest.approx(expected, abs=1e-3)
