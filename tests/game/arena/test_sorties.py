"""From the ticket to the verdict: what counts, and everything that is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from elfsite.errors import Refused
from elfsite.jobs.models import Job
from elfsite.jobs.runner import run_pending
from elfsite.timeline.models import TimelineEvent
from game.arena.logs import encode
from game.arena.models import Achievement, Manifest, Pilot, Replay, ScoreEvent, Sortie
from game.arena.services import judge_replay
from game.arena.services.keeping import throw_away
from game.arena.services.sorties import PER_HOUR, Ticket, field_of, issue_sortie
from game.players.models import GameState, User
from tests.game.arena.conftest import NOON
from tests.game.arena.flying import LIVELY, SHORT, Flown, flown, fly, send

pytestmark = [pytest.mark.django_db, pytest.mark.postgres, pytest.mark.usefixtures("field")]


def score_of(player: User) -> int:
    return GameState.objects.get(pk=player.pk).score


class TestATicket:
    def test_is_for_todays_field_and_seed(self, mira: User, stan: User, field: Manifest) -> None:
        one, two = issue_sortie(player=mira), issue_sortie(player=stan)
        assert one.manifest == two.manifest and len(one.manifest["foes"]) == 13
        assert one.sortie.seed == two.sortie.seed == field.seed
        assert one.token != two.token
        assert one.sortie.expires_at == NOON + timedelta(minutes=15)

    def test_is_flown_with_the_weapon_that_is_unlocked(self, mira: User) -> None:
        GameState.objects.create(pk=mira.pk, active_weapon="lance")  # as raw SQL could
        assert issue_sortie(player=mira).sortie.weapon == "pulse_laser"

    def test_is_not_given_without_end(self, mira: User, stan: User) -> None:
        for _ in range(PER_HOUR):
            issue_sortie(player=mira)
        with pytest.raises(Refused) as refused:
            issue_sortie(player=mira)
        assert refused.value.status == 429
        issue_sortie(player=stan)

    def test_is_not_given_to_who_does_not_play(self, mira: User) -> None:
        User.objects.filter(pk=mira.pk).update(plays=False)
        mira.refresh_from_db()
        with pytest.raises(Refused, match="off for you"):
            issue_sortie(player=mira)

    def test_of_training_has_a_field_of_its_own(self, mira: User) -> None:
        ticket = issue_sortie(player=mira, training=True)
        assert ticket.manifest["training"] and ticket.sortie.manifest.training


def test_a_field_is_frozen_once(clock: time_machine.Traveller, mira: User) -> None:
    today = NOON.date()
    first = field_of(today)
    assert field_of(today) == first
    clock.shift(timedelta(days=1))
    assert field_of(today + timedelta(days=1)).training  # nothing is recorded here to be fixed
    assert Manifest.objects.filter(day=today).count() == 1


class TestAnHonestFlight:
    def test_scores_what_the_referee_found(self, mira: User) -> None:
        replay = fly(mira)
        assert (replay.status, replay.reason) == ("accepted", "")
        assert replay.score == replay.claimed_score == score_of(mira) > 0
        assert replay.final_hash == replay.claimed_hash
        assert set(replay.downed) <= set(replay.met) and replay.downed
        verbs = TimelineEvent.objects.filter(topic="game").order_by("id")
        assert {"landed", "earned", "achieved", "accepted"} <= set(
            verbs.values_list("verb", flat=True)
        )

    def test_is_judged_once(self, mira: User) -> None:
        replay = fly(mira)
        before = score_of(mira)
        assert judge_replay(replay=replay.pk) is None
        assert score_of(mira) == before

    def test_adds_only_what_it_is_better(self, mira: User) -> None:
        low, high = fly(mira, [(16, 400)]), fly(mira)
        assert low.score is not None and high.score is not None and low.score < high.score
        fly(mira, SHORT)
        points = list(ScoreEvent.objects.order_by("pk").values_list("points", flat=True))
        assert points == [p for p in (low.score, high.score - low.score) if p]
        assert score_of(mira) == high.score

    def test_of_another_day_adds_to_it(
        self, mira: User, clock: time_machine.Traveller, field: Manifest
    ) -> None:
        first = fly(mira)
        clock.shift(timedelta(days=1))
        day = NOON.date() + timedelta(days=1)
        Manifest.objects.create(
            key=day.isoformat(), day=day, text=field.text, digest="x" * 64, seed=8
        )
        second = fly(mira)
        assert first.score is not None and second.score is not None
        assert score_of(mira) == first.score + second.score

    def test_in_training_gives_no_points_but_counts_as_flown(self, mira: User) -> None:
        replay = fly(mira, training=True)
        assert replay.status == "accepted" and replay.training
        assert score_of(mira) == 0 and not ScoreEvent.objects.exists()
        codes = set(Achievement.objects.values_list("code", flat=True))
        assert {"first_flight", "practice"} <= codes and "into_the_field" not in codes

    def test_outlives_a_worker_that_lost_its_job(
        self, mira: User, clock: time_machine.Traveller
    ) -> None:
        ticket = issue_sortie(player=mira)
        replay = send(mira, ticket, flown(ticket))
        Job.objects.all().delete()
        clock.shift(timedelta(minutes=10))
        from game.arena.jobs import tend_game

        assert tend_game(None) == {"asked_again": 1}  # type: ignore[arg-type]
        run_pending()
        replay.refresh_from_db()
        assert replay.status == "accepted"


@pytest.fixture
def ticket(mira: User) -> Ticket:
    return issue_sortie(player=mira)


@pytest.fixture
def flight(ticket: Ticket) -> Flown:
    return flown(ticket)


class TestRefusedAtTheDoor:
    """Nothing is kept of what is refused here, and the ticket still holds."""

    def refuses(self, code: str, *args: Any, **forged: Any) -> Refused:
        with pytest.raises(Refused) as refused:
            send(*args, **forged)
        assert refused.value.code == code
        assert refused.value.sentence.endswith(".")
        assert not Replay.objects.exists() and not ScoreEvent.objects.exists()
        assert not Job.objects.exists()
        return refused.value

    def test_late(
        self, mira: User, ticket: Ticket, flight: Flown, clock: time_machine.Traveller
    ) -> None:
        clock.shift(timedelta(minutes=15))
        assert self.refuses("late", mira, ticket, flight).status == 410

    def test_of_somebody_else(self, stan: User, ticket: Ticket, flight: Flown) -> None:
        assert self.refuses("not_yours", stan, ticket, flight).status == 403

    def test_with_the_ticket_of_another_sortie(
        self, mira: User, ticket: Ticket, flight: Flown
    ) -> None:
        other = issue_sortie(player=mira)
        refused = self.refuses("bad_token", mira, ticket, flight, token=other.token)
        assert refused.status == 403

    @pytest.mark.parametrize("token", ["", "forged", None, 7, ["a"]])
    def test_without_a_ticket(
        self, mira: User, ticket: Ticket, flight: Flown, token: object
    ) -> None:
        assert self.refuses("bad_token", mira, ticket, flight, token=token).status == 403

    def test_for_a_sortie_that_is_none(self, mira: User, ticket: Ticket, flight: Flown) -> None:
        assert self.refuses("not_found", mira, ticket, flight, sortie=99999).status == 404

    def test_oversized(self, mira: User, ticket: Ticket, flight: Flown) -> None:
        refused = self.refuses("too_large", mira, ticket, flight, log="A" * 65_537)
        assert refused.status == 413

    @pytest.mark.parametrize("log", [None, "", 5, "not base64!", "AQ", "_w", "AQAA"])
    def test_unreadable(self, mira: User, ticket: Ticket, flight: Flown, log: object) -> None:
        assert self.refuses("bad_log", mira, ticket, flight, log=log).status == 400

    def test_faster_than_a_hand(self, mira: User, ticket: Ticket, flight: Flown) -> None:
        flicker = encode([(n % 2 * 31, 1) for n in range(300)])
        assert self.refuses("too_fast", mira, ticket, flight, log=flicker).status == 400

    @pytest.mark.parametrize("claim", [-1, 10**9, 1.5, "7", True, None])
    def test_a_claim_that_is_no_number(
        self, mira: User, ticket: Ticket, flight: Flown, claim: object
    ) -> None:
        assert self.refuses("bad_claim", mira, ticket, flight, score=claim).status == 400
        assert self.refuses("bad_claim", mira, ticket, flight, hash_=-1).status == 400

    def test_leaves_the_ticket_open(self, mira: User, ticket: Ticket, flight: Flown) -> None:
        self.refuses("bad_log", mira, ticket, flight, log="")
        assert send(mira, ticket, flight).status == "waiting"


def test_a_log_is_taken_once(mira: User, ticket: Ticket, flight: Flown) -> None:
    send(mira, ticket, flight)
    with pytest.raises(Refused, match="flown already"):
        send(mira, ticket, flight)
    assert Replay.objects.count() == 1


class TestRefusedByTheReferee:
    @pytest.mark.parametrize("forged", [{"score": 999_999}, {"hash_": 1}])
    def test_what_the_log_does_not_give(
        self, mira: User, ticket: Ticket, flight: Flown, forged: dict[str, int]
    ) -> None:
        replay = send(mira, ticket, flight, **forged)
        run_pending()
        replay.refresh_from_db()
        assert (replay.status, replay.score) == ("refused", None) and replay.reason
        assert score_of(mira) == 0 and not ScoreEvent.objects.exists()
        assert not Achievement.objects.exists()
        event = TimelineEvent.objects.get(verb="refused")
        assert replay.reason in event.summary

    def test_what_breaks_the_referee_is_told_after_the_last_try(
        self, mira: User, ticket: Ticket, flight: Flown, field: Manifest,
        clock: time_machine.Traveller,
    ) -> None:  # fmt: skip
        replay = send(mira, ticket, flight)
        Manifest.objects.filter(pk=field.pk).update(text='{"foes":[],"gifts":[]}')
        for _ in range(3):
            run_pending()
            clock.shift(timedelta(hours=1))
        replay.refresh_from_db()
        assert (replay.status, replay.reason) == (
            "refused",
            "The referee could not fly this log.",
        )


def test_old_refused_logs_are_emptied_and_lapsed_tickets_dropped(
    mira: User, ticket: Ticket, flight: Flown, clock: time_machine.Traveller
) -> None:
    kept = fly(mira)
    refused = send(mira, ticket, flight, score=1)
    run_pending()
    issue_sortie(player=mira)
    clock.shift(timedelta(days=15))
    assert throw_away(now=NOON + timedelta(days=15)) == {"logs": 1, "tickets": 1}
    refused.refresh_from_db()
    kept.refresh_from_db()
    assert refused.log == "" and refused.reason and kept.log
    assert Sortie.objects.count() == 2


def test_what_came_with_another_database_is_history(mira: User) -> None:
    GameState.objects.create(pk=mira.pk, score=4200, unlocked_weapons='["pulse_laser", "railgun"]')
    replay = fly(mira)
    assert score_of(mira) == replay.score
    assert Pilot.objects.get(pk=mira.pk).imported_score == 4200


def test_a_lively_flight_is_what_the_tests_need(ticket: Ticket) -> None:
    assert flown(ticket, LIVELY).score > flown(ticket, [(16, 400)]).score >= 0
