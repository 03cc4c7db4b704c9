"""The pages of gaming: what works, what is not yours, bad ids, nobody signed in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from game.players.models import User
from learning.fraud.models import (
    AnomalySignal,
    FraudReport,
    FraudResponse,
    FraudThreshold,
    ThresholdRecommendation,
)
from learning.fraud.services import check_heuristic
from learning.heuristics.models import Heuristic
from learning.reviews.queries import items

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def as_member(client: Client, member: User) -> Client:
    client.force_login(member)
    return client


@pytest.fixture
def as_steward(client: Client, steward: User) -> Client:
    client.force_login(steward)
    return client


@pytest.fixture
def report(suspect: Heuristic) -> FraudReport:
    return check_heuristic(actor="test", heuristic=suspect)


@pytest.fixture
def recommendation() -> ThresholdRecommendation:
    return ThresholdRecommendation.objects.create(
        kind="detector",
        name="temporal_manipulation",
        current=0.5,
        recommended=0.58,
        false_positive_rate=0.04,
        true_positive_rate=0.9,
        samples=40,
        reason="finds most",
    )


def words(answer: Any) -> str:
    """The text of a page, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


PAGES = ("/fraud/", "/fraud/?show=all", "/fraud/detectors/", "/fraud/{pk}/")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_for_everybody_who_is_signed_in(
    path: str, as_member: Client, report: FraudReport
) -> None:
    assert as_member.get(path.format(pk=report.pk)).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_nobody_sees_them_without_login(path: str, client: Client, report: FraudReport) -> None:
    answer = client.get(path.format(pk=report.pk))
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


@pytest.mark.parametrize("path", ["/fraud/987/", "/fraud/99999999999999999999/"])
def test_an_unknown_report_is_not_found(path: str, as_member: Client) -> None:
    assert as_member.get(path).status_code == 404


def test_a_bad_parameter_is_refused_with_a_sentence(as_member: Client) -> None:
    answer = as_member.get("/fraud/?show=some")
    assert answer.status_code == 400
    assert "show is all, or left out." in words(answer)


def test_the_queue_lists_what_waits(as_member: Client, report: FraudReport) -> None:
    page = words(as_member.get("/fraud/"))
    assert "1 report waits for a reviewer" in page
    assert "Never force push to main" in page
    assert "0.627" in page
    assert f"{0.7 * report.fraud_score + 0.06:.3f}" in page


def test_an_empty_queue_says_what_fills_it(as_member: Client) -> None:
    page = words(as_member.get("/fraud/"))
    assert "No report waits" in page
    assert "python manage.py scan_fraud" in page


def test_the_report_explains_its_number(as_member: Client, report: FraudReport) -> None:
    answer = as_member.get(f"/fraud/{report.pk}/")
    page = words(answer)
    assert "2 detectors of 6 fired." in page
    assert "15 of 15 outcomes held, where peers hold 64% (z 3.16)" in page
    assert "7 of 7 updates come as the cooldown ends" in page
    assert "× 5.42" in page
    assert "× 5.90" in page
    assert "If temporal manipulation fell quiet" in page
    assert "0.222" in page
    assert "Only stewards judge reports." in page
    assert b"Confirm fraud" not in answer.content


def test_a_steward_sees_what_each_verdict_would_do(as_steward: Client, report: FraudReport) -> None:
    page = words(as_steward.get(f"/fraud/{report.pk}/"))
    assert "confidence to 0.500, takes its gold; remembers 0.880 for an undo." in page
    assert "counts as a false alarm of 2 detectors." in page


def judge(client: Client, report: FraudReport, outcome: str, **more: str) -> Any:
    return client.post(f"/fraud/{report.pk}/review/", {"outcome": outcome, **more}, follow=True)


def test_confirming_and_clearing_on_the_page(as_steward: Client, report: FraudReport) -> None:
    page = words(judge(as_steward, report, "true_positive", notes="one grader"))
    assert f"Report {report.pk} is confirmed." in page
    assert "mira judged it. one grader" in page
    assert "was 0.880" in page
    assert "It is so already." in page
    page = words(judge(as_steward, report, "false_positive"))
    assert "cleared, a false alarm" in page
    assert Heuristic.objects.get(pk=report.heuristic_id).confidence == 0.88


def test_a_stale_verdict_asks_again(as_steward: Client, report: FraudReport) -> None:
    judge(as_steward, report, "dismissed")
    answer = judge(as_steward, report, "true_positive", seen=".0")
    assert answer.status_code == 409
    assert "Look again." in words(answer)


