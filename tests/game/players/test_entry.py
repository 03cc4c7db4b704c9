"""One-time links: the first administrator, invitations, new passwords."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.db import connection, connections
from django.test import Client
from pytest_django import Settings

from elfsite.errors import Refused
from elfsite.timeline.models import TimelineEvent
from game.players import links, services
from game.players.models import GameState, Invitation, User
from tests.game.players.people import PASSWORD, make_person

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 20, 9, tzinfo=UTC)


def token_of(address: str | None) -> str:
    assert address is not None
    return address.rstrip("/").rsplit("/", 1)[1]


def path_of(address: str, settings: Settings) -> str:
    assert address.startswith(settings.BASE_URL)
    return address.removeprefix(settings.BASE_URL)


FORM = {"login": "Ada", "password": PASSWORD, "again": PASSWORD}


class TestTheFirstAdministrator:
    @pytest.fixture
    def token(self) -> str:
        return token_of(services.first_admin_link())

    def test_only_the_hash_of_the_link_is_kept(self, token: str) -> None:
        link = Invitation.objects.get()
        assert link.token_hash == hashlib.sha256(token.encode()).hexdigest()
        assert token not in str(list(TimelineEvent.objects.values()))

    def test_opens_the_link_and_is_in(self, client: Client, token: str) -> None:
        page = client.get(f"/welcome/{token}/")
        assert page.status_code == 200
        assert "no-store" in page["Cache-Control"]
        assert client.post(f"/welcome/{token}/", FORM)["Location"] == "/"
        ada = User.objects.get()
        assert (ada.login, ada.role, ada.is_superuser, ada.is_staff) == ("ada", "admin", True, True)
        assert client.session["_auth_user_id"] == str(ada.pk)
        assert GameState.objects.filter(user=ada).exists()
        assert [e.verb for e in TimelineEvent.objects.order_by("pk")] == [
            "made_first_link",
            "signed_up",
            "joined",
        ]

    def test_the_link_works_once(self, client: Client, token: str) -> None:
        client.post(f"/welcome/{token}/", FORM)
        for answer in (
            Client().get(f"/welcome/{token}/"),
            Client().post(f"/welcome/{token}/", FORM),
        ):
            assert answer.status_code == 410
            assert b"it works once" in answer.content
        assert User.objects.count() == 1

    def test_a_new_link_replaces_the_old(self, token: str) -> None:
        new = token_of(services.first_admin_link())
        with pytest.raises(Refused, match="withdrawn"):
            services.accept_first_admin(token=token, login="eve", password=PASSWORD)
        assert services.accept_first_admin(token=new, login="ada", password=PASSWORD).pk

    def test_the_link_holds_for_a_day(self) -> None:
        with time_machine.travel(MORNING, tick=False) as clock:
            token = token_of(services.first_admin_link())
            clock.shift(24 * 3600 - 1)
            links.look_up(links.hash_of(token), "first")
            clock.shift(1)
            with pytest.raises(Refused, match="expired on 21 November 2026 at 09:00 UTC"):
                services.accept_first_admin(token=token, login="ada", password=PASSWORD)

    def test_there_is_no_link_while_somebody_administers(self) -> None:
        ada = make_person("ada", "admin")
        assert services.first_admin_link() is None
        User.objects.filter(pk=ada.pk).update(is_active=False)
        assert services.first_admin_link() is not None

    def test_the_link_is_refused_once_somebody_administers(self, token: str) -> None:
        make_person("ada", "admin")
        with pytest.raises(Refused) as refused:
            services.accept_first_admin(token=token, login="eve", password=PASSWORD)
        assert refused.value.code == "admin_exists"
        assert Invitation.objects.get().used_at is None

    def test_an_invitation_is_no_first_link(self) -> None:
        ada = make_person("ada", "admin")
        token = token_of(services.invite(actor=ada, role="admin")[1])
        with pytest.raises(Refused) as refused:
            services.accept_first_admin(token=token, login="eve", password=PASSWORD)
        assert refused.value.status == 404

    def test_an_unknown_link_is_not_found(self, client: Client) -> None:
        assert client.get("/welcome/nonsense/").status_code == 404

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"login": "a b"}, "letters a to z"),
            ({"password": "short", "again": "short"}, "too short"),
            ({"again": "something else"}, "The two passwords differ"),
            ({"login": ""}, "required"),
        ],
    )
    def test_what_was_typed_wrong_is_said_and_the_link_stays(
        self, client: Client, token: str, change: dict[str, str], sentence: str
    ) -> None:
        answer = client.post(f"/welcome/{token}/", FORM | change)
        assert answer.status_code == 400
        assert sentence in answer.content.decode()
        assert PASSWORD not in answer.content.decode()
        assert not User.objects.exists()
        assert client.post(f"/welcome/{token}/", FORM).status_code == 302


class TestInviting:
    @pytest.mark.parametrize("role", ["member", "steward"])
    def test_is_for_administrators(self, client: Client, role: str) -> None:
        client.force_login(make_person("mel", role))
        assert client.post("/people/invite/", {"role": "admin", "days": 7}).status_code == 403
        assert not Invitation.objects.exists()

    def test_shows_the_link_once(self, client: Client, admin: User, settings: Settings) -> None:
        client.force_login(admin)
        page = client.post("/people/invite/", {"role": "steward", "days": 3, "note": "Grace"})
        assert "no-store" in page["Cache-Control"]
        address = page.context["address"]
        assert address in page.content.decode()
        assert token_of(address) not in client.get("/people/").content.decode()
        assert Client().get(path_of(address, settings)).status_code == 200

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"role": "king"}, "bad_role"),
            ({"days": 0}, "bad_days"),
            ({"days": 91}, "bad_days"),
            ({"note": "x" * 201}, "long_note"),
        ],
    )
    def test_refuses_by_name(self, admin: User, change: dict[str, object], code: str) -> None:
        with pytest.raises(Refused) as refused:
            services.invite(**({"actor": admin, "role": "member"} | change))  # type: ignore[arg-type]
        assert refused.value.code == code

    def test_the_page_keeps_what_was_typed_wrong(self, client: Client, admin: User) -> None:
        client.force_login(admin)
        page = client.post("/people/invite/", {"role": "member", "days": 500, "note": "Grace"})
        assert page.status_code == 400
        assert 'value="Grace"' in page.content.decode()

    def test_open_links_are_bounded(self, admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("game.players.services.entry.OPEN_LINKS_LIMIT", 1)
        services.invite(actor=admin, role="member")
        with pytest.raises(Refused, match="Withdraw some first"):
            services.invite(actor=admin, role="member")

    def test_a_withdrawn_link_is_closed(self, client: Client, admin: User) -> None:
        invitation, address = services.invite(actor=admin, role="member")
        client.force_login(admin)
        client.post(f"/people/invitations/{invitation.pk}/withdraw/")
        with pytest.raises(Refused, match="withdrawn"):
            services.accept_invitation(token=token_of(address), login="eve", password=PASSWORD)
        assert client.post(f"/people/invitations/{invitation.pk}/withdraw/").status_code == 409


class TestComingIn:
    @pytest.fixture
    def token(self, admin: User) -> str:
        return token_of(services.invite(actor=admin, role="steward")[1])

    def test_with_a_password(self, client: Client, token: str) -> None:
        client.post(f"/invitation/{token}/", FORM | {"login": "grace"})
        grace = User.objects.get(login="grace")
        assert (grace.role, grace.is_superuser) == ("steward", False)
        assert client.session["_auth_user_id"] == str(grace.pk)
        assert Invitation.objects.get().used_by == grace

    def test_a_taken_name_is_said_and_the_link_stays(self, client: Client, token: str) -> None:
        answer = client.post(f"/invitation/{token}/", FORM)
        assert answer.status_code == 409
        assert "already" in answer.content.decode()
        assert Invitation.objects.get().used_at is None

    def test_not_while_somebody_else_is_signed_in(
        self, client: Client, admin: User, token: str
    ) -> None:
        client.force_login(admin)
        assert client.post(f"/invitation/{token}/", FORM | {"login": "g"}).status_code == 409
        assert Invitation.objects.get().used_at is None

    def test_what_no_field_is_to_blame_for_is_a_page(self, client: Client, token: str) -> None:
        Invitation.objects.update(expires_at=MORNING)
        with time_machine.travel(MORNING):
            assert client.post(f"/invitation/{token}/", FORM).status_code == 410


class TestForgottenPasswords:
    @pytest.fixture
    def token(self, admin: User, member: User) -> str:
        return token_of(services.make_password_link(actor=admin, user=member)[1])

    def test_a_link_sets_a_new_one_and_ends_sessions(
        self, client: Client, member: User, token: str
    ) -> None:
        other = Client()
        other.force_login(member)
        form = {"password": "lichen on granite", "again": "lichen on granite"}
        assert client.post(f"/new-password/{token}/", form)["Location"] == "/"
        member.refresh_from_db()
        assert member.check_password("lichen on granite")
        assert client.get("/me/").status_code == 200
        assert other.get("/me/").status_code == 302
        assert Client().get(f"/new-password/{token}/").status_code == 410

    def test_a_newer_link_ends_the_older(self, admin: User, member: User, token: str) -> None:
        services.make_password_link(actor=admin, user=member)
        with pytest.raises(Refused, match="withdrawn"):
            services.renew_password(token=token, password="lichen on granite")

    def test_not_for_somebody_who_is_out(self, admin: User, member: User, token: str) -> None:
        services.set_active(actor=admin, user=member, active=False)
        with pytest.raises(Refused, match="not active"):
            services.renew_password(token=token, password="lichen on granite")
        with pytest.raises(Refused, match="cannot sign in"):
            services.make_password_link(actor=admin, user=member)

    def test_only_administrators_make_one(self, client: Client, admin: User, member: User) -> None:
        client.force_login(member)
        assert client.post(f"/people/{admin.pk}/password/").status_code == 403
        assert not Invitation.objects.exists()


def at_once(act: Callable[[int], object], times: int) -> list[object]:
    """What *act* gives or raises in so many threads that start together."""
    gate, results = threading.Barrier(times), []

    def run(number: int) -> None:
        gate.wait()
        try:
            results.append(act(number))
        except Refused as refused:
            results.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def shared(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A database for threads. SQLite's test database lives in memory, where locks do not wait: a
    copy of it in a file behaves as the product's does."""
    if connection.vendor != "sqlite":
        yield
        return
    path = str(tmp_path / "shared.db")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [path])
    in_memory, settings = connections["default"], connections.settings["default"]
    connections.settings["default"] = settings | {"NAME": path}
    connections["default"] = connections.create_connection("default")
    yield
    connections["default"].close()
    connections.settings["default"], connections["default"] = settings, in_memory


