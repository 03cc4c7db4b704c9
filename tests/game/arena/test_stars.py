"""The star on GitHub, and how signing in with GitHub leads into the game."""

from __future__ import annotations

import pytest
from allauth.socialaccount.models import SocialToken
from django.test import Client
from pytest_django import Settings

from game.arena.models import Achievement, Pilot
from game.arena.services.pilots import unlocked
from game.players.models import GameState, User
from tests.game.players.conftest import SignIn, github, sign_in
from tests.game.players.people import make_imported, make_person
from tests.game.players.stub_github import GitHub

__all__ = ["github", "sign_in"]  # fixtures

pytestmark = pytest.mark.django_db
REPO = "field-station/elf"
STAR = "/armory/star/"


@pytest.fixture(autouse=True)
def configured(settings: Settings, github: GitHub) -> None:
    settings.GAME_STAR_REPO = REPO
    settings.GITHUB_OPEN = True


@pytest.fixture
def octo(client: Client) -> User:
    """Somebody signed in here whose GitHub account is linked."""
    user = make_person("octo", github_id=583231)
    client.force_login(user)
    return user


def arms_of(user: User) -> set[str]:
    state = GameState.objects.get(pk=user.pk)
    return {*unlocked(state, "weapon"), *unlocked(state, "cursor")}


class TestTheCheck:
    def test_goes_to_github_and_opens_what_a_star_opens(
        self, client: Client, octo: User, github: GitHub, sign_in: SignIn
    ) -> None:
        github.starred = {REPO}
        assert sign_in(STAR, next="/armory/")["Location"] == "/armory/"
        assert {"star_blaster", "star_ship", "star_trail"} <= arms_of(octo)
        assert Achievement.objects.filter(player=octo, code="star_gazer").exists()
        assert "You star" in client.get("/armory/").text

    def test_keeps_no_token_and_asks_for_no_more_than_signing_in(
        self, octo: User, github: GitHub, sign_in: SignIn
    ) -> None:
        sign_in(STAR)
        assert not SocialToken.objects.exists()
        assert github.scopes == ["read:user"]
        assert github.asked.count(f"/api/v3/user/starred/{REPO}") == 1

    def test_can_be_made_again(
        self, client: Client, octo: User, github: GitHub, sign_in: SignIn
    ) -> None:
        sign_in(STAR)
        assert "star_ship" not in arms_of(octo)
        assert "Not starred" in client.get("/armory/").text
        github.starred = {REPO}
        sign_in(STAR)
        assert "star_ship" in arms_of(octo)

    def test_takes_nothing_back(self, octo: User, github: GitHub, sign_in: SignIn) -> None:
        github.starred = {REPO}
        sign_in(STAR)
        github.starred = set()
        sign_in(STAR)
        assert "star_ship" in arms_of(octo)

    def test_refuses_another_account(
        self, octo: User, github: GitHub, sign_in: SignIn, client: Client
    ) -> None:
        github.starred = {REPO}
        github.user |= {"id": 999, "login": "somebody-else"}
        answer = sign_in(STAR)
        assert answer.status_code == 409 and b"somebody-else" in answer.content
        assert not Pilot.objects.exists()
        octo.refresh_from_db()
        assert octo.github_id == 583231

    def test_says_so_when_github_fails(self, octo: User, github: GitHub, sign_in: SignIn) -> None:
        github.stars_down = True
        assert sign_in(STAR).status_code == 502
        assert not Pilot.objects.exists()

    def test_wants_a_linked_account(self, client: Client) -> None:
        client.force_login(make_person("mel"))
        assert client.post(STAR).status_code == 409

    def test_is_not_there_without_a_repository(
        self, client: Client, octo: User, settings: Settings
    ) -> None:
        settings.GAME_STAR_REPO = ""
        assert client.post(STAR).status_code == 404
        assert "ELF_GAME_STAR_REPO" in client.get("/armory/").text

    def test_needs_a_post(self, client: Client, octo: User) -> None:
        assert client.get(STAR).status_code == 405


class TestSigningIn:
    def test_leads_into_the_game(self, client: Client, sign_in: SignIn) -> None:
        """Name, picture and state are there after the first sign-in, and the way goes on."""
        assert sign_in(next="/armory/")["Location"] == "/armory/"
        user = User.objects.get(github_id=583231)
        assert GameState.objects.get(pk=user.pk).score == 0
        page = client.get("/armory/").text
        assert user.avatar_url in page and "Pulse laser" in page
        assert client.post("/arena/sorties/").status_code == 201
        assert "Octo-Cat" in client.get(f"/players/{user.pk}/").text

    def test_looks_for_the_star_on_the_way(self, github: GitHub, sign_in: SignIn) -> None:
        github.starred = {REPO}
        sign_in()
        assert "star_blaster" in arms_of(User.objects.get(github_id=583231))

    def test_does_not_fail_with_the_star(
        self, client: Client, github: GitHub, sign_in: SignIn
    ) -> None:
        github.stars_down = True
        assert sign_in().status_code == 302
        assert "_auth_user_id" in client.session

    @pytest.mark.parametrize("off", ["person", "everybody"])
    def test_looks_for_nothing_with_the_game_off(
        self, off: str, github: GitHub, sign_in: SignIn, settings: Settings
    ) -> None:
        make_person("octo", github_id=583231, plays=off != "person")
        settings.GAME = off != "everybody"
        sign_in()
        assert not any("starred" in path for path in github.asked)

    def test_keeps_an_imported_score_as_history(self, client: Client, sign_in: SignIn) -> None:
        row = make_imported(583231)
        GameState.objects.create(user=row, score=4200)
        sign_in()
        client.post("/arena/sorties/")
        assert GameState.objects.get(pk=row.pk).score == 0
        assert Pilot.objects.get(pk=row.pk).imported_score == 4200
        assert "4" in client.get(f"/players/{row.pk}/").text.split("stand on no board")[0][-300:]
        assert client.get("/leaderboard/?board=all").text.count('class="n rank"') == 0
