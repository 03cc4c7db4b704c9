"""A thousand forged submissions and a thousand honest ones, through the door that players use.

Each is a flight of 15 seconds by a seeded pilot. An honest one is flown, sent and judged; a forged
one is made of a flight by one of the ways below. What counts is what the database says afterwards.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from game.arena.logs import MOST_TEXT, Runs, encode, runs_of
from game.arena.simulation import TICKS, replay
from tests.game.arena.pilots import FAIR, GOOD, KEYS_ONLY, Fidget, Pilot, fly, manifest

if TYPE_CHECKING:
    from game.arena.models import Replay
    from game.arena.services.sorties import Ticket
    from game.players.models import User

EACH, AT_ONCE = 1000, 50
SECONDS = 15
SKILLS = (GOOD, KEYS_ONLY, FAIR)
dice = random.Random(2026)


def prepare(folder: str) -> None:
    """Django on an empty database, and a field of today."""
    os.environ.update(DJANGO_SETTINGS_MODULE="elfsite.settings", ELF_DATA_DIR=folder)
    os.environ.pop("ELF_DATABASE_URL", None)
    import django
    from django.core.management import call_command
    from django.utils import timezone

    django.setup()
    call_command("migrate", verbosity=0)
    from game.arena.manifest import canonical, digest_of
    from game.arena.models import Manifest

    day = timezone.now().date()
    text = canonical(manifest(1) | {"day": day.isoformat()})
    Manifest.objects.create(
        key=day.isoformat(), day=day, text=text, digest=digest_of(text), seed=4242
    )


class Desk:
    """Hands out tickets to ever new players, sends flights, and counts what became of them."""

    def __init__(self) -> None:
        self.made = 0
        self.ways: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.waiting: list[tuple[str, int]] = []
        self.accepted: Counter[str] = Counter()

    def player(self) -> User:
        from game.players.models import User

        self.made += 1
        return User.objects.create_user(f"pilot{self.made}", None)

    def ticket(self, player: User) -> Ticket:
        from game.arena.services.sorties import issue_sortie

        return issue_sortie(player=player)

    def send(self, way: str, player: User, ticket: Ticket, flight: dict[str, Any]) -> None:
        """Send *flight*; a refusal at the door is counted at once, the rest by `settle`."""
        from elfsite.errors import Refused
        from game.arena.services.sorties import send_log

        self.ways[way] += 1
        said = {"sortie": ticket.sortie.pk, "token": ticket.token} | flight
        try:
            row: Replay = send_log(player=player, **said)
        except Refused as refused:
            self.refusals[f"{way}: {refused.code}"] += 1
        else:
            self.waiting.append((way, row.pk))
        if len(self.waiting) >= AT_ONCE:
            self.settle()

    def settle(self) -> None:
        """The referee's jobs, and what they said."""
        from elfsite.jobs.runner import run_pending
        from game.arena.models import Replay

        while run_pending():
            pass
        rows = Replay.objects.in_bulk([pk for _, pk in self.waiting])
        for way, pk in self.waiting:
            if rows[pk].status == "accepted":
                self.accepted[way] += 1
            else:
                words = "".join(c for c in rows[pk].reason if not c.isdigit())
                self.refusals[f"{way}: {words}"] += 1
        self.waiting.clear()


def runs_for(ticket: Ticket, number: int) -> Runs:
    """Fifteen seconds over the ticket's field, by a pilot of its own."""
    sortie = ticket.sortie
    pilot: Pilot | Fidget = Pilot(SKILLS[number % 3], number) if number % 4 else Fidget(number)
    return fly(pilot, ticket.manifest, sortie.seed, sortie.weapon, SECONDS * TICKS).runs


def claim(ticket: Ticket, runs: Runs) -> dict[str, Any]:
    """What an honest browser says."""
    sortie = ticket.sortie
    outcome = replay(ticket.manifest, sortie.seed, {"weapon": sortie.weapon}, runs)
    return {"log": encode(runs), "score": outcome.score, "hash_": outcome.final_hash}


def edited_score(desk: Desk, number: int) -> None:
    player = desk.player()
    ticket = desk.ticket(player)
    flight = claim(ticket, runs_for(ticket, number))
    more = dice.choice((1, 50, 1000, 100_000))
    desk.send("edited score", player, ticket, flight | {"score": flight["score"] + more})


def edited_hash(desk: Desk, number: int) -> None:
    player = desk.player()
    ticket = desk.ticket(player)
    flight = claim(ticket, runs_for(ticket, number))
    desk.send(
        "edited hash", player, ticket, flight | {"hash_": flight["hash_"] ^ 1 << dice.randrange(32)}
    )


