"""Pages of people for everybody who may ask, and the one rule for all pages: sign in first."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

from game.players import queries, services
from game.players.models import User
from tests.game.players.people import make_imported, make_person

pytestmark = pytest.mark.django_db

# what somebody who is not signed in may see: health, the ways in, and their ends
OPEN = {
    "/livez",
    "/readyz",
    "/accounts/login/",
    "/accounts/logout/",
    "/accounts/inactive/",
    "/accounts/github/login/",
    "/accounts/github/login/callback/",
    "/accounts/github/cancelled/",
    "/welcome/word/",
    "/invitation/word/",
    "/new-password/word/",
    "/admin/login/",
    "/admin/jsi18n/",
}
# what stands for a converter in an example path; anything else is a word
EXAMPLES = {"int": "1", "listing": "heuristics", "format": "csv"}
PLACE = re.compile(r"<(?:(\w+):)?\w+>")


def every_path(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    """An example path of every pattern that is not a regular expression."""
    for entry in patterns:
        if isinstance(entry.pattern, RegexPattern):
            continue
        path = before + PLACE.sub(lambda m: EXAMPLES.get(m[1], "word"), str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from every_path(entry.url_patterns, path)
        else:
            yield path


def test_every_page_but_the_ways_in_needs_a_login(client: Client) -> None:
    paths = set(every_path(get_resolver().url_patterns))
    assert {"/people/", "/me/", "/agent-keys/", "/admin/"} <= paths
    for path in sorted(paths - OPEN):
        answer = client.get(path)
        to_login = answer.get("Location", "").startswith(("/accounts/login/", "/admin/login/"))
        assert answer.status_code == 401 or to_login, (path, answer.status_code)


def test_what_is_open_is_there(client: Client) -> None:
    assert set(every_path(get_resolver().url_patterns)) >= OPEN
    for path in sorted(OPEN):
        assert client.get(path).status_code < 500


def test_a_program_is_told_and_not_led_away(client: Client) -> None:
    answer = client.get("/people/", headers={"accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json()["code"] == "sign_in"


class TestThePeoplePage:
    def test_shows_everybody_to_members_without_acts(self, client: Client, admin: User) -> None:
        client.force_login(make_person("mel"))
        page = client.get("/people/").content.decode()
        assert "ada" in page
        assert "Invite somebody" not in page
        person = client.get(f"/people/{admin.pk}/").content.decode()
        assert '<form class="act"' not in person

    def test_offers_acts_to_administrators(self, client: Client, admin: User, member: User) -> None:
        services.invite(actor=admin, role="steward", note="For Grace")
        client.force_login(admin)
        page = client.get("/people/").content.decode()
        assert "Invite somebody" in page
        assert "For Grace" in page
        assert "Change role" in client.get(f"/people/{member.pk}/").content.decode()

    def test_an_imported_person_has_no_acts(self, client: Client, admin: User) -> None:
        row = make_imported(5)
        client.force_login(admin)
        assert "octo-old" in client.get("/people/").content.decode()
        assert "Change role" not in client.get(f"/people/{row.pk}/").content.decode()

    def test_finds_by_name_literally(self, client: Client, admin: User) -> None:
        make_person("per_cent")
        make_person("percent")
        client.force_login(admin)
        found = client.get("/people/", {"q": "r_c"}).context["people"]
        assert [p.login for p in found] == ["per_cent"]
        assert b"Nobody is called" in client.get("/people/", {"q": "zz"}).content

    def test_refuses_a_search_without_end(self, client: Client, admin: User) -> None:
        client.force_login(admin)
        assert client.get("/people/", {"q": "x" * 101}).status_code == 400

    def test_is_bounded(self, client: Client, admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(queries, "PEOPLE_LIMIT", 1)
        make_person("mel")
        client.force_login(admin)
        page = client.get("/people/").content.decode()
        assert "The first 1. Search by name" in page

    def test_asks_three_questions_however_many_people(self, client: Client, admin: User) -> None:
        for number in range(5):
            make_person(f"p{number}")
            make_imported(100 + number)
            services.invite(actor=admin, role="member")
        client.force_login(admin)
        with CaptureQueriesContext(connection) as asked:
            client.get("/people/")
        tables = re.findall(r'FROM "(users|invitations)"', str(asked.captured_queries))
        # the person who asks; people, imported people, links
        assert sorted(tables) == ["invitations", "users", "users", "users"]

    @pytest.mark.parametrize("path", ["/people/99999/", "/people/99999/role/", "/people/x/"])
    def test_an_unknown_person_is_not_found(self, client: Client, admin: User, path: str) -> None:
        client.force_login(admin)
        answer = client.post(path) if path.endswith("role/") else client.get(path)
        assert answer.status_code == 404

    def test_acts_take_a_post(self, client: Client, admin: User, member: User) -> None:
        client.force_login(admin)
        for act in ("role", "active", "password"):
            assert client.get(f"/people/{member.pk}/{act}/").status_code == 405

    def test_acts_need_a_token_of_the_form(self, admin: User, member: User) -> None:
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(admin)
        answer = browser.post(f"/people/{member.pk}/role/", {"role": "admin"})
        assert answer.status_code == 403
        member.refresh_from_db()
        assert member.role == "member"


def test_the_settings_page_shows_how_one_signs_in(client: Client, member: User) -> None:
    client.force_login(member)
    page = client.get("/me/").content.decode()
    assert "change it" in page
    assert "not offered by this site" in page


@pytest.mark.parametrize("kind", ["/", ".json", ".csv", ".ndjson", "/{pk}/", "/{pk}.json"])
def test_the_hash_of_a_password_leaves_by_no_list(client: Client, admin: User, kind: str) -> None:
    client.force_login(make_person("mel"))
    answer = client.get("/users" + kind.format(pk=admin.pk))
    assert answer.status_code == 200
    body = answer.getvalue().decode()
    assert "ada" in body
    assert admin.password not in body
    assert admin.password not in str(admin.to_dict())
