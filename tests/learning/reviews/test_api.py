"""An agent asks, a person decides, the agent reads the verdict."""

from __future__ import annotations

import pytest

from learning.reviews.models import CeoReview
from tests.elfsite.doors.calling import Agent, problem

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def asked() -> int:
    sent = Agent(role="member").post("/ceo-reviews", {"title": "Drop the old table?"})
    assert sent.status_code == 201
    return int(sent.json()["id"])


def test_the_agent_reads_the_verdict(asked: int) -> None:
    person = Agent("stan", "steward", trust_class="human")
    seen = person.get(f"/ceo-reviews/{asked}").json()
    assert (seen["status"], seen["asked_by"]) == ("pending", "ada/build-3")
    decided = {"verdict": "approve", "reason": "nobody reads it", "seen": seen["version"]}
    assert person.post(f"/ceo-reviews/{asked}/decide", decided).json()["status"] == "approved"
    found = Agent("bob", "member").get(f"/ceo-reviews/{asked}").json()
    assert (found["status"], found["reason"], found["decided_by"]) == (
        "approved",
        "nobody reads it",
        "stan",
    )
    assert problem(person.post(f"/ceo-reviews/{asked}/decide", decided)) == (409, "decided")


def test_it_is_put_off(asked: int) -> None:
    person = Agent("stan", "steward", trust_class="human")
    put_off = {"verdict": "defer", "reason": "after the release", "days": 3}
    found = person.post(f"/ceo-reviews/{asked}/decide", put_off).json()
    assert (found["status"], found["deferred_until"] is not None) == ("pending", True)


@pytest.mark.parametrize(
    ("role", "trust_class", "code"),
    [("steward", "agent", "people_only"), ("steward", "ci", "people_only")],
)
def test_a_program_does_not_decide(asked: int, role: str, trust_class: str, code: str) -> None:
    program = Agent("sam", role, trust_class=trust_class)
    sent = program.post(f"/ceo-reviews/{asked}/decide", {"verdict": "approve", "reason": "me"})
    assert problem(sent) == (403, code)
    assert CeoReview.objects.get().status == "pending"


def test_a_verdict_has_a_reason(asked: int) -> None:
    person = Agent("stan", "steward", trust_class="human")
    path = f"/ceo-reviews/{asked}/decide"
    assert problem(person.post(path, {"verdict": "approve", "reason": " "})) == (400, "no_reason")
    assert problem(person.post(path, {"verdict": "approve"})) == (400, "bad_field")
    sent = person.post("/ceo-reviews", {"title": "x", "status": "approved"})
    assert problem(sent) == (400, "earned")
