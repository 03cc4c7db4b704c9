"""Frames say whom they concern, and lead to pages that are there."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from elfsite.timeline.frames import Event, frame_of
from elfsite.timeline.models import TimelineEvent
from game.players.models import User
from learning.heuristics.models import Heuristic
from learning.heuristics.services import quarantine
from learning.reviews.services import decide, open_review


def event(**more: Any) -> Event:
    values: dict[str, Any] = {
        "id": 1,
        "at": dt.datetime(2026, 1, 15, tzinfo=dt.UTC),
        "topic": "t",
        "verb": "v",
        "subject_type": "",
        "subject_id": "",
        "actor": "ada",
        "summary": "s",
        "data": {},
    }
    return Event(**(values | more))


@pytest.mark.parametrize(
    ("data", "names"),
    [
        ({"concerns": ["steward", "@ada"]}, ["steward", "@ada"]),
        ({"concerns": "steward"}, []),
        ({"concerns": [1, None, "@bob"]}, ["@bob"]),
        ({}, []),
        ([], []),
    ],
)
def test_what_raw_sql_wrote_there_is_ignored(data: Any, names: list[str]) -> None:
    assert frame_of(event(data=data))["concerns"] == names


@pytest.mark.parametrize(
    ("subject_type", "subject_id", "href"),
    [
        ("", "", "/timeline-events/1/"),
        ("no_such_table", "7", "/timeline-events/1/"),
        ("heuristics", "7", "/heuristics/7/"),
        ("domain_metadata", "a/b", "/domain-metadata/a%2Fb/"),
    ],
)
def test_an_event_leads_to_a_page_that_is_there(
    subject_type: str, subject_id: str, href: str
) -> None:
    made = event(subject_type=subject_type, subject_id=subject_id)
    assert frame_of(made)["href"] == href


@pytest.mark.django_db(transaction=True)
def test_who_is_told_what() -> None:
    stan = User.objects.create_user("stan", None, role="steward")
    rule = Heuristic.objects.create(domain="d", rule="r", author="mira")
    review = open_review(actor="mira", title="May I?")
    decide(actor=stan, review=review, verdict="approve", reason="You may.")
    quarantine(actor=stan, heuristic=rule, reason="It was gamed.")
    said = TimelineEvent.objects.order_by("id").values_list("verb", "data__concerns")
    assert list(said) == [
        ("asked", ["steward"]),
        ("approved", ["@mira"]),
        ("quarantined", ["@mira"]),
    ]
