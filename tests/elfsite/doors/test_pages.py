from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from elfsite.doors import services
from elfsite.doors.models import AgentKey
from game.players.models import User
from tests.game.players.people import make_person

pytestmark = pytest.mark.django_db
PAGE = "/agent-keys/"
FORM = {"name": "build-3", "scopes": ["read", "run"], "trust_class": "agent", "days": "30"}


@pytest.fixture
def mel(client: Client) -> User:
    mel = make_person("mel")
    client.force_login(mel)
    return mel


@pytest.fixture
def other_key() -> AgentKey:
    return services.create_key(actor=make_person("oda"), name="of oda", scopes=["read"])[0]


def test_somebody_who_is_not_signed_in_sees_nothing(client: Client) -> None:
    assert client.get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"


def test_the_key_is_shown_once(client: Client, mel: User) -> None:
    page = client.post(PAGE, FORM)
    assert "no-store" in page["Cache-Control"]
    plain = page.context["plain"]
    assert plain in page.content.decode()
    assert services.authenticate_key(plain).scopes == ["read", "run"]
    later = client.get(PAGE).content.decode()
    assert plain not in later
    assert plain[:10] in later


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"scopes": []}, {"trust_class": "human"}, {"scopes": ["admin"]}]
)
def test_a_wrong_form_comes_back_with_what_was_typed(
    client: Client, mel: User, change: dict[str, object]
) -> None:
    page = client.post(PAGE, FORM | {"project": "/srv/a"} | change)
    assert page.status_code == 400
    assert 'value="/srv/a"' in page.content.decode()
    assert not AgentKey.objects.exists()


def test_offers_what_the_role_may_give(client: Client, mel: User) -> None:
    page = client.get(PAGE).content.decode()
    assert 'value="admin"' not in page
    assert 'value="human"' not in page


def test_rotates_and_revokes(client: Client, mel: User) -> None:
    client.post(PAGE, FORM)
    key = AgentKey.objects.get()
    plain = client.post(f"{PAGE}{key.pk}/rotate/").context["plain"]
    assert services.authenticate_key(plain) == key
    assert client.post(f"{PAGE}{key.pk}/revoke/")["Location"] == PAGE
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert client.post(f"{PAGE}{key.pk}/revoke/").status_code == 409


@pytest.mark.parametrize("act", ["rotate", "revoke"])
def test_a_key_of_somebody_else_is_not_there(
    client: Client, mel: User, other_key: AgentKey, act: str
) -> None:
    assert "of oda" not in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}{other_key.pk}/{act}/").status_code == 404
    assert client.get(f"{PAGE}{other_key.pk}/{act}/").status_code == 405


def test_administrators_see_and_revoke_every_key_but_rotate_their_own(
    client: Client, other_key: AgentKey
) -> None:
    client.force_login(make_person("ada", "admin"))
    page = client.get(PAGE).content.decode()
    assert "of oda" in page
    assert f"{PAGE}{other_key.pk}/rotate/" not in page
    assert client.post(f"{PAGE}{other_key.pk}/rotate/").status_code == 403
    assert client.post(f"{PAGE}{other_key.pk}/revoke/").status_code == 302


def test_asks_one_question_for_the_keys(client: Client, mel: User) -> None:
    for number in range(5):
        services.create_key(actor=mel, name=f"k{number}", scopes=["read"])
    with CaptureQueriesContext(connection) as asked:
        client.get(PAGE)
    assert str(asked.captured_queries).count('FROM "agent_keys"') == 1
    assert str(asked.captured_queries).count('FROM "users"') == 1  # the person who asks


def test_the_ledger_in_administration_shows_no_hash(client: Client, other_key: AgentKey) -> None:
    client.force_login(make_person("ada", "admin"))
    assert "of oda" in client.get("/admin/doors/agentkey/").content.decode()
    page = client.get(f"/admin/doors/agentkey/{other_key.pk}/change/")
    assert page.status_code == 200
    assert other_key.key_hash not in page.content.decode()
    assert client.get("/admin/doors/agentkey/add/").status_code == 403
