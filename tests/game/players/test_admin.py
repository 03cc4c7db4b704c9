"""Django admin's pages of people: all is shown but secrets, and acts go through services."""

from __future__ import annotations

import pytest
from django.contrib import admin as django_admin
from django.test import Client

from game.players import services
from game.players.models import GameState, Invitation, User
from tests.game.players.people import PASSWORD, make_person

pytestmark = pytest.mark.django_db
LIST = "/admin/players/user/"


@pytest.fixture
def browser(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def act(browser: Client, name: str, *people: User) -> str:
    form = {"action": name, "_selected_action": [person.pk for person in people]}
    return browser.post(LIST, form, follow=True).content.decode()


def test_roles_change_through_the_service(browser: Client, member: User) -> None:
    act(browser, "make_steward", member)
    member.refresh_from_db()
    assert member.role == "steward"


def test_what_is_refused_is_said_and_the_others_are_done(
    browser: Client, admin: User, member: User
) -> None:
    page = act(browser, "deactivate", admin, member)
    assert "is the only active administrator" in page
    member.refresh_from_db()
    assert not member.is_active


@pytest.mark.parametrize("table", ["user", "gamestate", "invitation"])
def test_ledgers_open_and_cannot_be_edited(browser: Client, admin: User, table: str) -> None:
    GameState.objects.create(user=admin)
    services.invite(actor=admin, role="member", note="For Grace")
    assert browser.get(f"/admin/players/{table}/").status_code == 200
    assert browser.get(f"/admin/players/{table}/add/").status_code == 403
    row = {"user": admin.pk, "gamestate": admin.pk, "invitation": Invitation.objects.get().pk}
    assert browser.get(f"/admin/players/{table}/{row[table]}/change/").status_code == 200
    assert browser.post(f"/admin/players/{table}/{row[table]}/change/", {}).status_code == 403


def test_hashes_are_shown_nowhere(browser: Client, admin: User) -> None:
    invitation, _ = services.invite(actor=admin, role="member")
    page = browser.get(f"{LIST}{admin.pk}/change/").content.decode()
    assert admin.password not in page
    page = browser.get(f"/admin/players/invitation/{invitation.pk}/change/").content.decode()
    assert invitation.token_hash not in page


def test_there_is_no_second_door(browser: Client) -> None:
    names = {model._meta.label for model in django_admin.site._registry}
    assert names.isdisjoint(
        {
            "auth.Group",
            "account.EmailAddress",
            "socialaccount.SocialApp",
            "socialaccount.SocialAccount",
        }
    )


def test_a_state_of_nobody_breaks_no_page(browser: Client) -> None:
    GameState.objects.create(user_id=424242, score=7)
    assert "424242" in browser.get("/admin/players/gamestate/").content.decode()


def test_django_makes_an_administrator_who_can_sign_in(client: Client, db: None) -> None:
    User.objects.create_superuser("Root", PASSWORD)
    answer = client.post("/accounts/login/", {"login": "root", "password": PASSWORD})
    assert answer["Location"] == "/"
    assert make_person("x").is_staff is False
