"""Following from the page of a source: works, not yours, bad id, anonymous."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from elfsite.origins.models import Source
from elfsite.timeline.models import TimelineEvent
from game.players.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def source() -> Source:
    return Source.objects.create(name="shop", path="/nowhere/shop.db", state="ready")


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(User.objects.create_user(role, None, role=role))
    return client


def path_of(source: Source, act: str) -> str:
    return f"/sources/{source.pk}/{act}/"


def test_a_steward_follows_and_ends_it(source: Source) -> None:
    steward = signed_in("steward")
    assert steward.post(path_of(source, "follow"), {"on": "1"}).status_code == 302
    assert Source.objects.get().followed
    assert steward.post(path_of(source, "follow"), {"on": "1"}).status_code == 409
    assert steward.post(path_of(source, "follow"), {"on": "0"}).status_code == 302
    assert not Source.objects.get().followed
    verbs = TimelineEvent.objects.order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["followed", "unfollowed"]


@pytest.mark.parametrize(
    ("role", "act", "status"),
    [
        ("member", "follow", 403),
        ("member", "write-back", 403),
        ("steward", "write-back", 403),
        ("admin", "write-back", 302),
    ],
)
def test_who_may(source: Source, role: str, act: str, status: int) -> None:
    assert signed_in(role).post(path_of(source, act), {"on": "1"}).status_code == status
    assert Source.objects.get().write_back is (status == 302)


@pytest.mark.parametrize("act", ["follow", "write-back"])
def test_a_word_that_says_nothing_is_refused(source: Source, act: str) -> None:
    assert signed_in("admin").post(path_of(source, act), {"on": "yes"}).status_code == 400


def test_an_unknown_source(source: Source) -> None:
    admin = signed_in("admin")
    assert admin.post("/sources/999/follow/", {"on": "1"}).status_code == 404
    assert admin.get("/sources/999/following/").status_code == 404


def test_nobody_without_a_login(source: Source) -> None:
    answer = Client().get(path_of(source, "following"))
    assert answer.status_code in {302, 401, 403}


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({}, "Nobody follows it"),
        ({"followed": True}, "Waits for a worker"),
        ({"follow_state": "reading", "held": True}, "Reads the whole file first."),
        ({"follow_state": "ready", "held": True, "follow_lag": 0.34}, "340 ms"),
        ({"follow_error": "There is no file at x.", "held": True}, "There is no file at x."),
    ],
)
def test_the_page_says_how_it_goes(source: Source, columns: dict[str, Any], words: str) -> None:
    now = timezone.now()
    if columns.pop("held", False):
        columns |= {"follow_until": now + dt.timedelta(seconds=20), "follow_at": now}
    Source.objects.update(**columns)
    client = signed_in("member")
    assert words in client.get(path_of(source, "following")).content.decode()
    assert words in client.get(f"/sources/{source.pk}/").content.decode()


def test_the_sample_is_not_followed(source: Source) -> None:
    Source.objects.update(is_sample=True)
    assert signed_in("admin").post(path_of(source, "follow"), {"on": "1"}).status_code == 409
