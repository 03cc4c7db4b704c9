"""Two at the same moment: one ticket brings one flight, and no award is lost or given twice."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.timeline.log import write
from game.arena.models import Replay, ScoreEvent
from game.arena.services import differences
from game.arena.services.ledger import Entry, award
from game.arena.services.sorties import field_of, issue_sortie
from game.players.models import GameState
from tests.game.arena.flying import flown, freeze, send
from tests.game.players.people import make_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
CLAIMANTS = 4


def at_once(act: Callable[[int], object]) -> list[object]:
    """What *act* came to in each of some threads that start together."""
    gate = threading.Barrier(CLAIMANTS)
    found: list[object] = []

    def run(number: int) -> None:
        try:
            gate.wait()
            found.append(act(number))
        except Refused as refused:
            found.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(CLAIMANTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def test_one_ticket_brings_one_flight() -> None:
    freeze()
    mira = make_person("mira")
    ticket = issue_sortie(player=mira)
    flight = flown(ticket)
    found = at_once(lambda _: send(mira, ticket, flight).status)
    assert sorted(map(str, found)) == ["used"] * (CLAIMANTS - 1) + ["waiting"]
    assert Replay.objects.count() == 1


def test_points_of_many_at_once_add_up() -> None:
    mira = make_person("mira")
    day = timezone.now().date()

    def give(number: int) -> None:
        for turn in range(5):
            key = f"key:{turn}" if turn else f"key:0:{number}"
            with write("test") as w:
                award(w, mira, Entry("sortie", "sortie", 10, "a line", key, day), actor="test")

    at_once(give)
    # four keys that all of them gave, and one of each alone
    assert ScoreEvent.objects.count() == 4 + CLAIMANTS
    assert GameState.objects.get(pk=mira.pk).score == 10 * (4 + CLAIMANTS)
    assert list(differences()) == []


def test_a_field_is_frozen_once_by_many() -> None:
    today = timezone.now().date()
    found = at_once(lambda _: field_of(today).seed)
    assert len(found) == CLAIMANTS and len(set(found)) == 1
