"""The sign-in page, its limits, and one's own password."""

from __future__ import annotations

import logging

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from game.players.models import GameState, User
from tests.game.players.people import PASSWORD, make_person

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def attempt(client: Client, password: str, login: str = "mel", **extra: str) -> str:
    """The page after an attempt, or where it leads."""
    answer = client.post(LOGIN, {"login": login, "password": password}, **extra)  # type: ignore[arg-type]
    return answer.get("Location") or answer.content.decode()


class TestSigningIn:
    @pytest.mark.parametrize("login", ["mel", "Mel", " MEL "])
    def test_works_whatever_the_case(self, client: Client, member: User, login: str) -> None:
        assert attempt(client, PASSWORD, login) == "/"
        assert GameState.objects.filter(user=member).exists()

    def test_goes_on_to_the_page_that_was_asked_for(self, client: Client, member: User) -> None:
        first = client.get("/people/")
        assert first["Location"] == "/accounts/login/?next=/people/"
        form = {"login": "mel", "password": PASSWORD, "next": "/people/"}
        assert client.post(LOGIN, form)["Location"] == "/people/"

    def test_never_goes_to_another_site(self, client: Client, member: User) -> None:
        form = {"login": "mel", "password": PASSWORD, "next": "https://evil.example/"}
        assert client.post(LOGIN, form)["Location"] == "/"

    @pytest.mark.parametrize("login", ["mel", "nobody"])
    def test_a_wrong_password_and_an_unknown_name_read_the_same(
        self, client: Client, member: User, login: str
    ) -> None:
        assert "The name or the password is wrong." in attempt(client, "wrong", login)

    def test_a_failure_is_logged_without_what_was_typed(
        self, client: Client, member: User, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.WARNING, "elf.sign_in"):
            attempt(client, "wrong secret", "typed-into-the-wrong-field")
        assert "127.0.0.1" in caplog.text
        assert "wrong secret" not in caplog.text
        assert "typed-into" not in caplog.text

    def test_a_row_without_a_password_cannot_sign_in(self, client: Client) -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO users (github_id, username) VALUES (9, 'raw')")
        for password in ("", "!", "raw"):
            assert attempt(client, password, "raw").startswith("<!doctype")

    def test_says_where_the_first_link_is_while_nobody_administers(self, client: Client) -> None:
        assert "Nobody has an account yet" in client.get(LOGIN).content.decode()
        make_person("ada", "admin")
        assert "Nobody has an account yet" not in client.get(LOGIN).content.decode()

    def test_signing_out_takes_a_post(self, client: Client, member: User) -> None:
        client.force_login(member)
        assert b"Sign out" in client.get("/accounts/logout/").content
        assert "_auth_user_id" in client.session
        client.post("/accounts/logout/")
        assert "_auth_user_id" not in client.session


class TestLimits:
    def test_five_failures_close_a_name_for_a_while_even_to_the_right_password(
        self, client: Client, member: User
    ) -> None:
        for _ in range(5):
            attempt(client, "wrong")
        assert "Too many failed sign-ins" in attempt(client, PASSWORD)
        assert "_auth_user_id" not in client.session

    def test_another_address_does_not_open_the_name_again(
        self, client: Client, member: User
    ) -> None:
        for number in range(5):
            attempt(client, "wrong", REMOTE_ADDR=f"10.0.0.{number}")
        assert "Too many failed" in attempt(client, PASSWORD, REMOTE_ADDR="10.0.0.99")

    def test_ten_failures_close_an_address_whatever_the_names(
        self, client: Client, member: User
    ) -> None:
        for number in range(10):
            attempt(client, "wrong", f"name{number}")
        assert "Too many failed" in attempt(client, PASSWORD)
        assert attempt(client, PASSWORD, REMOTE_ADDR="10.1.1.1") == "/"

    def test_a_forged_header_is_no_other_address(self, client: Client, member: User) -> None:
        for number in range(10):
            attempt(client, "wrong", f"name{number}", HTTP_X_FORWARDED_FOR=f"10.0.0.{number}")
        assert "Too many failed" in attempt(client, PASSWORD, HTTP_X_FORWARDED_FOR="10.0.0.77")

    def test_stand_in_the_database_that_every_process_shares(
        self, client: Client, member: User
    ) -> None:
        attempt(client, "wrong")
        with connection.cursor() as cursor:
            cursor.execute("SELECT cache_key FROM cache_entries")
            keys = [key for (key,) in cursor.fetchall()]
        assert any("login_failed" in key for key in keys)
        assert "mel" not in "".join(keys)

    def test_hold_for_administration_too(self, client: Client, admin: User) -> None:
        assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
        form = {"username": "ada", "password": PASSWORD, "next": "/admin/"}
        answer = client.post("/admin/login/?next=/admin/", form)
        assert answer["Location"] == "/accounts/login/?next=%2Fadmin%2F"
        assert "_auth_user_id" not in client.session

    def test_hold_for_links_that_are_guessed(self, client: Client) -> None:
        answers = [client.post(f"/invitation/{n}/").status_code for n in range(21)]
        assert (answers[0], answers[19], answers[20]) == (404, 404, 429)


