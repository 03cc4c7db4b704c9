"""Numbers that other pages show, the lists that they lead to, and what those lists are asked."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from elfsite.errors import Refused
from elfsite.listings import limits, params, registry
from elfsite.listings.counts import counted, rows_of
from elfsite.listings.links import list_url
from elfsite.listings.query import narrowed
from game.players.models import User
from learning.fraud.models import FraudReport
from learning.heuristics.models import Heuristic
from workflows.trails.models import Trail

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

OPEN = (None, "pending")


@pytest.fixture(autouse=True)
def _reports() -> None:
    rule = Heuristic.objects.create(domain="d", rule="r")
    for word, outcome in (
        ("suspicious", None),
        ("fraud_likely", "pending"),
        ("fraud_likely", "dismissed"),
        ("clean", None),
    ):
        FraudReport.objects.create(
            heuristic=rule, classification=word, review_outcome=outcome, fraud_score=0.5
        )


def found(query: str) -> int:
    listing = registry.of_model(FraudReport)
    assert listing
    return narrowed(params.read(listing, QueryDict(query))).count()


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("classification=suspicious&classification=fraud_likely", 3),
        ("classification=suspicious,fraud_likely", 3),
        ("classification=suspicious&classification=suspicious", 1),
        ("review_outcome=~none&review_outcome=pending", 3),
        ("classification=suspicious,fraud_likely&review_outcome=~none,pending", 2),
        ("classification=", 4),
        ("classification=&classification=clean", 1),
    ],
)
def test_a_choice_takes_several_words(query: str, number: int) -> None:
    assert found(query) == number


@pytest.mark.parametrize(
    "query",
    ["classification=suspicious,odd", "classification=,", "heuristic_id=1&heuristic_id=2"],
)
def test_what_is_no_choice_is_refused(query: str) -> None:
    with pytest.raises(Refused):
        found(query)


def test_a_number_and_its_list_come_from_one_address() -> None:
    number = counted(
        FraudReport, classification=("suspicious", "fraud_likely"), review_outcome=OPEN
    )
    assert (number.number, number.words) == (2, "2")
    assert number.href == (
        "/fraud-reports/?classification=suspicious%2Cfraud_likely&review_outcome=~none%2Cpending"
    )
    client = Client()
    client.force_login(User.objects.create_user("mira"))
    text = html.unescape(client.get(number.href).content.decode())
    assert "2 fraud reports" in text
    assert "suspicious or fraud likely" in text


def test_a_number_is_bounded_like_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "COUNT_MOST", 3)
    assert counted(FraudReport).words == "more than 3"
    assert not counted(FraudReport, classification="fraud_confirmed")


def test_a_number_that_takes_too_long_is_many(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(ms: int) -> Any:
        raise Refused("too_slow", "This took too long.")

    monkeypatch.setattr(limits, "time_limit", slow)
    assert counted(FraudReport).words == "many"
    assert counted(FraudReport)


def test_a_condition_is_asked_by_yes_and_no() -> None:
    for expires in (None, "2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"):
        Trail.objects.create(location="a", scent="read", expires_at=expires)
    assert counted(Trail, expired=True).number == 1
    assert counted(Trail, expired=False).number == 2
    assert rows_of(Trail).count() == 3
    assert list_url(Trail, expired=False) == "/trails/?expired=0"


def test_a_model_without_pages_is_no_list() -> None:
    from elfsite.pages.models import DayCount

    with pytest.raises(LookupError):
        counted(DayCount)
