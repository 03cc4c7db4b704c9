from __future__ import annotations

from collections.abc import Callable

import pytest

from elfsite.errors import Refused
from elfsite.origins.models import Source
from game.players.models import User
from learning.fraud.models import (
    AnomalySignal,
    FraudReport,
    FraudThreshold,
    ThresholdChange,
    ThresholdRecommendation,
)
from learning.fraud.services import (
    apply_recommendation,
    check_heuristic,
    recommend_thresholds,
    reject_recommendation,
    roll_back_threshold,
)
from learning.heuristics.models import Heuristic
from tests.learning.fraud.conftest import START

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
CLOCK = "temporal_manipulation"


@pytest.fixture
def reviewed(a_rule: Callable[..., Heuristic]) -> Callable[..., None]:
    """Reviewed reports with one signal of the clock each."""
    rule = a_rule(15, domain="elsewhere")

    def make(right: list[float], wrong: list[float], source: Source | None = None) -> None:
        for number, score in enumerate([*right, *wrong]):
            outcome = "true_positive" if number < len(right) else "false_positive"
            key = str(number) if source else None
            report = FraudReport.objects.create(
                heuristic=rule,
                fraud_score=score / 2,
                classification="suspicious",
                review_outcome=outcome,
                created_at=START,
                origin=source,
                origin_key=key,
            )
            AnomalySignal.objects.create(
                fraud_report=report,
                heuristic=rule,
                detector_name=CLOCK,
                score=score,
                severity="medium",
                reason="x",
                origin=source,
                origin_key=key,
            )

    return make


def recommended(reviewed: Callable[..., None], steward: User) -> ThresholdRecommendation:
    reviewed([0.9] * 15, [0.7] * 15)
    said = recommend_thresholds(actor=steward)
    assert said[CLOCK] == "recommended"
    return ThresholdRecommendation.objects.get(name=CLOCK)


def test_twenty_nine_signals_are_too_few(reviewed: Callable[..., None], steward: User) -> None:
    reviewed([0.9] * 15, [0.7] * 14)
    said = recommend_thresholds(actor=steward)
    assert said[CLOCK] == "insufficient_data"
    assert said["classes"] == "insufficient_data"
    assert not ThresholdRecommendation.objects.exists()


def test_what_other_systems_reckoned_teaches_nothing(
    reviewed: Callable[..., None], steward: User
) -> None:
    reviewed([0.9] * 15, [0.7] * 15, Source.objects.create(name="theirs", path="/x.db"))
    assert recommend_thresholds(actor=steward)[CLOCK] == "insufficient_data"


@pytest.mark.postgres
def test_an_applied_threshold_is_what_the_detector_reads(
    reviewed: Callable[..., None], suspect: Heuristic, steward: User
) -> None:
    before = check_heuristic(actor="test", heuristic=suspect)
    row = recommended(reviewed, steward)
    assert (row.current, row.recommended) == (0.5, 0.6)
    for value in (0.6, 0.7):  # a tenth at a time; the clock of this rule scores 0.7
        apply_recommendation(actor=steward, recommendation=row.pk)
        assert FraudThreshold.objects.get().value == value
        assert check_heuristic(actor="test", heuristic=suspect).signal_count == 2
        recommend_thresholds(actor=steward)
        row = ThresholdRecommendation.objects.get(decision="pending")
    apply_recommendation(actor=steward, recommendation=row.pk)
    after = check_heuristic(actor="test", heuristic=suspect)
    assert (before.signal_count, after.signal_count) == (2, 1)
    assert after.signals.get().detector_name == "success_rate_anomaly"


def test_putting_back_works_once(reviewed: Callable[..., None], steward: User) -> None:
    change = apply_recommendation(actor=steward, recommendation=recommended(reviewed, steward).pk)
    roll_back_threshold(actor=steward, change=change.pk)
    assert not FraudThreshold.objects.exists()
    with pytest.raises(Refused) as refused:
        roll_back_threshold(actor=steward, change=change.pk)
    assert refused.value.code == "reverted"


def test_a_rejected_recommendation_cannot_be_applied(
    reviewed: Callable[..., None], steward: User
) -> None:
    row = recommended(reviewed, steward)
    reject_recommendation(actor=steward, recommendation=row.pk)
    with pytest.raises(Refused, match="Recommendation was rejected"):
        apply_recommendation(actor=steward, recommendation=row.pk)
    assert not ThresholdChange.objects.exists()


def test_a_border_that_moved_since_is_stale(reviewed: Callable[..., None], steward: User) -> None:
    row = recommended(reviewed, steward)
    FraudThreshold.objects.create(kind="detector", name=CLOCK, value=0.58, applied_by="x")
    with pytest.raises(Refused) as refused:
        apply_recommendation(actor=steward, recommendation=row.pk)
    assert (refused.value.code, refused.value.status) == ("stale", 409)
    row.refresh_from_db()
    assert row.decision == "pending"


def test_asking_again_replaces_what_is_pending(
    reviewed: Callable[..., None], steward: User
) -> None:
    recommended(reviewed, steward)
    recommend_thresholds(actor=steward)
    assert ThresholdRecommendation.objects.filter(name=CLOCK).count() == 1


def test_classes_are_recommended_together(reviewed: Callable[..., None], steward: User) -> None:
    reviewed([0.9] * 30, [0.5] * 30)
    recommend_thresholds(actor=steward)
    kinds = ThresholdRecommendation.objects.filter(kind="classification")
    assert kinds.count() >= 1
    row = kinds.order_by("pk")[0]
    apply_recommendation(actor=steward, recommendation=row.pk)
    assert FraudThreshold.objects.get(name=row.name).value == row.recommended


def test_members_move_nothing(reviewed: Callable[..., None], steward: User, member: User) -> None:
    row = recommended(reviewed, steward)
    for act in (
        lambda: recommend_thresholds(actor=member),
        lambda: apply_recommendation(actor=member, recommendation=row.pk),
        lambda: reject_recommendation(actor=member, recommendation=row.pk),
        lambda: roll_back_threshold(actor=member, change=1),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.status == 403


@pytest.mark.parametrize("pk", [987])
def test_unknown_ids(pk: int, steward: User) -> None:
    for act in (
        lambda: apply_recommendation(actor=steward, recommendation=pk),
        lambda: roll_back_threshold(actor=steward, change=pk),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.status == 404
