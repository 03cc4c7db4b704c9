"""Sign-in with GitHub, from the button to the session, against a GitHub on loopback."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client
from pytest_django import Settings

from elfsite.timeline.models import TimelineEvent
from game.players import services
from game.players.models import GameState, Invitation, User
from tests.game.players.conftest import SignIn
from tests.game.players.people import PASSWORD, make_imported, make_person
from tests.game.players.stub_github import GitHub

pytestmark = pytest.mark.django_db


def signed_in(client: Client) -> User | None:
    return User.objects.filter(pk=client.session.get("_auth_user_id")).first()


@pytest.fixture
def open_to_all(github: GitHub, settings: Settings) -> None:
    settings.GITHUB_OPEN = True


@pytest.mark.usefixtures("open_to_all")
class TestSomebodyNew:
    def test_comes_in_with_id_name_and_picture(self, client: Client, sign_in: SignIn) -> None:
        assert sign_in()["Location"] == "/"
        user = User.objects.get(github_id=583231)
        assert signed_in(client) == user
        assert (user.login, user.username, user.role) == ("octo-cat", "Octo-Cat", "member")
        assert user.avatar_url == "https://avatars.githubusercontent.com/u/583231"
        assert not user.has_usable_password()
        assert GameState.objects.filter(user=user).exists()

    def test_keeps_no_token_no_address_and_no_more_of_the_profile(
        self, github: GitHub, sign_in: SignIn
    ) -> None:
        sign_in()
        assert not SocialToken.objects.exists()
        assert User.objects.get().email == ""
        assert set(SocialAccount.objects.get().extra_data) == {"id", "login"}
        assert github.scopes == ["read:user"]

    def test_a_taken_name_gets_a_number(self, sign_in: SignIn) -> None:
        make_person("octo-cat")
        sign_in()
        assert User.objects.get(github_id=583231).login == "octo-cat-2"

    def test_the_same_address_is_not_the_same_person(
        self, client: Client, github: GitHub, sign_in: SignIn
    ) -> None:
        victim = make_person("ada", "admin", email="octo@example.org")
        sign_in()
        assert signed_in(client) != victim
        victim.refresh_from_db()
        assert victim.github_id is None

    def test_comes_back_as_the_same_person_after_a_rename(
        self, client: Client, github: GitHub, sign_in: SignIn
    ) -> None:
        sign_in()
        before = signed_in(client)
        client.logout()
        github.user |= {"login": "new-name", "avatar_url": "https://example.org/new.png"}
        sign_in()
        after = signed_in(client)
        assert after == before
        assert after is not None
        assert (after.username, after.login) == ("new-name", "octo-cat")
        assert after.avatar_url == "https://example.org/new.png"

    def test_who_takes_the_old_name_is_somebody_else(
        self, client: Client, github: GitHub, sign_in: SignIn
    ) -> None:
        sign_in()
        before = signed_in(client)
        client.logout()
        github.user |= {"id": 999}
        sign_in()
        assert signed_in(client) != before


class TestWhoIsRefused:
    def test_a_stranger_without_an_invitation(self, client: Client, sign_in: SignIn) -> None:
        answer = sign_in()
        assert answer.status_code == 403
        assert b"Ask an administrator for an invitation" in answer.content
        assert not User.objects.exists()
        assert signed_in(client) is None

    def test_somebody_whose_account_is_closed(self, client: Client, sign_in: SignIn) -> None:
        make_person("octo", github_id=583231, is_active=False)
        answer = sign_in()
        assert answer.status_code == 403
        assert b"has closed this account" in answer.content
        assert signed_in(client) is None

    @pytest.mark.parametrize("membership", [{}, {"acme": "pending"}, {"other": "active"}])
    def test_outsiders_of_the_organisation(
        self,
        client: Client,
        settings: Settings,
        github: GitHub,
        sign_in: SignIn,
        membership: dict[str, str],
    ) -> None:
        settings.GITHUB_ORGANISATIONS, settings.GITHUB_OPEN = ["acme", "acme-labs"], True
        github.memberships = membership
        answer = sign_in()
        assert answer.status_code == 403
        assert b"members of acme or acme-labs" in answer.content
        assert not User.objects.exists()

    def test_somebody_who_left_the_organisation(
        self, client: Client, settings: Settings, github: GitHub, sign_in: SignIn
    ) -> None:
        settings.GITHUB_ORGANISATIONS, settings.GITHUB_OPEN = ["acme"], True
        github.memberships = {"acme": "active"}
        assert sign_in().status_code == 302
        client.logout()
        github.memberships = {}
        assert sign_in().status_code == 403
        assert signed_in(client) is None

    def test_everybody_when_github_does_not_answer(
        self, client: Client, settings: Settings, github: GitHub, sign_in: SignIn
    ) -> None:
        settings.GITHUB_OPEN = True
        github.down = True
        assert sign_in().status_code == 401
        assert signed_in(client) is None


class TestTheProtocol:
    def test_an_answer_that_nobody_asked_for(self, client: Client, github: GitHub) -> None:
        answer = client.get("/accounts/github/login/callback/", {"code": "x", "state": "forged"})
        assert answer.status_code == 401
        assert b"Not signed in" in answer.content
        assert github.asked == []

    def test_an_answer_meant_for_another_browser(self, client: Client, sign_in: SignIn) -> None:
        away = client.post("/accounts/github/login/")
        state = parse_qs(urlsplit(away["Location"]).query)["state"][0]
        victim = Client()
        answer = victim.get("/accounts/github/login/callback/", {"code": "x", "state": state})
        assert answer.status_code == 401

    def test_an_answer_that_comes_twice(
        self, client: Client, settings: Settings, sign_in: SignIn
    ) -> None:
        settings.GITHUB_OPEN = True
        callback = sign_in().wsgi_request.get_full_path()  # type: ignore[attr-defined]
        client.logout()
        assert client.get(callback).status_code == 401

    def test_a_wrong_verifier_is_refused_by_github(
        self, client: Client, github: GitHub, sign_in: SignIn, settings: Settings
    ) -> None:
        settings.GITHUB_OPEN = True
        code = parse_qs(
            urlsplit(
                github.authorize(
                    {
                        "client_id": "stub-client",
                        "response_type": "code",
                        "state": "s",
                        "redirect_uri": "http://testserver/accounts/github/login/callback/",
                        "code_challenge_method": "S256",
                        "code_challenge": "of somebody else",
                    }
                )
                or ""
            ).query
        )["code"][0]
        away = client.post("/accounts/github/login/")
        state = parse_qs(urlsplit(away["Location"]).query)["state"][0]
        answer = client.get("/accounts/github/login/callback/", {"code": code, "state": state})
        assert answer.status_code == 401
        assert github.refusals == ["token"]

    def test_saying_no_at_github(self, client: Client, github: GitHub) -> None:
        away = client.post("/accounts/github/login/")
        state = parse_qs(urlsplit(away["Location"]).query)["state"][0]
        answer = client.get(
            "/accounts/github/login/callback/",
            {"error": "access_denied", "state": state},
            follow=True,
        )
        assert b"You said no at GitHub" in answer.content

    def test_a_link_cannot_ask_github_for_more(self, client: Client, github: GitHub) -> None:
        away = client.post("/accounts/github/login/?scope=repo,admin:org&auth_params=state%3Dfixed")
        query = parse_qs(urlsplit(away["Location"]).query)
        assert query["scope"] == ["read:user"]
        assert query["state"] != ["fixed"]

    def test_a_link_alone_starts_nothing(self, client: Client, github: GitHub) -> None:
        answer = client.get("/accounts/github/login/")
        assert answer.status_code == 200
        assert b"Go to GitHub" in answer.content

    def test_without_configuration_there_is_no_button_and_no_way(self, client: Client) -> None:
        assert b"GitHub" not in client.get("/accounts/login/").content
        assert client.post("/accounts/github/login/").status_code == 404

    def test_with_configuration_there_is_a_button(self, client: Client, github: GitHub) -> None:
        assert b"Continue with GitHub" in client.get("/accounts/login/").content


class TestInvited:
    def test_an_invitation_gives_the_role_and_is_used_up(
        self, client: Client, admin: User, sign_in: SignIn
    ) -> None:
        _, address = services.invite(actor=admin, role="steward")
        token = address.rstrip("/").rsplit("/", 1)[1]
        assert b"Come in with GitHub" in client.get(f"/invitation/{token}/").content
        assert sign_in(invitation=token).status_code == 302
        user = User.objects.get(github_id=583231)
        assert user.role == "steward"
        assert Invitation.objects.get(kind="invitation").used_by == user

    def test_a_used_invitation_lets_nobody_in(
        self, client: Client, admin: User, github: GitHub, sign_in: SignIn
    ) -> None:
        _, address = services.invite(actor=admin, role="steward")
        token = address.rstrip("/").rsplit("/", 1)[1]
        sign_in(invitation=token)
        client.logout()
        github.user |= {"id": 1000, "login": "second"}
        assert sign_in(invitation=token).status_code == 410
        assert not User.objects.filter(github_id=1000).exists()


class TestImported:
    def test_is_claimed_by_the_account_with_that_id(
        self, client: Client, settings: Settings, sign_in: SignIn
    ) -> None:
        settings.GITHUB_OPEN = True
        row = make_imported(583231)
        GameState.objects.create(user=row, score=4200)
        sign_in()
        row.refresh_from_db()
        assert signed_in(client) == row
        assert (row.is_active, row.login, row.role) == (True, "octo-cat", "member")
        assert row.username == "Octo-Cat"
        assert row.governed_at is not None
        assert row.game_state.score == 4200
        assert row.game_state.governed_at is not None

    def test_is_not_claimed_by_name(self, settings: Settings, sign_in: SignIn) -> None:
        settings.GITHUB_OPEN = True
        row = make_imported(1, username="Octo-Cat")
        sign_in()
        row.refresh_from_db()
        assert not row.is_active

    def test_a_row_in_a_database_file_lets_nobody_in(self, sign_in: SignIn) -> None:
        row = make_imported(583231)
        assert sign_in().status_code == 403
        row.refresh_from_db()
        assert not row.is_active


class TestLinking:
    @pytest.fixture
    def ada(self, client: Client, admin: User) -> User:
        client.force_login(admin)
        return admin

    def test_asks_for_the_password_and_links(
        self, client: Client, ada: User, github: GitHub, sign_in: SignIn
    ) -> None:
        answer = client.post("/accounts/github/link/")
        assert answer["Location"] == "/accounts/reauthenticate/?next=%2Faccounts%2Fgithub%2Flink%2F"
        away = client.post(answer["Location"], {"password": PASSWORD})
        assert away["Location"].startswith(github.url)
        answer = sign_in("/accounts/github/link/")
        assert answer["Location"] == "/me/"
        ada.refresh_from_db()
        assert (ada.github_id, ada.login) == (583231, "ada")

    def test_refuses_an_account_of_somebody_else(
        self, client: Client, ada: User, sign_in: SignIn
    ) -> None:
        make_person("octo", github_id=583231)
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        answer = sign_in("/accounts/github/link/")
        assert answer.status_code == 409
        ada.refresh_from_db()
        assert ada.github_id is None

    def test_unlinks_after_the_password(self, client: Client, ada: User, sign_in: SignIn) -> None:
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        sign_in("/accounts/github/link/")
        client.post("/me/github/unlink/")
        ada.refresh_from_db()
        assert ada.github_id is None
        assert not SocialAccount.objects.exists()
        assert TimelineEvent.objects.filter(verb="unlinked_github").exists()

    def test_who_has_no_password_cannot_unlink(
        self, client: Client, settings: Settings, sign_in: SignIn
    ) -> None:
        settings.GITHUB_OPEN = True
        sign_in()
        assert client.post("/me/github/unlink/").status_code == 409
        assert User.objects.get().github_id == 583231
