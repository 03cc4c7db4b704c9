from __future__ import annotations

from collections.abc import Callable

import pytest

from elfsite.errors import Refused
from game.players.models import User
from learning.fraud import queries
from learning.fraud.models import AnomalySignal, FraudReport, FraudReview
from learning.fraud.services import check_heuristic, respond, review
from learning.fraud.services.checks import open_reports
from learning.fraud.services.reviews import version_of
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from learning.heuristics.services import record_outcome
from tests.learning.fraud.conftest import START

pytestmark = [pytest.mark.django_db, pytest.mark.postgres, pytest.mark.usefixtures("clock")]


@pytest.fixture
def report(suspect: Heuristic) -> FraudReport:
    Heuristic.objects.filter(pk=suspect.pk).update(is_golden=True, golden_by="ada")
    Heuristic.objects.filter(pk=suspect.pk).update(is_golden=False)
    found = check_heuristic(actor="test", heuristic=suspect)
    Heuristic.objects.filter(pk=suspect.pk).update(is_golden=True, golden_by="ada")
    return found


def now(report: FraudReport) -> Heuristic:
    return Heuristic.objects.get(pk=report.heuristic_id)


def test_a_true_positive_quarantines_and_a_later_false_positive_restores(
    report: FraudReport, steward: User
) -> None:
    review(actor=steward, report=report, outcome="true_positive", notes="one grader")
    rule = now(report)
    assert (rule.status, rule.is_quarantined, rule.is_golden) == ("quarantined", True, False)
    assert (rule.confidence, rule.fraud_flags) == (0.5, 1)
    with pytest.raises(Refused, match="quarantined"):
        record_outcome(actor="x", heuristic=rule, kind="success", grader="a", grader_class="ci")

    review(actor=steward, report=report, outcome="false_positive", notes="two more graders agree")
    rule = now(report)
    assert (rule.status, rule.is_quarantined, rule.is_golden) == ("active", False, True)
    assert (rule.confidence, rule.confidence_ema, rule.golden_by) == (0.88, 0.88, "ada")
    assert rule.fraud_flags == 0
    undone = report.responses.exclude(response_type="alert")
    assert {row.rollback_at for row in undone} == {START}
    assert undone.count() == 2


def test_the_ledger_tells_the_story(report: FraudReport, steward: User) -> None:
    review(actor=steward, report=report, outcome="true_positive")
    review(actor=steward, report=report, outcome="false_positive")
    rows = ConfidenceUpdate.objects.filter(heuristic_id=report.heuristic_id).order_by("pk")
    told = [(row.update_type, row.old_confidence, row.new_confidence) for row in rows][-2:]
    assert told == [("reset", 0.88, 0.5), ("manual", 0.5, 0.88)]
    history = FraudReview.objects.order_by("pk").values_list("old_outcome", "new_outcome")
    assert list(history) == [(None, "true_positive"), ("true_positive", "false_positive")]


def test_clearing_lifts_what_stands(report: FraudReport, steward: User) -> None:
    for word in ("confidence_freeze", "rate_limit_tighten"):
        respond(actor=steward, report=report, response_type=word, reason="while we look")
    review(actor=steward, report=report, outcome="false_positive")
    rule = now(report)
    assert (rule.frozen_at, rule.daily_limit, rule.status) == (None, None, "active")


def test_dismissed_teaches_nothing(report: FraudReport, steward: User) -> None:
    review(actor=steward, report=report, outcome="dismissed")
    assert now(report).fraud_flags == 1
    assert all(each.reviewed == 0 for each in queries.precision_by_detector())
    assert not open_reports().exists()


def test_pending_opens_again_and_undoes_a_confirmation(report: FraudReport, steward: User) -> None:
    review(actor=steward, report=report, outcome="true_positive")
    review(actor=steward, report=report, outcome="pending")
    assert list(open_reports()) == [report]
    assert now(report).status == "active"
    report.refresh_from_db()
    assert (report.reviewed_at, report.reviewed_by) == (None, None)


