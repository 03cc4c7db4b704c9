"""Reports as programs read them; only a person judges."""

from __future__ import annotations

import pytest

from elfsite.doors.models import AgentKey
from learning.fraud.models import AnomalySignal, FraudReport
from learning.heuristics.models import Heuristic
from tests.elfsite.doors.calling import Agent, problem
from tests.factories import make

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def report() -> FraudReport:
    rule = make(Heuristic, confidence=0.9)
    found: FraudReport = make(
        FraudReport, heuristic=rule, fraud_score=0.7, likelihood_ratio=40.0,
        classification="fraud_likely", review_outcome=None,
    )  # fmt: skip
    make(AnomalySignal, fraud_report=found, heuristic=rule, score=0.8, evidence='{"n": 3}')
    return found


def steward(**more: object) -> Agent:
    return Agent("stan", "steward", **{"trust_class": "human", **more})


def test_a_report_says_what_was_seen_and_how_likely_it_is(report: FraudReport) -> None:
    found = Agent(role="member").get(f"/fraud-reports/{report.pk}").json()
    assert found["posterior"]["probability"] == 0.7
    assert 0 < found["posterior"]["prior"] < 1
    [signal] = found["signals"]
    assert (signal["score"], signal["evidence"]) == (0.8, {"n": 3})
    [row] = Agent("bob").get("/fraud-reports").json()["rows"]
    assert "posterior" in row
    assert "signals" not in row


def test_a_steward_judges_what_they_saw(report: FraudReport) -> None:
    person = steward()
    path = f"/fraud-reports/{report.pk}"
    seen = person.get(path).json()["version"]
    verdict = {"outcome": "true_positive", "notes": "planted", "seen": seen}
    found = person.post(f"{path}/review", verdict).json()
    assert (found["review_outcome"], found["reviewed_by"]) == ("true_positive", "stan")
    assert Heuristic.objects.get().is_quarantined
    assert problem(person.post(f"{path}/review", verdict)) == (409, "stale")


def test_no_program_and_no_member_judges(report: FraudReport) -> None:
    path, verdict = f"/fraud-reports/{report.pk}/review", {"outcome": "false_positive"}
    refused = steward(trust_class="ci").post(path, verdict)
    assert problem(refused) == (403, "people_only")
    member = Agent("mel", "steward", trust_class="human")
    member.person.role = "member"
    member.person.save()
    AgentKey.objects.filter(pk=member.key.pk).update(trust_class="agent")
    assert problem(member.post(path, verdict))[0] == 403
    report.refresh_from_db()
    assert report.review_outcome is None


def test_a_report_that_is_none_and_a_verdict_that_is_none(report: FraudReport) -> None:
    person = steward()
    verdict = {"outcome": "false_positive"}
    assert problem(person.post(f"/fraud-reports/{10**9}/review", verdict)) == (404, "not_found")
    path = f"/fraud-reports/{report.pk}/review"
    assert problem(person.post(path, {"outcome": "maybe"})) == (400, "bad_field")
    assert problem(person.post(path, verdict | {"fraud_score": 0})) == (400, "earned")
