"""Roles, closing accounts, and one's own settings."""

from __future__ import annotations

import pytest
from django.test import Client

from elfsite.errors import Refused
from elfsite.timeline.models import TimelineEvent
from game.players import services
from game.players.models import GameState, User
from tests.game.players.people import PASSWORD, make_imported, make_person

pytestmark = pytest.mark.django_db


class TestRoles:
    @pytest.mark.parametrize(
        ("role", "superuser", "governs"),
        [("member", False, False), ("steward", False, True), ("admin", True, True)],
    )
    def test_change_and_are_written_down(
        self, admin: User, role: str, superuser: bool, governs: bool
    ) -> None:
        mel = make_person("mel", "steward" if role == "member" else "member")
        was = mel.role
        services.set_role(actor=admin, user=mel, role=role)
        mel.refresh_from_db()
        assert (mel.role, mel.is_superuser, mel.is_steward) == (role, superuser, governs)
        event = TimelineEvent.objects.get()
        assert (event.actor, event.verb, event.data) == (
            "ada",
            "set_role",
            {"was": was, "role": role},
        )

    def test_the_same_role_changes_nothing(self, admin: User, member: User) -> None:
        services.set_role(actor=admin, user=member, role="member")
        assert not TimelineEvent.objects.exists()

    @pytest.mark.parametrize("role", ["member", "steward"])
    def test_only_administrators_change_them(self, client: Client, admin: User, role: str) -> None:
        actor = make_person("sam", role)
        client.force_login(actor)
        for user in (actor, admin):
            answer = client.post(f"/people/{user.pk}/role/", {"role": "admin"})
            assert answer.status_code == 403
        with pytest.raises(Refused) as refused:
            services.set_role(actor=actor, user=actor, role="admin")
        assert refused.value.code == "admins_only"

    def test_an_administrator_who_is_out_changes_nothing(self, admin: User, member: User) -> None:
        gone = make_person("gil", "admin", is_active=False)
        with pytest.raises(Refused):
            services.set_role(actor=gone, user=member, role="admin")

    def test_the_last_administrator_stays(self, admin: User) -> None:
        make_person("gil", "admin", is_active=False)
        with pytest.raises(Refused, match="only active administrator"):
            services.set_role(actor=admin, user=admin, role="member")
        with pytest.raises(Refused, match="only active administrator"):
            services.set_active(actor=admin, user=admin, active=False)
        admin.refresh_from_db()
        assert (admin.role, admin.is_active) == ("admin", True)

    def test_one_of_two_administrators_may_go(self, admin: User) -> None:
        bob = make_person("bob", "admin")
        services.set_role(actor=bob, user=admin, role="member")
        assert list(services.active_admins()) == [bob]

    def test_a_change_in_between_is_noticed(self, admin: User, member: User) -> None:
        User.objects.filter(pk=member.pk).update(role="steward")
        with pytest.raises(Refused) as refused:
            services.set_role(actor=admin, user=member, role="admin")
        assert refused.value.code == "changed_meanwhile"

    def test_an_unclaimed_row_gets_no_role_and_no_access(self, admin: User) -> None:
        row = make_imported(5)
        with pytest.raises(Refused, match="has not signed in here"):
            services.set_role(actor=admin, user=row, role="admin")
        with pytest.raises(Refused, match="has not signed in here"):
            services.set_active(actor=admin, user=row, active=True)


class TestClosingAnAccount:
    def test_ends_sessions_at_once_and_can_be_taken_back(
        self, client: Client, admin: User, member: User
    ) -> None:
        theirs = Client()
        theirs.force_login(member)
        client.force_login(admin)
        client.post(f"/people/{member.pk}/active/", {"active": "off"})
        assert theirs.get("/me/").status_code == 302
        client.post(f"/people/{member.pk}/active/", {"active": "on"})
        assert theirs.get("/me/").status_code == 200

    def test_says_so_at_sign_in(self, client: Client, admin: User, member: User) -> None:
        services.set_active(actor=admin, user=member, active=False)
        form = {"login": "mel", "password": PASSWORD}
        answer = client.post("/accounts/login/", form, follow=True)
        assert b"An administrator has closed this account" in answer.content
        assert "_auth_user_id" not in client.session


class TestSettings:
    def test_the_person_menu_posts_one_and_goes_back(self, client: Client, member: User) -> None:
        client.force_login(member)
        answer = client.post("/me/", {"theme": "dark", "next": "/people/?q=a"})
        assert answer["Location"] == "/people/?q=a"
        member.refresh_from_db()
        assert (member.theme, member.density, member.shortcuts) == ("dark", "dense", True)

    @pytest.mark.parametrize(
        "target",
        [
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "me",
            "",
        ],
    )
    def test_never_goes_to_another_place(self, client: Client, member: User, target: str) -> None:
        client.force_login(member)
        answer = client.post("/me/", {"density": "roomy", "next": target})
        assert answer["Location"] == "/me/"

    def test_all_at_once(self, client: Client, member: User) -> None:
        client.force_login(member)
        form = {"theme": "light", "density": "roomy", "shortcuts": "off", "plays": "off"}
        assert client.post("/me/", form)["Location"] == "/me/"
        member.refresh_from_db()
        assert (member.theme, member.density) == ("light", "roomy")
        assert (member.shortcuts, member.plays) == (False, False)
        assert TimelineEvent.objects.get().data["changes"]["plays"] is False

    def test_nothing_new_writes_nothing(self, member: User) -> None:
        services.change_settings(user=member, theme="system", plays=True)
        assert not TimelineEvent.objects.exists()

    @pytest.mark.parametrize(
        "form", [{"theme": "neon"}, {"density": "x"}, {"shortcuts": "1"}, {"plays": "maybe"}]
    )
    def test_refuses_other_words_by_name(
        self, client: Client, member: User, form: dict[str, str]
    ) -> None:
        client.force_login(member)
        answer = client.post("/me/", form)
        assert answer.status_code == 400
        assert next(iter(form)).encode() in answer.content


def test_the_first_sign_in_makes_the_game_state_once(member: User) -> None:
    services.note_sign_in(user=member)
    services.note_sign_in(user=member)
    state = GameState.objects.get()
    assert (state.user_id, state.score, state.active_weapon) == (member.pk, 0, "pulse_laser")
    assert TimelineEvent.objects.filter(verb="joined").count() == 1


def test_a_name_is_one_whatever_its_case() -> None:
    assert make_person("Ada").login == "ada"
