"""With the game off nothing of it is in any page, file or answer: for everybody, or for one."""

from __future__ import annotations

import re

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import Settings

from elfsite.jobs.runner import run_pending
from elfsite.listings import links, registry
from elfsite.origins.models import Source
from elfsite.pages import panels
from elfsite.timeline.hiding import hidden_from
from elfsite.timeline.models import TimelineEvent
from game.arena.services.sorties import issue_sortie
from game.players.models import User
from tests.factories import make
from tests.game.arena.flying import flown, fly, send
from tests.game.players.people import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("field")]

WORDS = re.compile(
    r"\b(arena\w*|leaderboard|armory|sorties?|patrol|game|game_state|judge_\w+|data-cursor|landed)\b",
    re.I,
)
# the switch itself, which somebody who turned it off needs to turn it on again
SWITCH = re.compile(
    r'<div class="row" role="group" aria-label="Game">.*?</div>'
    r'|<div class="field"><label for="plays">.*?</div>',
    re.S,
)
# the tables that a foreign file was found to hold are a fact about that file, kept as it was read
FOREIGN = re.compile(r"/(api/v1/)?sources(/\d+)?(\.\w+)?")
# other pages' forms, and what is not made of our templates
THE_GAMES = ("/arena-", "/game-state", "/timeline-events", "/jobs", "/sources", "/users")
NOT_WALKED = ("/accounts/", "/admin/", "/arena/", "/static/")


def plain_paths() -> list[str]:
    """Every address without a parameter."""
    found: list[str] = []

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> None:
        for each in patterns:
            path = prefix + str(each.pattern)
            if isinstance(each, URLResolver):
                walk(each.url_patterns, path)
            elif not re.search(r"[<(?\\^]", path):
                found.append(f"/{path}")

    walk(get_resolver().url_patterns, "")
    return sorted({path for path in found if not path.startswith(NOT_WALKED)})


def listed_paths() -> list[str]:
    """Every list, as a page and as a file, and one row of each."""
    found = []
    for listing in registry.all_listings():
        path = links.list_path(listing)
        found += [path, f"/{listing.slug}.json", f"/{listing.slug}.csv"]
        row = listing.model._default_manager.first()
        if row is not None:
            found += [links.url_of(row), links.url_of(row).rstrip("/") + ".json"]
    return [*found, *(f"/sources/{pk}/" for pk in Source.objects.values_list("pk", flat=True))]


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    if answer.status_code != 200:
        return ""
    if answer.streaming:
        return b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    return answer.content.decode()


def traces(client: Client, paths: list[str]) -> list[str]:
    """Where a word of the game stands, and which."""
    panels.forget()
    found = []
    for path in dict.fromkeys(paths):
        text = SWITCH.sub("", text_of(client, path))
        if FOREIGN.fullmatch(path):
            text = text.replace("game_state", "")
        words = {match.group(0).lower() for match in WORDS.finditer(text)}
        if words:
            found.append(f"{path}: {sorted(words)}")
    return found


@pytest.fixture
def played(mira: User) -> None:
    """Somebody has flown, and a log of theirs was refused."""
    fly(mira)
    ticket = issue_sortie(player=mira)
    send(mira, ticket, flown(ticket), score=1)
    run_pending()
    for table in ("heuristics", "trails"):
        listing = registry.by_table(table)
        assert listing is not None
        make(listing.model)
    Source.objects.create(
        name="a file", path="/data/index.db", state="ready", facts={"rows": {"game_state": 3}}
    )
    assert TimelineEvent.objects.filter(topic="game").exists()


def client_of(login: str, role: str, **more: object) -> Client:
    client = Client()
    client.force_login(make_person(login, role, **more))
    return client


@pytest.mark.usefixtures("played")
class TestOff:
    def test_on_it_is_all_over_the_place(self) -> None:
        on, source = client_of("ada", "admin"), Source.objects.get().pk
        for path in (
            "/",
            "/timeline-events/",
            "/tables/",
            "/game-state/",
            f"/sources/{source}/",
            "/api/v1/docs",
        ):
            assert WORDS.search(SWITCH.sub("", text_of(on, path))), path

    def test_for_everybody_nothing_is_left(self, settings: Settings) -> None:
        settings.GAME = False
        paths = [*plain_paths(), *listed_paths()]
        assert traces(client_of("ada", "admin"), paths) == []

    def test_for_one_person_nothing_but_the_switch_is_left(self) -> None:
        lists = [path for path in listed_paths() if path.startswith(THE_GAMES)]
        found = traces(client_of("ada", "admin", plays=False), [*plain_paths(), *lists])
        assert found == []

    def test_somebody_who_turned_it_off_is_not_seen_by_others(self, mira: User) -> None:
        other = client_of("ada", "admin")
        User.objects.filter(pk=mira.pk).update(plays=False)
        for path in ("/leaderboard/", "/arena-replays/", "/arena-score-events.json"):
            assert "mira" not in text_of(other, path)
        assert f'"user_id": {mira.pk}' not in text_of(other, "/game-state.json")

    def test_admin_has_no_section_for_it(self, settings: Settings) -> None:
        settings.GAME = False
        page = text_of(client_of("ada", "admin"), "/admin/")
        assert page and not re.search(r"arena|game state|replays", page, re.I)

    def test_nothing_can_be_sent(self, mira: User, settings: Settings) -> None:
        client = Client()
        client.force_login(mira)
        settings.GAME = False
        for path in ("/arena/sorties/", "/armory/equip/", "/armory/star/", "/players/me/delete/"):
            assert client.post(path).status_code == 404

    def test_the_log_hides_it_from_the_stream(self, mira: User, settings: Settings) -> None:
        assert hidden_from(mira) == frozenset()
        mira.plays = False
        assert hidden_from(mira) == {"game"} and hidden_from(None) == frozenset()
        settings.GAME = False
        assert hidden_from(None) == {"game"} and not TimelineEvent.objects.filter(topic="game")
        assert TimelineEvent.everything.filter(topic="game").exists()


def test_the_switch_is_on_unless_the_environment_says_otherwise() -> None:
    assert django_settings.GAME is True