def test_responding_and_rolling_back_on_the_page(as_steward: Client, report: FraudReport) -> None:
    where = f"/fraud/{report.pk}/respond/"
    fields = {"response": "confidence_freeze", "reason": "while we look"}
    assert "at 0.880" in words(as_steward.post(where, fields, follow=True))
    row = FraudResponse.objects.get(response_type="confidence_freeze")
    back = as_steward.post(
        f"/fraud/responses/{row.pk}/back/", {"report": str(report.pk)}, follow=True
    )
    assert "Undone: confidence freeze." in words(back)
    assert Heuristic.objects.get(pk=report.heuristic_id).frozen_at is None


def test_looking_again_makes_a_new_report(as_steward: Client, report: FraudReport) -> None:
    answer = as_steward.post(f"/fraud/{report.pk}/check/")
    assert answer["Location"] == f"/fraud/{report.pk + 1}/"
    assert "A later report about this rule stands for this one." in words(
        as_steward.get(f"/fraud/{report.pk}/")
    )


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/fraud/{pk}/review/", {"outcome": "true_positive"}),
        ("/fraud/{pk}/respond/", {"response": "alert", "reason": "x"}),
        ("/fraud/responses/{response}/back/", {}),
        ("/fraud/detectors/recommend/", {}),
        ("/fraud/detectors/{rec}/decide/", {"decision": "apply"}),
        ("/fraud/detectors/changes/1/back/", {}),
    ],
)
def test_a_member_governs_nothing(
    path: str,
    fields: dict[str, str],
    as_member: Client,
    report: FraudReport,
    recommendation: ThresholdRecommendation,
) -> None:
    response = FraudResponse.objects.create(
        fraud_report=report, response_type="confidence_freeze", parameters="{}"
    )
    where = path.format(pk=report.pk, response=response.pk, rec=recommendation.pk)
    assert as_member.get(where).status_code == 405
    answer = as_member.post(where, fields)
    assert answer.status_code == 403
    assert "Only stewards" in words(answer)
    assert not FraudThreshold.objects.exists()


def test_thresholds_are_applied_and_put_back_on_the_page(
    as_steward: Client, recommendation: ThresholdRecommendation
) -> None:
    page = words(as_steward.get("/fraud/detectors/"))
    assert "0.580" in page
    assert "of 40 reviewed" in page
    where = f"/fraud/detectors/{recommendation.pk}/decide/"
    assert "from 0.580" in words(as_steward.post(where, {"decision": "apply"}, follow=True))
    change = recommendation.changes.get()
    page = words(as_steward.post(f"/fraud/detectors/changes/{change.pk}/back/", follow=True))
    assert "put back by mira" in page
    assert as_steward.post(where, {"decision": "reject"}).status_code == 409
    assert as_steward.post(where, {"decision": "maybe"}).status_code == 400


def test_asking_the_reviews_says_why_nothing_can_be_told(as_steward: Client) -> None:
    page = words(as_steward.post("/fraud/detectors/recommend/", follow=True))
    assert "0 recommended" in page
    assert "insufficient data" in page


def test_raw_rows_break_no_page(as_member: Client, report: FraudReport) -> None:
    AnomalySignal.objects.create(
        fraud_report=report,
        heuristic_id=987_654,
        detector_name="<b>odd</b>",
        score=0.4,
        severity="low",
        reason="as written",
        evidence="{not json",
    )
    FraudResponse.objects.create(fraud_report=report, response_type="alert", parameters="[1]")
    FraudReport.objects.filter(pk=report.pk).update(heuristic_id=987_654, quiet={"x": 1})
    answer = as_member.get(f"/fraud/{report.pk}/")
    assert answer.status_code == 200
    assert b"<b>odd</b>" not in answer.content
    assert "gone" in words(as_member.get("/fraud/"))
    assert as_member.get("/inbox/").status_code == 200


def test_open_reports_wait_in_the_inbox(as_member: Client, report: FraudReport) -> None:
    [entry] = [item for item in items() if item.source == "fraud"]
    assert entry.href == f"/fraud/{report.pk}/"
    assert "Fraud likely, 0.627 by 2 signals." in words(as_member.get("/inbox/"))


@pytest.mark.parametrize(("path", "most"), [("/fraud/", 10), ("/fraud/{pk}/", 36)])
def test_pages_need_few_queries(
    path: str,
    most: int,
    as_member: Client,
    report: FraudReport,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    with django_assert_max_num_queries(most):
        as_member.get(path.format(pk=report.pk))