def test_another_confirmed_report_keeps_its_quarantine(
    report: FraudReport, a_report: Callable[..., FraudReport], steward: User
) -> None:
    review(actor=steward, report=report, outcome="true_positive")
    other = a_report(heuristic=now(report))
    review(actor=steward, report=other, outcome="false_positive")
    assert now(report).is_quarantined


def test_two_stewards_at_once(report: FraudReport, steward: User) -> None:
    other = User.objects.create_user("jonas", role="steward")
    seen = version_of(report)
    review(actor=steward, report=report, outcome="true_positive", seen=seen)
    with pytest.raises(Refused) as refused:
        review(actor=other, report=report, outcome="false_positive", seen=seen)
    assert (refused.value.code, refused.value.status) == ("stale", 409)
    assert now(report).is_quarantined


@pytest.mark.parametrize(
    ("outcome", "code", "status"), [("guilty", "bad_outcome", 400), ("", "bad_outcome", 400)]
)
def test_other_words_are_refused(
    report: FraudReport, steward: User, outcome: str, code: str, status: int
) -> None:
    with pytest.raises(Refused, match="Invalid outcome") as refused:
        review(actor=steward, report=report, outcome=outcome)
    assert (refused.value.code, refused.value.status) == (code, status)


def test_the_same_verdict_twice_is_refused(report: FraudReport, steward: User) -> None:
    review(actor=steward, report=report, outcome="dismissed")
    with pytest.raises(Refused) as refused:
        review(actor=steward, report=report, outcome="dismissed")
    assert refused.value.status == 409


def test_only_stewards_judge(report: FraudReport, member: User) -> None:
    for actor in (member, "agent-7", None):
        with pytest.raises(Refused) as refused:
            review(actor=actor, report=report, outcome="true_positive")
        assert refused.value.status == 403
    assert not now(report).is_quarantined


def test_a_report_whose_rule_is_gone_can_be_judged(
    a_report: Callable[..., FraudReport], steward: User
) -> None:
    report = a_report()
    FraudReport.objects.filter(pk=report.pk).update(heuristic_id=987_654)
    review(actor=steward, report=report.pk, outcome="true_positive")
    report.refresh_from_db()
    assert report.review_outcome == "true_positive"


def test_an_unknown_report_is_not_found(steward: User) -> None:
    with pytest.raises(Refused) as refused:
        review(actor=steward, report=987, outcome="dismissed")
    assert refused.value.status == 404


def test_the_queue_is_ordered_by_priority(a_report: Callable[..., FraudReport]) -> None:
    many = a_report(0.6, signals=6)  # .42 + .18
    high = a_report(0.84, signals=1, classification="fraud_confirmed")  # .588 + .03
    low = a_report(0.3, signals=1, classification="suspicious")
    a_report(0.1, signals=1, classification="low_confidence")
    a_report(0.9, review_outcome="false_positive")
    assert list(queries.pending()) == [high, many, low]
    assert queries.pending()[0].priority == pytest.approx(0.7 * 0.84 + 0.3 * 0.1)  # type: ignore[attr-defined]
    assert queries.pending(everything=True).count() == 4


def test_precision_per_detector_and_domain(
    a_rule: Callable[..., Heuristic], a_report: Callable[..., FraudReport]
) -> None:
    for outcome in ("true_positive", "false_positive", "true_positive", "dismissed", "pending"):
        found = a_report(review_outcome=outcome)
        for name in ("success_rate_anomaly", "temporal_manipulation"):
            AnomalySignal.objects.create(
                fraud_report=found,
                heuristic=found.heuristic,
                detector_name=name,
                score=0.7,
                severity="medium",
                reason="x",
            )
    for each in queries.precision_by_detector():
        assert each.share == pytest.approx(2 / 3)
        assert not each.underperforms
    [(domain, first), _] = queries.precision_by_domain()
    assert (domain, first.right, first.wrong) == ("elsewhere", 2, 1)


@pytest.mark.parametrize(
    ("right", "wrong", "underperforms"), [(4, 6, True), (5, 5, False), (4, 5, False)]
)
def test_ten_reviews_and_less_than_half_right(right: int, wrong: int, underperforms: bool) -> None:
    assert queries.Precision("d", right, wrong).underperforms is underperforms
