"""Learnings that agents note here."""

from __future__ import annotations

from typing import Any

import pytest

from elfsite.errors import Refused
from elfsite.timeline.models import TimelineEvent
from learning.knowledge.models import Learning
from learning.knowledge.services import record_learning
from tests.elfsite.doors.calling import Agent, problem

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_a_learning_is_kept_with_its_line_in_the_log() -> None:
    row = record_learning(
        actor="ada",
        kind="failure",
        title="  The build broke ",
        domain="Build Tools",
        severity=4,
        tags=("CI", "ci", "slow tests"),
    )
    assert (row.title, row.domain, row.tags) == ("The build broke", "build-tools", "ci,slow-tests")
    event = TimelineEvent.objects.get(verb="recorded")
    assert (event.topic, event.subject_id, event.actor) == ("knowledge", str(row.pk), "ada")


def test_the_same_words_twice_are_two_learnings() -> None:
    names = {record_learning(actor=None, kind="success", title="ok").filepath for _ in range(2)}
    assert len(names) == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "rumour"}, "bad_type"),
        ({"title": " "}, "empty"),
        ({"title": "x" * 301}, "too_long"),
        ({"severity": 6}, "bad_severity"),
        ({"domain": "!!"}, "bad_domain"),
        ({"tags": ("x" * 51,)}, "bad_tag"),
        ({"tags": ("x",) * 21}, "many_tags"),
    ],
)
def test_what_is_wrong_is_refused(change: dict[str, Any], code: str) -> None:
    given: dict[str, Any] = {"actor": None, "kind": "failure", "title": "x"} | change
    with pytest.raises(Refused) as refused:
        record_learning(**given)
    assert refused.value.code == code
    assert not Learning.objects.exists()


def test_agents_note_without_their_secrets() -> None:
    agent = Agent(role="member")
    sent = agent.post(
        "/learnings",
        {
            "type": "failure",
            "title": "Push failed",
            "summary": "It ran with token=ghp_0123456789abcdefghij0123",
            "tags": ["git"],
        },
    )
    assert sent.status_code == 201
    assert "ghp_" not in Learning.objects.get().summary
    assert sent.json()["summary"] == "It ran with token=[secret]"
    assert problem(agent.post("/learnings", {"type": "rumour", "title": "x"})) == (400, "bad_field")
