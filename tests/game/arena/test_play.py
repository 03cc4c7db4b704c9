"""The arena, a debrief and a replay as pages; the words of a field; the pointer of every page."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from elfsite.jobs.runner import run_pending
from game.arena import flights
from game.arena.models import Manifest, Pilot, Replay
from game.arena.services.sorties import issue_sortie
from game.players.models import User
from tests.game.arena.flying import SHORT, flown, fly, send
from tests.game.players.people import make_person


def foe(kind: str, label: str, link: str = "/x/", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "label": label, "size": 1, "link": link, **more}


class TestWords:
    def test_a_field_is_a_sentence(self) -> None:
        field = {"foes": [foe("bug", "a"), foe("bug", "b"), foe("blocker", "c")], "gifts": [{}]}
        assert flights.sentence(field) == "1 blocker, 2 bugs, 1 pick-up"

    def test_what_is_met_stands_by_kind_and_place(self) -> None:
        foes = [
            foe("bug", "a.py · bug", down=True),
            foe("bug", "a.py · bug", down=False),
            foe("bug", "b.py · bug", "/y/"),
            foe("drone", "velocity · alert", down=True),
            foe("none of ours", "?"),
        ]
        bug, drone = flights.meetings(foes, shown=1)
        assert (bug.code, bug.met, bug.down, bug.more) == ("bug", 3, 1, 1)
        assert bug.places == [flights.Place("a.py", "/x/", 2, 1)]
        assert (drone.met, drone.down, drone.kind.made_of) == (1, 1, "open alerts")

    def test_every_kind_has_words(self) -> None:
        assert set(flights.KINDS) == set(flights.FOES)


@pytest.fixture
def as_stan(client: Client, stan: User) -> Client:
    client.force_login(stan)
    return client


@pytest.mark.django_db
@pytest.mark.usefixtures("field")
class TestPages:
    def test_the_arena_names_what_is_to_be_fixed(self, as_stan: Client) -> None:
        page = as_stan.get("/arena/").content.decode()
        assert "1 blocker, 12 bugs, 1 pick-up" in page
        assert '<a href="/trails/place/?at=auth.py">auth.py</a>' in page
        assert "Nobody has flown today" in page
        assert "what is not fixed comes back" in page, "thirteen foes are soon met"
        manifest = json.loads(re.findall(r'id="manifest"[^>]*>(.*?)</script>', page)[0])
        assert len(manifest["foes"]) == 13

    def test_the_arena_knows_the_leader_and_ones_best(
        self, as_stan: Client, stan: User, mira: User
    ) -> None:
        best = fly(mira)
        mine = fly(stan, SHORT)
        page = as_stan.get("/arena/").content.decode()
        assert f'mira with <a class="num" href="/arena/replays/{best.pk}/">' in page
        assert f'href="/arena/replays/{mine.pk}/">0</a>' in page

    def test_it_costs_few_queries(
        self, as_stan: Client, mira: User, django_assert_max_num_queries: Any
    ) -> None:
        fly(mira)
        as_stan.get("/arena/")
        with django_assert_max_num_queries(11):
            as_stan.get("/arena/")

    def test_a_debrief_waits_for_the_referee_then_tells(self, as_stan: Client, stan: User) -> None:
        ticket = issue_sortie(player=stan)
        send(stan, ticket, flown(ticket))
        path = f"/arena/sorties/{ticket.sortie.pk}/debrief"
        assert "data-waiting" in as_stan.get(path).content.decode()
        replay = Replay.objects.get()
        run_pending()
        replay.refresh_from_db()
        told = as_stan.get(path).content.decode()
        assert f'<b class="num" data-referee>{replay.score:,}</b>' in told
        assert "rank <b>1</b> of 1" in told and 'hx-swap-oob="true"' in told

    def test_a_refusal_is_told_with_its_reason(self, as_stan: Client, stan: User) -> None:
        ticket = issue_sortie(player=stan)
        replay = send(stan, ticket, flown(ticket), score=9_999)
        run_pending()
        replay.refresh_from_db()
        told = as_stan.get(f"/arena/sorties/{ticket.sortie.pk}/debrief").content.decode()
        assert replay.status == "refused" and replay.reason in told

    def test_a_debrief_is_for_who_flew(self, as_stan: Client, mira: User) -> None:
        ticket = issue_sortie(player=mira)
        send(mira, ticket, flown(ticket))
        assert as_stan.get(f"/arena/sorties/{ticket.sortie.pk}/debrief").status_code == 404

    def test_anybody_who_plays_watches_an_accepted_replay(
        self, as_stan: Client, mira: User
    ) -> None:
        replay = fly(mira)
        page = as_stan.get(f"/arena/replays/{replay.pk}/").content.decode()
        assert f"mira, {replay.score:,} points" in page and str(replay.final_hash) in page
        Replay.objects.update(status="refused")
        assert as_stan.get(f"/arena/replays/{replay.pk}/").status_code == 404

    def test_a_replay_goes_with_who_turns_the_game_off(self, as_stan: Client, mira: User) -> None:
        replay = fly(mira)
        User.objects.filter(pk=mira.pk).update(plays=False)
        assert as_stan.get(f"/arena/replays/{replay.pk}/").status_code == 404

    @pytest.mark.parametrize("number", [77, 2**63, 10**30])
    def test_a_bad_number_is_nothing(self, as_stan: Client, number: int) -> None:
        assert as_stan.get(f"/arena/replays/{number}/").status_code == 404
        assert as_stan.get(f"/arena/sorties/{number}/debrief").status_code == 404

    @pytest.mark.parametrize("path", ["/arena/", "/arena/replays/1/", "/arena/sorties/1/debrief"])
    def test_nobody_else_sees_it(self, path: str, client: Client, settings: Settings) -> None:
        assert client.get(path).status_code in (302, 401)
        client.force_login(make_person("not-me", plays=False))
        assert client.get(path).status_code == 404
        settings.GAME = False
        client.force_login(make_person("me"))
        assert client.get(path).status_code == 404


@pytest.mark.django_db
def test_without_data_the_arena_is_for_practice(as_stan: Client) -> None:
    page = as_stan.get("/arena/").content.decode()
    assert "The practice field" in page and "Fly in training" in page
    assert not Manifest.objects.exists(), "looking freezes nothing"


@pytest.mark.django_db
class TestPointer:
    def test_a_session_begins_with_the_cursor_in_use(self, client: Client, stan: User) -> None:
        Pilot.objects.create(player=stan, cursor="leaf")
        client.force_login(stan)
        page = client.get("/armory/").content.decode()
        assert 'data-cursor="leaf"' in page and "css/cursors.css" in page
        assert "trail.mjs" not in page

    def test_the_plain_one_costs_no_page_anything(self, client: Client, stan: User) -> None:
        client.force_login(stan)
        page = client.get("/armory/").content.decode()
        assert "data-cursor" not in page and "cursors.css" not in page

    def test_other_browsers_take_it_over_in_the_game(self, client: Client, stan: User) -> None:
        client.force_login(stan)
        Pilot.objects.create(player=stan, cursor="star_trail")
        page = client.get("/arena/").content.decode()
        assert 'data-cursor="star_trail"' in page and "trail.mjs" in page

    def test_with_the_game_off_the_pointer_is_plain(
        self, client: Client, stan: User, settings: Settings
    ) -> None:
        Pilot.objects.create(player=stan, cursor="leaf")
        client.force_login(stan)
        assert "data-cursor" in client.get("/me/").content.decode()
        settings.GAME = False
        assert "data-cursor" not in client.get("/me/").content.decode()
        settings.GAME = True
        User.objects.filter(pk=stan.pk).update(plays=False)
        assert "data-cursor" not in client.get("/me/").content.decode()
