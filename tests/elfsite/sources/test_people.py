"""People of a file: known ones are themselves, others wait for their GitHub sign-in."""

from __future__ import annotations

import pytest
from django.utils import timezone

from elfsite.origins.models import Rejection, Source
from elfsite.sources.services import forget_source
from game.players.models import GameState, User
from tests.elfsite.sources.conftest import read
from tests.elfsite.sources.elf_files import ElfFile

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def players(elf: ElfFile) -> ElfFile:
    """A file that says of its players more than it may."""
    for number, name in ((100, "ada"), (200, "ben")):
        user = elf.add(
            "users", github_id=number, username=name, role="admin", password="pw", is_superuser=1
        )
        elf.add("game_state", user_id=user, score=number * 10)
    return elf


def test_an_unknown_player_can_do_nothing_until_claimed(players: ElfFile) -> None:
    read(players)
    user = User.objects.get(github_id=100)
    assert (user.is_active, user.login, user.role) == (False, None, "member")
    assert not user.is_superuser
    assert not user.has_usable_password()
    assert user.game_state.score == 1000


def test_somebody_we_know_is_the_same_person_and_earns_here(players: ElfFile) -> None:
    ada = User.objects.create_user("ada", role="steward", github_id=100)
    report = read(players)
    assert (report.tables["users"].added, report.tables["users"].unchanged) == (1, 1)
    ada.refresh_from_db()
    assert (ada.origin, ada.role, ada.is_active) == (None, "steward", True)
    assert not GameState.objects.filter(user=ada).exists()
    assert "earned here" in Rejection.objects.get().reason
    assert read(players).total.wrote == 0


def claim(user: User) -> None:
    User.objects.filter(pk=user.pk).update(
        login="ada", is_active=True, role="steward", username="Ada L.", governed_at=timezone.now()
    )


def test_a_claimed_player_is_not_changed_by_the_file(players: ElfFile) -> None:
    read(players)
    claim(User.objects.get(github_id=100))
    players.run("UPDATE users SET username = 'x', created_at = '2026-01-01 00:00:00';"
                "UPDATE game_state SET score = 99999")  # fmt: skip
    read(players)
    ada = User.objects.get(github_id=100)
    assert (ada.username, ada.role, ada.game_state.score) == ("Ada L.", "steward", 1000)
    assert User.objects.get(github_id=200).game_state.score == 99999


def test_a_claimed_player_stays_when_the_file_or_its_source_goes(players: ElfFile) -> None:
    read(players)
    claim(User.objects.get(github_id=100))
    players.run("DELETE FROM game_state; DELETE FROM users")
    read(players)
    assert User.objects.get(github_id=100).gone_at is None
    assert User.objects.get(github_id=200).gone_at is not None
    forget_source(actor="test", source=Source.objects.get())
    ada = User.objects.get()
    assert (ada.login, ada.origin, ada.game_state.score) == ("ada", None, 1000)
