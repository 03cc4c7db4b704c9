"""Flights for tests: logs as a browser would send them, with what they come to."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.utils import timezone

from elfsite.jobs.runner import run_pending
from game.arena.logs import Runs, encode
from game.arena.manifest import Thing, canonical, digest_of, made
from game.arena.models import Manifest, Replay
from game.arena.services.sorties import Ticket, issue_sortie, send_log
from game.arena.simulation import replay as fly_again
from game.players.models import User

FIRE, RIGHT, UP = 16, 8, 1
SHORT: Runs = [(0, 30)]
# circles and shoots: brings some foes down within a few seconds
LIVELY: Runs = [(FIRE | RIGHT, 50), (FIRE | UP, 40), (FIRE, 500)]


class Flown(NamedTuple):
    """A log as text, and what the browser says that it came to."""

    log: str
    score: int
    hash: int


def freeze(day: dt.date | None = None, *, seed: int = 7) -> Manifest:
    """The field of *day* (today): twelve bugs and a blocker."""
    day = day or timezone.now().date()
    bugs = [Thing(f"part{n}.py · bug", 1, f"/trails/place/?at=part{n}.py") for n in range(12)]
    foes = {"bug": bugs, "blocker": [Thing("auth.py · blocker", 2, "/trails/place/?at=auth.py")]}
    text = canonical(made(day.isoformat(), foes, [Thing("a find", 1, "/trails/1/")]))
    return Manifest.objects.create(
        key=day.isoformat(), day=day, text=text, digest=digest_of(text), seed=seed
    )


def flown(ticket: Ticket, runs: Runs = LIVELY) -> Flown:
    """What flying *runs* comes to, as an honest browser would say."""
    sortie = ticket.sortie
    found = fly_again(ticket.manifest, sortie.seed, {"weapon": sortie.weapon}, runs)
    return Flown(encode(runs), found.score, found.final_hash)


def send(player: User, ticket: Ticket, flight: Flown, **forged: Any) -> Replay:
    """Deliver *flight*; *forged* replaces what an honest browser would send."""
    said: dict[str, Any] = {
        "player": player,
        "sortie": ticket.sortie.pk,
        "token": ticket.token,
        "log": flight.log,
        "score": flight.score,
        "hash_": flight.hash,
    }
    return send_log(**(said | forged))


def fly(player: User, runs: Runs = LIVELY, *, training: bool = False) -> Replay:
    """A whole sortie: ticket, flight, delivery, verdict."""
    ticket = issue_sortie(player=player, training=training)
    replay = send(player, ticket, flown(ticket, runs))
    run_pending()
    replay.refresh_from_db()
    return replay