class TestAdministration:
    @pytest.mark.parametrize("role", ["member", "steward"])
    def test_is_closed_to_others(self, client: Client, role: str) -> None:
        client.force_login(make_person("sam", role))
        assert client.get("/admin/", follow=True).status_code == 403

    def test_is_open_to_administrators(self, client: Client, admin: User) -> None:
        client.force_login(admin)
        assert client.get("/admin/").status_code == 200


class TestOnesOwnPassword:
    NEW = {"password1": "lichen on granite", "password2": "lichen on granite"}

    def test_changes_and_ends_other_sessions(self, client: Client, member: User) -> None:
        other = Client()
        for browser in (client, other):
            browser.force_login(member)
        form = self.NEW | {"oldpassword": PASSWORD}
        assert client.post("/accounts/password/change/", form)["Location"] == "/me/"
        member.refresh_from_db()
        assert member.check_password("lichen on granite")
        assert client.get("/me/").status_code == 200
        assert other.get("/me/").status_code == 302

    def test_needs_the_old_one_and_a_good_new_one(self, client: Client, member: User) -> None:
        client.force_login(member)
        cases = [
            (self.NEW | {"oldpassword": "wrong"}, "not your current password"),
            ({"oldpassword": PASSWORD, "password1": "x", "password2": "x"}, "too short"),
        ]
        for form, sentence in cases:
            answer = client.post("/accounts/password/change/", form)
            assert sentence in answer.content.decode()
        member.refresh_from_db()
        assert member.check_password(PASSWORD)

    def test_guessing_the_old_one_is_limited(self, client: Client, member: User) -> None:
        client.force_login(member)
        form = self.NEW | {"oldpassword": "wrong"}
        answers = [client.post("/accounts/password/change/", form).status_code for _ in range(6)]
        assert answers[-1] == 429

    def test_administration_has_no_second_way(self, client: Client, admin: User) -> None:
        client.force_login(admin)
        answer = client.post("/admin/password_change/", {"old_password": PASSWORD})
        assert answer["Location"] == "/accounts/password/change/"

    def test_is_set_once_by_somebody_who_came_with_github(self, client: Client) -> None:
        octo = make_person("octo", github_id=7)
        octo.set_unusable_password()
        octo.save()
        client.force_login(octo)
        assert client.get("/accounts/password/change/")["Location"] == "/accounts/password/set/"
        client.post("/accounts/password/set/", self.NEW)
        octo.refresh_from_db()
        assert octo.check_password("lichen on granite")


@pytest.mark.parametrize(
    "path", ["signup/", "email/", "password/reset/", "confirm-email/", "3rdparty/", "login/code/"]
)
def test_pages_of_the_library_that_make_no_sense_are_not_there(
    client: Client, member: User, path: str
) -> None:
    client.force_login(member)
    assert client.get(f"/accounts/{path}").status_code == 404


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()
