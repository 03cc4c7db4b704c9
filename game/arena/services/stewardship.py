"""Awards for care, and what is taken back; a pass may run at any time and as often as it likes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db.models import Sum

from elfsite.timeline.log import write
from game.arena.access import players
from game.arena.achievements import cared
from game.arena.care import CARES, DAY_MOST, Care, Fact
from game.arena.models import ScoreEvent
from game.arena.services.honours import honour
from game.arena.services.ledger import Entry, award, take_back
from game.arena.services.pilots import enter
from game.players.models import User

LOOKS_BACK = dt.timedelta(days=45)  # facts that settled earlier are not looked for any more
BATCH = 500
LEDGER = "ledger"  # the actor of what this writes


def tend(*, now: dt.datetime, check: Callable[[], None] = lambda: None) -> dict[str, int]:
    """Take back what does not hold any more, then award what has settled. Idempotent.

    *check* is called between two transactions and may raise to stop.
    """
    if not settings.GAME:
        return {}
    back = given = 0
    for care in CARES:
        back += _take_back(care, check)
        given += _award(care, now, check)
    return {"awarded": given, "taken_back": back}


def _standing(care: Care) -> Iterator[list[ScoreEvent]]:
    """Awards of *care* that were not taken back, in batches."""
    last = 0
    while True:
        rows = ScoreEvent.objects.filter(
            kind="stewardship", reason=care.code, reverses__isnull=True, reversed_by__isnull=True
        ).order_by("pk")
        found = list(rows.filter(pk__gt=last)[:BATCH])
        if not found:
            return
        yield found
        last = found[-1].pk


def _take_back(care: Care, check: Callable[[], None]) -> int:
    if care.fallen is None:
        return 0
    done = 0
    for awards in _standing(care):
        by_key = {row.key: row for row in awards}
        for key, why in care.fallen(awards).items():
            check()
            with write(LEDGER) as w:
                done += take_back(w, by_key[key], why, actor=LEDGER) is not None
    return done


def _award(care: Care, now: dt.datetime, check: Callable[[], None]) -> int:
    if care.facts is None:
        return 0
    facts = list(care.facts(now - LOOKS_BACK, now))
    known = _known([fact.key for fact in facts])
    people = {p.login: p for p in players().filter(login__in={fact.person for fact in facts})}
    done = 0
    for fact in facts:
        person = people.get(fact.person)
        if person is None or fact.key in known:
            continue
        check()
        done += _give(care, fact, person)
    return done


def _known(keys: list[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(keys), BATCH):
        part = keys[start : start + BATCH]
        found |= set(ScoreEvent.objects.filter(key__in=part).values_list("key", flat=True))
    return found


def _give(care: Care, fact: Fact, person: User) -> bool:
    """Award *fact* if its day has room; what a cap leaves out is never made up for."""
    day = fact.settled.date()
    entry = Entry(
        "stewardship",
        care.code,
        care.points,
        fact.words,
        fact.key,
        day,
        fact.subject_type,
        fact.subject_id,
    )
    with write(LEDGER) as w:
        enter(person)  # locked: two passes at once must not both find room under the cap
        held = earned_on(person, day)
        if held[care.code] + care.points > care.cap or sum(held.values()) + care.points > DAY_MOST:
            return False
        if award(w, person, entry, actor=LEDGER) is None:
            return False
        honour(w, person, cared(_reasons(person)))
    return True


def earned_on(person: User, day: dt.date) -> dict[str, int]:
    """Points of care that *person* holds for *day*, by rule; what was given and then taken back
    still fills the cap, so that nobody earns by being wrong first."""
    rows = ScoreEvent.objects.filter(
        player=person, day=day, kind="stewardship", reverses__isnull=True
    )
    sums = rows.values_list("reason").annotate(total=Sum("points")).order_by()
    return defaultdict(int, {reason: int(total) for reason, total in sums})


def _reasons(person: User) -> list[str]:
    standing = ScoreEvent.objects.filter(
        player=person, kind="stewardship", reverses__isnull=True, reversed_by__isnull=True
    )
    return list(standing.values_list("reason", flat=True).order_by().distinct())
