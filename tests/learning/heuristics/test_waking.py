"""The page that offers dormant rules for revival."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from game.players.models import User
from learning.heuristics.models import Heuristic
from learning.heuristics.services import make_dormant

pytestmark = pytest.mark.django_db
ADDRESS = "/heuristics/waking/"


@pytest.fixture
def asleep(a_rule: Callable[..., Heuristic], steward: User) -> Heuristic:
    rule = a_rule(0.3, rule="Use Redis for session storage in distributed systems")
    make_dormant(actor=steward, heuristic=rule, reason="nobody asks")
    return rule


def test_a_text_finds_the_rules_that_it_speaks_of(
    client: Client, asleep: Heuristic, steward: User
) -> None:
    client.force_login(steward)
    page = client.get(ADDRESS, {"text": "scale to a distributed setup, manage session state"})
    assert asleep.rule in page.text
    assert "<b>session</b>, <b>distributed</b>" in page.text
    client.post(f"/heuristics/{asleep.pk}/act/", {"act": "revive", "reason": "keyword: session"})
    asleep.refresh_from_db()
    assert (asleep.status, asleep.confidence) == ("active", 0.35)
    assert asleep.rule not in client.get(ADDRESS, {"text": "distributed session"}).text


def test_it_says_when_nothing_fits_and_refuses_what_is_too_long(
    client: Client, asleep: Heuristic, member: User
) -> None:
    client.force_login(member)
    assert "No dormant rule speaks of this" in client.get(ADDRESS, {"text": "css grid"}).text
    assert "Only stewards revive rules." in client.get(ADDRESS, {"text": "redis"}).text
    assert client.get(ADDRESS, {"text": "x" * 10_001}).status_code == 400


def test_anonymous_people_are_sent_to_the_login(client: Client) -> None:
    assert client.get(ADDRESS).status_code == 302
