"""The frame of every page, read on the style guide, which has nothing of its own."""

from __future__ import annotations

import pytest
from django.http import HttpRequest
from django.test import Client

from elfsite.pages import context
from elfsite.pages.context import Banner, Frame, add_banner
from game.players.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return User.objects.create_user("mira", username="Mira Okafor")


@pytest.fixture
def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def frame_of(user: User, path: str = "/style/") -> Frame:
    request = HttpRequest()
    request.path, request.user = path, user
    return Frame(request)


def page(client: Client) -> str:
    return client.get("/style/").content.decode()


def test_a_setting_is_drawn_by_the_server(person: User, signed_in: Client) -> None:
    User.objects.filter(pk=person.pk).update(theme="dark", density="roomy", shortcuts=False)
    assert '<html lang="en" data-theme="dark" data-density="roomy" data-shortcuts="off">' in page(
        signed_in
    )


def test_the_name_of_the_installation_stands_beside_the_mark(
    signed_in: Client, settings: pytest.FixtureRequest
) -> None:
    settings.ELF_NAME = "North & South"  # type: ignore[attr-defined]
    assert "<span>North &amp; South</span>" in page(signed_in)


@pytest.mark.parametrize(
    ("username", "letters"),
    [("Mira Okafor", "MO"), ("jonas", "JO"), ("x", "X"), ("a b c", "AB"), (" ", "?")],
)
def test_initials(person: User, username: str, letters: str) -> None:
    person.username = username
    assert frame_of(person).initials == letters


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://avatars.githubusercontent.com/u/1?v=4", True),
        ("https://evil.example/a.png", False),
        ("https://avatars.githubusercontent.com.evil.example/", False),
        ("javascript:alert(1)", False),
        (None, False),
    ],
)
def test_a_face_is_loaded_from_one_host_only(
    person: User, address: str | None, shown: bool
) -> None:
    person.avatar_url = address
    assert bool(frame_of(person).face) is shown


def test_a_banner_stands_above_every_page(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "_banner_sources", [])
    add_banner(lambda request: Banner("gold", "Sample <data>", "/sources/", "Forget it"))
    add_banner(lambda request: None)
    text = page(signed_in)
    assert "Sample &lt;data&gt;" in text
    assert 'data-hue="gold"' in text
    assert 'href="/sources/">Forget it' in text


def test_an_inbox_that_nobody_keeps_is_not_shown(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "pending_count", lambda: None)
    assert "Inbox</span>" not in page(signed_in)


def test_the_inbox_says_how_much_waits(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "pending_count", lambda: 1902)
    frame = frame_of(person)
    assert frame.inbox == 1902


def test_the_frame_costs_one_query_beside_session_and_person(
    signed_in: Client, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    page(signed_in)
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        page(signed_in)


def test_the_menu_leads_an_administrator_further(signed_in: Client, person: User) -> None:
    assert "Administration" not in page(signed_in)
    User.objects.filter(pk=person.pk).update(role="admin")
    assert "Administration" in page(signed_in)


def test_htmx_may_not_eval_and_its_refusals_are_seen(signed_in: Client) -> None:
    text = page(signed_in)
    assert '"allowEval":false' in text
    assert '"target":"#flash"' in text
    assert 'id="flash"' in text