@pytest.mark.postgres
@pytest.mark.usefixtures("shared")
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_a_link_makes_one_person(self) -> None:
        ada = make_person("ada", "admin")
        token = token_of(services.invite(actor=ada, role="member")[1])
        results = at_once(
            lambda n: services.accept_invitation(token=token, login=f"p{n}", password=PASSWORD), 6
        )
        assert len([r for r in results if isinstance(r, User)]) == 1
        assert set(map(str, results)) - {"p0", "p1", "p2", "p3", "p4", "p5"} <= {
            "closed_link",
            "used_link",
        }
        assert User.objects.count() == 2

    def test_a_name_is_taken_once(self) -> None:
        ada = make_person("ada", "admin")
        tokens = [token_of(services.invite(actor=ada, role="member")[1]) for _ in range(4)]
        results = at_once(
            lambda n: services.accept_invitation(token=tokens[n], login="eve", password=PASSWORD), 4
        )
        assert len([r for r in results if isinstance(r, User)]) == 1
        assert Invitation.objects.filter(used_at=None).count() == 3

    def test_two_administrators_cannot_take_each_other_away(self) -> None:
        pair = [make_person("ada", "admin"), make_person("bob", "admin")]
        at_once(lambda n: services.set_role(actor=pair[n], user=pair[1 - n], role="member"), 2)
        assert services.active_admins().count() == 1
