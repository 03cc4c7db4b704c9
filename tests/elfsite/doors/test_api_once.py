"""``Idempotency-Key``: done once, answered again, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connections
from django.utils import timezone

from elfsite.doors.http.remembering import KEPT, purge_answers
from elfsite.doors.models import RememberedAnswer
from elfsite.timeline.models import TimelineEvent
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from learning.knowledge.models import Learning
from tests.elfsite.doors.calling import Agent, problem
from tests.factories import make

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOTE = {"type": "failure", "title": "The build broke"}


@pytest.fixture
def agent() -> Agent:
    return Agent()


def test_the_same_request_is_answered_word_for_word(agent: Agent) -> None:
    first = agent.post("/learnings", NOTE, Idempotency_Key="a")
    again = agent.post("/learnings", NOTE, Idempotency_Key="a")
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    for header in ("Content-Type", "Location"):
        assert again[header] == first[header]
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert Learning.objects.count() == 1
    assert TimelineEvent.objects.filter(verb="recorded").count() == 1


def test_without_a_key_or_with_another_it_is_done_again(agent: Agent) -> None:
    for headers in ({}, {}, {"Idempotency_Key": "a"}, {"Idempotency_Key": "b"}):
        assert agent.post("/learnings", NOTE, **headers).status_code == 201
    assert Learning.objects.count() == 4


@pytest.mark.parametrize(
    ("path", "body"),
    [("/learnings", NOTE | {"title": "Another"}), ("/heuristics", NOTE), ("/learnings?x=1", NOTE)],
)
def test_a_key_that_was_used_for_something_else(agent: Agent, path: str, body: Any) -> None:
    agent.post("/learnings", NOTE, Idempotency_Key="a")
    sent = agent.post(path, body, Idempotency_Key="a")
    assert problem(sent) == (422, "idempotency_mismatch")
    assert Learning.objects.count() == 1


def test_keys_of_two_agents_do_not_meet(agent: Agent) -> None:
    other = Agent("bob")
    for each in (agent, other):
        assert each.post("/learnings", NOTE, Idempotency_Key="a").status_code == 201
    assert Learning.objects.count() == 2


@pytest.mark.parametrize("key", ["", "x" * 201, "naïve"])
def test_a_key_that_is_none(agent: Agent, key: str) -> None:
    sent = agent.post("/learnings", NOTE, Idempotency_Key=key)
    assert problem(sent) == (400, "bad_idempotency_key")
    assert not Learning.objects.exists()


def test_what_was_refused_may_be_tried_again(agent: Agent) -> None:
    rule = make(Heuristic, status="archived")
    path = f"/heuristics/{rule.pk}/outcomes"
    assert problem(agent.post(path, {"kind": "success"}, Idempotency_Key="a"))[0] == 409
    Heuristic.objects.update(status="active")
    assert agent.post(path, {"kind": "success"}, Idempotency_Key="a").status_code == 201


def test_an_attempt_that_a_limit_held_back_stays_in_the_ledger(agent: Agent) -> None:
    rule = make(Heuristic, last_confidence_update=timezone.now())
    path = f"/heuristics/{rule.pk}/outcomes"
    assert problem(agent.post(path, {"kind": "success"}, Idempotency_Key="a"))[0] == 429
    assert ConfidenceUpdate.objects.get().rate_limited
    assert not RememberedAnswer.objects.exists()


def test_what_breaks_leaves_neither_row_nor_answer(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("planted, after the row was written")

    agent.client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr("learning.knowledge.api.created", broken)
        assert agent.post("/learnings", NOTE, Idempotency_Key="a").status_code == 500
    assert not Learning.objects.exists()
    assert agent.post("/learnings", NOTE, Idempotency_Key="a").status_code == 201


def test_an_act_that_a_deadlock_ended_is_done_anew(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Deadlock(Exception):
        sqlstate = "40P01"

    def ended(**given: Any) -> Learning:
        monkeypatch.undo()
        Learning.objects.create(type="failure", title="half of it", filepath="x")
        raise OperationalError("deadlock detected") from Deadlock()

    monkeypatch.setattr("learning.knowledge.services.record_learning", ended)
    assert agent.post("/learnings", NOTE, Idempotency_Key="a").status_code == 201
    assert [row.title for row in Learning.objects.all()] == [NOTE["title"]]


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_do_it_once(agent: Agent) -> None:
    def send(_: int) -> tuple[int, bytes]:
        try:
            answer = agent.post("/learnings", NOTE, Idempotency_Key="a")
            return answer.status_code, answer.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(send, range(10)))
    assert len(answers) == 1
    assert answers.pop()[0] == 201
    assert Learning.objects.count() == 1


def test_after_a_day_a_key_is_new_and_its_answer_purged(agent: Agent) -> None:
    now = timezone.now()
    agent.post("/learnings", NOTE, Idempotency_Key="a")
    agent.post("/learnings", NOTE, Idempotency_Key="b")
    with time_machine.travel(now + KEPT + timedelta(minutes=1)):
        assert "Idempotency-Replayed" not in agent.post("/learnings", NOTE, Idempotency_Key="a")
        assert purge_answers(before=timezone.now() - KEPT) == 1
    assert [row.name for row in RememberedAnswer.objects.all()] == ["a"]