def other_log(desk: Desk, number: int) -> None:
    """The claim of one flight with one input of its log changed."""
    player = desk.player()
    ticket = desk.ticket(player)
    runs = runs_for(ticket, number)
    at = dice.randrange(len(runs))
    keys, count = runs[at]
    inputs = [k for k, n in [*runs[:at], (keys ^ 1 << dice.randrange(4), count), *runs[at + 1 :]]
              for _ in range(n)]  # fmt: skip
    flight = claim(ticket, runs) | {"log": encode(runs_of(inputs))}
    desk.send("changed log", player, ticket, flight)


def foreign_sortie(desk: Desk, number: int) -> None:
    """A flight under the ticket of somebody else, or somebody else's flight under one's own."""
    owner, thief = desk.player(), desk.player()
    theirs, own = desk.ticket(owner), desk.ticket(thief)
    flight = claim(theirs, runs_for(theirs, 4 * number + 1))
    if number % 2:
        desk.send("foreign sortie", thief, theirs, flight)
    else:
        desk.send("foreign sortie", thief, own, flight | {"token": theirs.token})


def replayed(desk: Desk, number: int) -> None:
    """A log a second time: under the used ticket, or copied under the ticket of another player."""
    owner = desk.player()
    ticket = desk.ticket(owner)
    flight = claim(ticket, steady(ticket, number))
    desk.send("(its original)", owner, ticket, flight)
    desk.settle()
    if number % 2:
        desk.send("replayed", owner, ticket, flight)
    else:
        thief = desk.player()
        desk.send("replayed", thief, desk.ticket(thief), flight)


def steady(ticket: Ticket, number: int) -> Runs:
    """A flight of 30 s: one of 15 may have too few changes of keys to be somebody's own."""
    sortie = ticket.sortie
    pilot = Pilot(KEYS_ONLY, number)
    return fly(pilot, ticket.manifest, sortie.seed, sortie.weapon, 2 * SECONDS * TICKS).runs


def late(desk: Desk, number: int) -> None:
    from game.arena.models import Sortie
    from game.arena.services.sorties import OPEN_FOR

    player = desk.player()
    ticket = desk.ticket(player)
    flight = claim(ticket, runs_for(ticket, number))
    ended = ticket.sortie.expires_at - OPEN_FOR - timedelta(seconds=number)
    Sortie.objects.filter(pk=ticket.sortie.pk).update(expires_at=ended)
    desk.send("late", player, ticket, flight)


def oversized(desk: Desk, number: int) -> None:
    player = desk.player()
    ticket = desk.ticket(player)
    flight = claim(ticket, runs_for(ticket, number))
    padded = flight["log"] + "A" * (MOST_TEXT + 1 - len(flight["log"]) + number)
    desk.send("oversized", player, ticket, flight | {"log": padded})


def too_fast(desk: Desk, number: int) -> None:
    """Keys that change on every tick, with the claim that they really come to."""
    player = desk.player()
    ticket = desk.ticket(player)
    keys = random.Random(number)
    desk.send(
        "impossible rate",
        player,
        ticket,
        claim(ticket, runs_of(keys.randrange(32) for _ in range(SECONDS * TICKS))),
    )


WAYS = (edited_score, edited_hash, other_log, foreign_sortie, replayed, late, oversized, too_fast)
ORIGINAL = "(its original)"


def main() -> bool:
    """Whether no forged one and all honest ones were accepted."""
    with tempfile.TemporaryDirectory(prefix="elf-game-") as folder:
        prepare(folder)
        desk = Desk()
        start = time.perf_counter()
        for number in range(EACH):
            WAYS[number % len(WAYS)](desk, number)
        desk.settle()
        originals = desk.ways.pop(ORIGINAL), desk.accepted.pop(ORIGINAL, 0)
        false = sum(desk.accepted.values())
        print(f"{sum(desk.ways.values())} forged: {false} accepted", dict(desk.accepted))
        for words, count in sorted(desk.refusals.items()):
            print(f"  {count:5} {words}")
        desk.refusals.clear()
        for number in range(EACH):
            player = desk.player()
            ticket = desk.ticket(player)
            desk.send("honest", player, ticket, claim(ticket, runs_for(ticket, EACH + number)))
        desk.settle()
        good = desk.accepted.pop("honest", 0)
        print(f"{EACH} honest: {good} accepted", dict(desk.refusals))
        print(
            f"  in {time.perf_counter() - start:.0f} s; {originals[1]} originals of copies accepted"
        )
    return false == 0 and good == EACH and originals[0] == originals[1]
