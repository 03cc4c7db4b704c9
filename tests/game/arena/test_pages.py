"""The pages of the game: for who plays, and for nobody else."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from elfsite.jobs.runner import run_pending
from game.arena.models import Manifest, Pilot, Replay, ScoreEvent
from game.arena.services.sorties import issue_sortie
from game.players.models import GameState, User
from tests.game.arena.flying import flown, fly, send
from tests.game.players.people import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("field")]


@pytest.fixture
def as_mira(client: Client, mira: User) -> Client:
    client.force_login(mira)
    return client


def score(player: User, points: int, *, kind: str = "sortie", day: object = None) -> None:
    """A line of the ledger, as the services would leave it."""
    from django.utils import timezone

    number = ScoreEvent.objects.count()
    ScoreEvent.objects.create(
        player=player, kind=kind, reason=kind, summary="a line", points=points,
        key=f"{player.pk}:{number}", day=day or timezone.now().date(),
    )  # fmt: skip


PAGES = (
    "/leaderboard/",
    "/leaderboard/?board=season",
    "/leaderboard/?board=all&around=1",
    "/armory/",
    "/players/me/data.json",
    "/players/me/delete/",
)


@pytest.mark.parametrize("path", PAGES)
class TestEachPage:
    def test_opens_empty_and_full(self, path: str, as_mira: Client, mira: User) -> None:
        assert as_mira.get(path).status_code == 200
        fly(mira)
        assert as_mira.get(path).status_code == 200

    def test_asks_who_it_is(self, path: str, client: Client) -> None:
        assert client.get(path).status_code in (302, 401)

    def test_is_gone_for_who_turned_it_off(self, path: str, as_mira: Client, mira: User) -> None:
        User.objects.filter(pk=mira.pk).update(plays=False)
        assert as_mira.get(path).status_code == 404

    def test_is_gone_with_the_game(self, path: str, as_mira: Client, settings: Settings) -> None:
        settings.GAME = False
        assert as_mira.get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/leaderboard/?board=week", 400),
        ("/leaderboard/?from=0", 400),
        ("/leaderboard/?from=x", 400),
        ("/leaderboard/?from=99999999999999999999", 400),
        ("/players/99999/", 404),
        ("/players/99999999999999999999/", 404),
        ("/arena/sorties/99999/", 404),
        ("/arena/replays/99999999999999999999.json", 404),
        ("/arena/leader.json", 404),
    ],
)
def test_what_is_not_there_is_said(path: str, status: int, as_mira: Client) -> None:
    assert as_mira.get(path).status_code == status


class TestFlyingOverHttp:
    def test_from_the_ticket_to_the_verdict(self, as_mira: Client, mira: User) -> None:
        answer = as_mira.post("/arena/sorties/", {}, content_type="application/json")
        assert answer.status_code == 201
        given = answer.json()
        assert set(given) == {
            "id", "token", "seed", "manifest", "digest", "weapon", "training", "expires",
        }  # fmt: skip
        look = f"/arena/sorties/{given['id']}/"
        assert as_mira.get(look).json()["status"] == "open"
        done = flown(issue_sortie(player=mira))
        said = {"token": given["token"], "log": done.log, "score": done.score, "hash": done.hash}
        sent = as_mira.post(f"{look}log", said, content_type="application/json")
        assert (sent.status_code, sent.json()["look"]) == (202, look)
        assert as_mira.get(look).json()["status"] == "waiting"
        run_pending()
        found = as_mira.get(look).json()
        assert (found["status"], found["score"], found["best"]) == (
            "accepted", done.score, done.score,
        )  # fmt: skip
        assert (found["rank"], found["players"], found["is_best"]) == (1, 1, True)
        assert {"kind", "label", "link", "size", "down"} <= set(found["met"][0])
        assert "first_flight" in found["achievements"]

    def test_somebody_elses_sortie_is_not_shown(self, as_mira: Client, stan: User) -> None:
        sortie = issue_sortie(player=stan).sortie
        assert as_mira.get(f"/arena/sorties/{sortie.pk}/").status_code == 404

    def test_a_refusal_says_why(self, as_mira: Client, mira: User) -> None:
        ticket = issue_sortie(player=mira)
        path = f"/arena/sorties/{ticket.sortie.pk}/log"
        answer = as_mira.post(
            path, {"token": "x"}, content_type="application/json", HTTP_ACCEPT="application/json"
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_log")
        huge = "A" * 80_000
        answer = as_mira.post(path, {"log": huge}, content_type="application/json")
        assert answer.status_code == 413
        answer = as_mira.post(path, "[[[", content_type="application/json")
        assert answer.status_code == 400

    def test_a_replay_can_be_watched_by_others(self, as_mira: Client, stan: User) -> None:
        replay = fly(stan)
        film = as_mira.get(f"/arena/replays/{replay.pk}.json").json()
        assert (film["player"], film["log"], film["score"]) == ("stan", replay.log, replay.score)
        assert film == as_mira.get("/arena/leader.json").json()
        User.objects.filter(pk=stan.pk).update(plays=False)
        assert as_mira.get(f"/arena/replays/{replay.pk}.json").status_code == 404

    def test_a_refused_replay_cannot(self, as_mira: Client, mira: User) -> None:
        ticket = issue_sortie(player=mira)
        replay = send(mira, ticket, flown(ticket), score=1)
        run_pending()
        assert as_mira.get(f"/arena/replays/{replay.pk}.json").status_code == 404


class TestThePageOfAPlayer:
    def test_shows_what_was_earned_and_history(self, as_mira: Client, mira: User) -> None:
        GameState.objects.create(pk=mira.pk, score=4200)
        replay = fly(mira)
        page = as_mira.get(f"/players/{mira.pk}/").text
        assert f"{replay.score:,}" in page.replace("\u202f", ",").replace("&#x202F;", ",")
        assert "stand on no board" in page and "First flight" in page
        assert "Delete all of it" in page

    def test_of_somebody_else_offers_no_deletion(self, as_mira: Client, stan: User) -> None:
        page = as_mira.get(f"/players/{stan.pk}/")
        assert page.status_code == 200 and "Delete all of it" not in page.text

    def test_of_somebody_who_does_not_play_is_not_there(self, as_mira: Client, stan: User) -> None:
        User.objects.filter(pk=stan.pk).update(plays=False)
        assert as_mira.get(f"/players/{stan.pk}/").status_code == 404

    def test_me_leads_to_oneself(self, as_mira: Client, mira: User) -> None:
        assert as_mira.get("/players/me/")["Location"] == f"/players/{mira.pk}/"


class TestTheArmory:
    def test_equips_what_is_open_and_refuses_what_is_locked(
        self, as_mira: Client, mira: User
    ) -> None:
        take = {"kind": "weapon", "code": "scatter"}
        assert as_mira.post("/armory/equip/", take).status_code == 403
        GameState.objects.create(pk=mira.pk, unlocked_weapons='["pulse_laser","scatter"]')
        assert as_mira.post("/armory/equip/", take).status_code == 302
        assert GameState.objects.get(pk=mira.pk).active_weapon == "scatter"
        assert issue_sortie(player=mira).sortie.weapon == "scatter"

    @pytest.mark.parametrize("code", ["death_star", "", "leaf"])
    def test_knows_only_its_weapons(self, as_mira: Client, code: str) -> None:
        answer = as_mira.post("/armory/equip/", {"kind": "weapon", "code": code})
        assert answer.status_code == 404

    def test_takes_a_cursor(self, as_mira: Client, mira: User) -> None:
        GameState.objects.create(pk=mira.pk, unlocked_cursors='["default","leaf"]')
        Pilot.objects.create(pk=mira.pk)
        as_mira.post("/armory/equip/", {"kind": "cursor", "code": "leaf"})
        assert Pilot.objects.get(pk=mira.pk).cursor == "leaf"
        assert as_mira.get("/armory/").status_code == 200

    def test_says_how_far_it_is(self, as_mira: Client, mira: User) -> None:
        page = as_mira.get("/armory/").text
        assert "Opens at" in page and "no repository is configured" in page.lower()


class TestDeletion:
    def test_takes_everything_of_oneself_and_nothing_of_others(
        self, as_mira: Client, mira: User, stan: User
    ) -> None:
        own, other = fly(mira), fly(stan)
        assert as_mira.post("/players/me/delete/").status_code == 400
        assert Replay.objects.filter(pk=own.pk).exists()
        as_mira.post("/players/me/delete/", {"confirmed": "yes"})
        assert not Replay.objects.filter(player=mira).exists()
        assert not ScoreEvent.objects.filter(player=mira).exists()
        mira.refresh_from_db()
        assert (mira.plays, GameState.objects.get(pk=mira.pk).score) == (False, 0)
        other.refresh_from_db()
        assert other.status == "accepted" and other.log
        assert GameState.objects.get(pk=stan.pk).score == other.score

    def test_leaves_no_line_about_it_in_the_log(self, as_mira: Client, mira: User) -> None:
        from elfsite.timeline.models import TimelineEvent

        fly(mira)
        as_mira.post("/players/me/delete/", {"confirmed": "yes"})
        left = TimelineEvent.everything.filter(topic="game", summary__contains="mira")
        assert not left.exists()

    def test_of_a_flight_that_waits_for_the_referee(self, as_mira: Client, mira: User) -> None:
        ticket = issue_sortie(player=mira)
        send(mira, ticket, flown(ticket))
        as_mira.post("/players/me/delete/", {"confirmed": "yes"})
        run_pending()
        assert not ScoreEvent.objects.exists() and not Replay.objects.exists()


def test_the_file_of_oneself_is_whole_and_ones_own(as_mira: Client, mira: User, stan: User) -> None:
    replay, _ = fly(mira), fly(stan)
    answer = as_mira.get("/players/me/data.json")
    assert "attachment" in answer["Content-Disposition"]
    data = json.loads(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    assert data["player"]["login"] == "mira" and data["game_state"]["score"] == replay.score
    assert [each["log"] for each in data["replays"]] == [replay.log]
    assert len(data["sorties"]) == 1 and len(data["score_events"]) == 1
    assert {"first_flight"} <= {each["code"] for each in data["achievements"]}


class TestTheBoard:
    def test_marks_my_row_and_shares_ranks(
        self, as_mira: Client, mira: User, clock: time_machine.Traveller
    ) -> None:
        others = [make_person(f"p{n}") for n in range(3)]
        for player, points in zip([*others, mira], (90, 70, 70, 50), strict=True):
            score(player, points)
        page = as_mira.get("/leaderboard/").text
        ranks = [part.split("<")[0] for part in page.split('class="n rank">')[1:]]
        assert ranks == ["1", "2", "2", "4"]
        row = page.split('<tr class="here"')[1].split("</tr>")[0]
        assert "mira" in row and "you" in row
        clock.shift(timedelta(days=1))
        assert "Nobody has flown today" in as_mira.get("/leaderboard/").text

    def test_costs_the_same_for_any_number_of_players(self, as_mira: Client) -> None:
        def cost() -> int:
            as_mira.get("/leaderboard/")
            with CaptureQueriesContext(connection) as captured:
                as_mira.get("/leaderboard/")
            return len(captured)

        score(make_person("one"), 10)
        few = cost()
        for n in range(20):
            score(make_person(f"p{n}"), 10 + n)
        assert cost() == few <= 7


def test_a_field_that_is_not_frozen_yet_is_not_frozen_by_looking(as_mira: Client) -> None:
    Manifest.objects.all().delete()
    assert as_mira.get("/arena/").status_code == 200
    assert not Manifest.objects.exists()
