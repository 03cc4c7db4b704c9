"""Rules as agents reach them: proposed, graded by the key, never graded by who wrote them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from learning.heuristics.api import HELD_BACK_MOST
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from tests.elfsite.doors.calling import Agent, problem
from tests.factories import make

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def agent() -> Agent:
    return Agent(role="member")


@pytest.fixture
def rule() -> Heuristic:
    found: Heuristic = make(Heuristic, author="somebody", ema_warmup_remaining=5)
    return found


def test_a_proposal_begins_in_the_middle_and_is_the_keys(agent: Agent) -> None:
    sent = agent.post("/heuristics", {"domain": "Git Flow", "rule": "Never force push"})
    assert sent.status_code == 201
    made = sent.json()
    assert (made["domain"], made["confidence"], made["author"]) == ("git-flow", 0.5, "ada/build-3")
    assert made["evidence"] == {"low": 0.05, "high": 0.95, "mean": 0.5, "outcomes": 0.0}
    assert made["stage"] == "warm-up"
    assert sent["Location"] == f"/api/v1/heuristics/{made['id']}"
    again = agent.post("/heuristics", {"domain": "git-flow", "rule": "never FORCE push"})
    assert problem(again) == (409, "known")


def test_an_outcome_is_weighed_by_the_class_of_the_key(agent: Agent, rule: Heuristic) -> None:
    path = f"/heuristics/{rule.pk}/outcomes"
    found = agent.post(path, {"kind": "success", "reason": "held", "session_id": "s-1"}).json()
    assert (found["grader"], found["grader_class"], found["weight"]) == (
        "ada/build-3",
        "agent",
        0.5,
    )
    assert found["new_confidence"] > found["old_confidence"]
    assert found["evidence"]["low"] > 0.05
    row = ConfidenceUpdate.objects.get(pk=found["update_id"])
    assert (row.session_id, row.agent_id, row.reason) == ("s-1", "ada/build-3", "held")


def test_a_steward_s_build_weighs_more(rule: Heuristic) -> None:
    build = Agent("stan", "steward", trust_class="ci")
    found = build.post(f"/heuristics/{rule.pk}/outcomes", {"kind": "failure"}).json()
    assert (found["grader_class"], found["weight"]) == ("ci", 0.85)


def test_a_person_is_one_grader_on_the_page_and_through_a_key(rule: Heuristic) -> None:
    person = Agent("stan", "steward", trust_class="human")
    found = person.post(f"/heuristics/{rule.pk}/outcomes", {"kind": "success"}).json()
    assert (found["grader"], found["grader_class"], found["weight"]) == ("stan", "human", 1.0)


def test_nobody_earns_by_grading_their_own_rule(agent: Agent) -> None:
    made = agent.post("/heuristics", {"domain": "git", "rule": "Never force push"}).json()
    with time_machine.travel(NOON) as clock:
        own = agent.post(f"/heuristics/{made['id']}/outcomes", {"kind": "success"}).json()
        assert (own["grader_class"], own["weight"]) == ("self", 0.0)
        assert own["evidence"]["outcomes"] == 0.0
        clock.shift(timedelta(hours=2))
        by_hand = make(Heuristic, author="ada")  # written on the page by the owner of the key
        told = agent.post(f"/heuristics/{by_hand.pk}/outcomes", {"kind": "success"}).json()
        assert told["grader_class"] == "self"


def test_a_limit_says_when_and_its_ledger_is_bounded(agent: Agent, rule: Heuristic) -> None:
    path = f"/heuristics/{rule.pk}/outcomes"
    held_back = ConfidenceUpdate.objects.filter(rate_limited=True)
    with time_machine.travel(NOON, tick=False) as clock:
        assert agent.post(path, {"kind": "success"}).status_code == 201
        clock.shift(timedelta(minutes=10))
        for _ in range(HELD_BACK_MOST):
            refused = agent.post(path, {"kind": "success"})
            assert problem(refused) == (429, "rate_limited")
            assert int(refused["Retry-After"]) == 50 * 60
        assert problem(agent.post(path, {"kind": "success"})) == (429, "held_back")
        assert held_back.count() == HELD_BACK_MOST
        other = Agent("bob", "member")
        assert problem(other.post(path, {"kind": "success"})) == (429, "rate_limited")
        clock.shift(timedelta(minutes=51))
        assert agent.post(path, {"kind": "success"}).status_code == 201


def test_a_full_day_ends_at_midnight(agent: Agent, rule: Heuristic) -> None:
    Heuristic.objects.update(update_count_today=5, update_count_reset_date=NOON.date())
    with time_machine.travel(NOON, tick=False):
        refused = agent.post(f"/heuristics/{rule.pk}/outcomes", {"kind": "success"})
        assert problem(refused) == (429, "rate_limited")
        assert int(refused["Retry-After"]) == 12 * 3600


@pytest.mark.parametrize(
    ("columns", "code"),
    [({"is_quarantined": True}, "quarantined"), ({"status": "archived"}, "archived")],
)
def test_a_closed_rule_takes_no_outcome(
    agent: Agent, rule: Heuristic, columns: dict[str, object], code: str
) -> None:
    Heuristic.objects.update(**columns)
    sent = agent.post(f"/heuristics/{rule.pk}/outcomes", {"kind": "success"})
    assert problem(sent) == (409, code)
    assert not ConfidenceUpdate.objects.exists()


def test_a_use_starts_the_idle_clock_anew(agent: Agent, rule: Heuristic) -> None:
    found = agent.post(f"/heuristics/{rule.pk}/uses").json()
    assert found["last_used_at"] is not None
    assert found["confidence"] == rule.confidence
    assert problem(agent.post(f"/heuristics/{rule.pk}/uses", {"x": 1})) == (400, "unknown_field")
