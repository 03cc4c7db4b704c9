from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from elfsite.errors import Refused
from game.players.models import User
from learning.fraud.models import FraudReport, FraudResponse
from learning.fraud.services import check_heuristic, respond, roll_back
from learning.fraud.services.acts import ACTS, UNDO
from learning.heuristics.models import Heuristic
from learning.reviews.models import CeoReview
from learning.reviews.services import decide
from tests.learning.fraud.conftest import START

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def automatic(suspect: Heuristic) -> list[str]:
    check_heuristic(actor="test", heuristic=suspect)
    return list(FraudResponse.objects.order_by("pk").values_list("response_type", flat=True))


@pytest.fixture
def certain(suspect: Heuristic, monkeypatch: pytest.MonkeyPatch) -> Heuristic:
    """The same suspicion where stewards moved the border of confirmed below it."""
    from learning.fraud.models import FraudThreshold

    for name, value in (("fraud_likely", 0.4), ("fraud_confirmed", 0.6)):
        FraudThreshold.objects.create(
            kind="classification", name=name, value=value, applied_by="mira"
        )
    return suspect


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("observe", ["alert"]),
        ("confirmed", ["alert"]),
        ("full", ["confidence_freeze", "rate_limit_tighten", "alert"]),
    ],
)
def test_what_is_likely(mode: str, words: list[str], suspect: Heuristic, settings: Any) -> None:
    settings.FRAUD_MODE = mode
    assert automatic(suspect) == words


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("observe", ["alert"]),
        ("confirmed", ["status_quarantine", "ceo_escalation"]),
        ("full", ["status_quarantine", "ceo_escalation"]),
    ],
)
def test_what_is_confirmed(mode: str, words: list[str], certain: Heuristic, settings: Any) -> None:
    settings.FRAUD_MODE = mode
    assert automatic(certain) == words


def test_what_is_confirmed_again_after_a_true_positive_is_given_up(
    certain: Heuristic, a_report: Callable[..., FraudReport], settings: Any
) -> None:
    settings.FRAUD_MODE = "full"
    a_report(heuristic=certain, review_outcome="true_positive")
    assert automatic(certain) == ["auto_deprecate", "ceo_escalation"]
    certain.refresh_from_db()
    assert certain.status == "deprecated"


def freezes(report: FraudReport, n: int, hours: float, by: str = "system") -> None:
    FraudResponse.objects.bulk_create(
        FraudResponse(
            fraud_report=report,
            response_type="confidence_freeze",
            executed_at=START - timedelta(hours=hours),
            executed_by=by,
        )
        for _ in range(n)
    )


@pytest.mark.parametrize(
    ("n", "hours", "words"),
    [
        (4, 1, ["confidence_freeze", "rate_limit_tighten", "alert"]),
        (5, 1, ["alert"]),  # five today
        (10, 12, ["confidence_freeze", "rate_limit_tighten", "alert"]),  # ten, yesterday
        (11, 12, ["alert"]),  # more than ten within 24 hours
        (11, 25, ["confidence_freeze", "rate_limit_tighten", "alert"]),
    ],
)
def test_the_safety_valves(
    n: int,
    hours: float,
    words: list[str],
    suspect: Heuristic,
    a_report: Callable[..., FraudReport],
    settings: Any,
) -> None:
    settings.FRAUD_MODE = "full"
    freezes(a_report(), n, hours)
    assert automatic(suspect)[n:] == words


def test_a_freeze_is_not_repeated(suspect: Heuristic, settings: Any) -> None:
    settings.FRAUD_MODE = "full"
    automatic(suspect)
    assert automatic(suspect).count("confidence_freeze") == 1


@pytest.mark.parametrize("word", sorted(set(UNDO) - {"ceo_escalation"}))
def test_every_response_gives_back_what_it_touched(
    word: str, suspect: Heuristic, a_report: Callable[..., FraudReport], steward: User
) -> None:
    columns = (
        "status",
        "confidence",
        "is_quarantined",
        "daily_limit",
        "cooldown_minutes",
        "frozen_at",
    )
    before = Heuristic.objects.filter(pk=suspect.pk).values(*columns).get()
    made = respond(
        actor=steward, report=a_report(heuristic=suspect), response_type=word, reason="a test"
    )
    assert Heuristic.objects.filter(pk=suspect.pk).values(*columns).get() != before
    undone = roll_back(actor=steward, response=made)
    assert undone.rollback_at == START
    assert Heuristic.objects.filter(pk=suspect.pk).values(*columns).get() == before


def test_an_escalation_asks_once_and_its_approval_resets(
    suspect: Heuristic, a_report: Callable[..., FraudReport], steward: User
) -> None:
    report = a_report(heuristic=suspect)
    for _ in range(2):
        respond(actor=steward, report=report, response_type="ceo_escalation", reason="look")
    request = CeoReview.objects.get()
    decide(actor=steward, review=request, verdict="approve", reason="gamed")
    suspect.refresh_from_db()
    assert suspect.confidence == 0.5
    assert report.responses.filter(response_type="confidence_reset").count() == 1


def test_an_escalation_that_is_undone_withdraws_its_request(
    suspect: Heuristic, a_report: Callable[..., FraudReport], steward: User
) -> None:
    made = respond(
        actor=steward,
        report=a_report(heuristic=suspect),
        response_type="ceo_escalation",
        reason="look",
    )
    roll_back(actor=steward, response=made)
    assert CeoReview.objects.get().status == "rejected"


def test_undoing_twice_is_refused(
    suspect: Heuristic, a_report: Callable[..., FraudReport], steward: User
) -> None:
    made = respond(
        actor=steward,
        report=a_report(heuristic=suspect),
        response_type="confidence_freeze",
        reason="x",
    )
    roll_back(actor=steward, response=made)
    with pytest.raises(Refused) as refused:
        roll_back(actor=steward, response=made)
    assert (refused.value.code, refused.value.status) == ("rolled_back", 409)


def test_an_alert_cannot_be_unsaid(suspect: Heuristic, steward: User) -> None:
    check_heuristic(actor="test", heuristic=suspect)
    with pytest.raises(Refused) as refused:
        roll_back(actor=steward, response=FraudResponse.objects.get())
    assert refused.value.code == "kept"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"response_type": "shout"}, "bad_response"),
        ({"reason": " "}, "no_reason"),
        ({"report": 999}, "not_found"),
    ],
)
def test_bad_words_are_refused(
    changes: dict[str, Any], code: str, a_report: Callable[..., FraudReport], steward: User
) -> None:
    asked = {"report": a_report(), "response_type": "alert", "reason": "why", **changes}
    with pytest.raises(Refused) as refused:
        respond(actor=steward, **asked)
    assert refused.value.code == code


def test_members_do_not_respond(a_report: Callable[..., FraudReport], member: User) -> None:
    with pytest.raises(Refused) as refused:
        respond(actor=member, report=a_report(), response_type="alert", reason="x")
    assert refused.value.status == 403


def test_seven_words_are_documented() -> None:
    assert set(ACTS) == set(FraudResponse.VALID_TYPES)
