"""A flight is its pilot's own: what repeats another one is found, what only resembles it is not."""

from __future__ import annotations

from itertools import combinations

import pytest
from django.utils import timezone

from elfsite.jobs.runner import run_pending
from game.arena.copies import KEYS, marks, repeats
from game.arena.logs import Runs, encode
from game.arena.models import Manifest, Replay, ScoreEvent
from game.arena.services.sorties import Ticket, issue_sortie
from game.arena.simulation import replay
from game.players.models import User
from tests.game.arena.flying import LIVELY, Flown, fly, send
from tests.game.arena.pilots import GOOD, KEYS_ONLY, Pilot, manifest
from tests.game.arena.pilots import fly as fly_alone

DAY = manifest(5)


def flown(seed: int, ticks: int = 1800) -> Runs:
    skill = GOOD if seed % 2 else KEYS_ONLY
    return fly_alone(Pilot(skill, seed), DAY, 7, "pulse_laser", ticks).runs


def with_noise(runs: Runs) -> Runs:
    """What a copier can do without changing the game: the aim while nothing is fired."""
    return [(keys ^ (keys >> 5 & 1) << 8 if not keys & 16 else keys, n) for keys, n in runs]


def test_marks_are_the_ticks_on_which_keys_change() -> None:
    runs = [(0, 5), (16, 3), (16 | 32, 2), (16 | 32 | 5 << 8, 4), (1, 1)]
    assert marks(runs) == {(5, 16), (14, 1)}
    assert max(keys for _, keys in marks(runs)) <= KEYS


def test_pilots_of_one_program_do_not_repeat_each_other() -> None:
    seen = [marks(flown(seed)) for seed in range(8)]
    assert not any(repeats(one, two) for one, two in combinations(seen, 2))


@pytest.mark.parametrize("cut", [1.0, 0.5])
def test_a_copy_is_found_also_in_part_and_with_noise(cut: float) -> None:
    first, second = flown(1), flown(3)
    some = int(len(first) * cut)
    copy = with_noise(first[:some]) + second[int(len(second) * cut) :]
    assert repeats(marks(copy), marks(first))


def test_what_is_put_in_between_does_not_hide_a_copy() -> None:
    first = marks(flown(1))
    assert repeats(first | {(tick, 99) for tick in range(2000)}, first)


def test_a_short_flight_is_copied_whole_or_not_at_all() -> None:
    short = marks([(n % 2, 20) for n in range(12)])
    assert repeats(short, short)
    assert not repeats(short, frozenset(list(short)[:8]) | {(n, 1) for n in range(5)})


def test_simple_flights_may_be_alike() -> None:
    assert not repeats(marks(LIVELY), marks(LIVELY))


def honest(ticket: Ticket, seed: int) -> Flown:
    """A flight by a program over the field of the ticket."""
    sortie = ticket.sortie
    alone = fly_alone(Pilot(KEYS_ONLY, seed), ticket.manifest, sortie.seed, sortie.weapon, 1800)
    outcome = replay(ticket.manifest, sortie.seed, {"weapon": sortie.weapon}, alone.runs)
    return Flown(encode(alone.runs), outcome.score, outcome.final_hash)


@pytest.mark.django_db
@pytest.mark.postgres
def test_the_log_of_another_player_counts_for_nobody_else(
    mira: User, stan: User, field: Manifest
) -> None:
    first = issue_sortie(player=mira)
    flight = honest(first, 1)
    send(mira, first, flight)
    run_pending()
    theirs = send(stan, issue_sortie(player=stan), flight)
    own_ticket = issue_sortie(player=stan)
    own = send(stan, own_ticket, honest(own_ticket, 2))
    run_pending()
    theirs.refresh_from_db()
    own.refresh_from_db()
    assert (theirs.status, theirs.score) == ("refused", None)
    assert theirs.reason == "This log repeats one that mira flew."
    assert own.status == "accepted"
    assert Replay.objects.filter(status="accepted", day=timezone.now().date()).count() == 2
    assert not ScoreEvent.objects.filter(player=stan, points=flight.score).exists()


@pytest.mark.django_db
def test_simple_flights_count_for_both(mira: User, stan: User, field: Manifest) -> None:
    assert {fly(mira).status, fly(stan).status} == {"accepted"}
