"""The ledger of points. ``game_state.score`` is its sum, kept in the same transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import F, Sum
from django.utils import timezone

from elfsite.timeline.log import Write, write
from game.arena.access import TOPIC
from game.arena.models import Pilot, ScoreEvent
from game.arena.services.honours import refresh_arms
from game.arena.services.pilots import enter
from game.players.models import GameState, User

BATCH = 200
CARE = "stewardship"


class Entry(NamedTuple):
    """What is written into the ledger. ``key`` names what the points are for: it counts once."""

    kind: str
    reason: str
    points: int
    summary: str
    key: str
    day: dt.date
    subject_type: str = ""
    subject_id: str = ""


def award(w: Write, player: User, entry: Entry, *, actor: str) -> ScoreEvent | None:
    """Add *entry* for *player* unless its key is there already (None). Inside a write."""
    state = enter(player)
    if ScoreEvent.objects.filter(key=entry.key).exists():
        return None
    row = ScoreEvent.objects.create(player=player, at=timezone.now(), **entry._asdict())
    _add(state, entry.kind, entry.points)
    words = f"{player.username}: {entry.points:+d} points. {entry.summary}"
    w.event(TOPIC, "earned", row, words, actor=actor, points=entry.points, reason=entry.reason)
    refresh_arms(w, player, state)
    return row


def take_back(w: Write, row: ScoreEvent, why: str, *, actor: str) -> ScoreEvent | None:
    """Write the opposite of *row*; None where that was done before. Inside a write.

    It counts on the day of what it takes back, so that each board is as if it had not been.
    """
    player = User.objects.get(pk=row.player_id)
    state = enter(player)
    if ScoreEvent.objects.filter(reverses=row).exists():
        return None
    back = ScoreEvent.objects.create(
        player=player,
        kind=row.kind,
        reason=row.reason,
        points=-row.points,
        summary=f"Taken back: {row.summary} {why}".strip(),
        key=f"back:{row.key}",
        day=row.day,
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        reverses=row,
    )
    _add(state, row.kind, -row.points)
    words = f"{player.username}: {-row.points:+d} points. {back.summary}"
    w.event(TOPIC, "taken_back", back, words, actor=actor, points=-row.points, reason=row.reason)
    return back


def _add(state: GameState, kind: str, points: int) -> None:
    GameState.objects.filter(pk=state.pk).update(score=F("score") + points)
    if kind == CARE:
        Pilot.objects.filter(pk=state.pk).update(care=F("care") + points)
    state.score += points


class Difference(NamedTuple):
    """A score, or the part of it that is care, that is not the sum of its ledger."""

    player_id: int
    name: str
    score: int
    ledger: int
    what: str


def differences() -> Iterator[Difference]:
    """Every player whose score is not what their ledger says; in batches, nothing is written."""
    last = 0
    while True:
        pilots = Pilot.objects.filter(pk__gt=last).order_by("pk")
        ids = list(pilots.values_list("pk", flat=True)[:BATCH])
        if not ids:
            return
        yield from _differences_of(ids)
        last = ids[-1]


def _differences_of(ids: list[int]) -> Iterator[Difference]:
    names = dict(User.objects.filter(pk__in=ids).values_list("pk", "username"))
    kept = {
        "score": dict(GameState.objects.filter(pk__in=ids).values_list("pk", "score")),
        "care": dict(Pilot.objects.filter(pk__in=ids).values_list("pk", "care")),
    }
    for what, numbers in kept.items():
        sums = _sums(ids, what)
        for pk in ids:
            if numbers.get(pk, 0) != sums.get(pk, 0):
                name = names.get(pk, str(pk))
                yield Difference(pk, name, numbers.get(pk, 0), sums.get(pk, 0), what)


def _sums(ids: list[int], what: str) -> dict[int, int]:
    rows = ScoreEvent.objects.filter(player_id__in=ids)
    if what == "care":
        rows = rows.filter(kind=CARE)
    found = rows.values_list("player_id").annotate(total=Sum("points")).order_by()
    return {pk: int(total) for pk, total in found}


def recount(*, player_id: int) -> int:
    """Set a score, and its part of care, to the sum of the ledger; that sum. The row is locked: no
    award is lost."""
    player = User.objects.get(pk=player_id)
    with write("recount") as w:
        state = enter(player)
        total = max(0, _sums([player_id], "score").get(player_id, 0))
        Pilot.objects.filter(pk=player_id).update(care=_sums([player_id], "care").get(player_id, 0))
        if state.score != total:
            GameState.objects.filter(pk=player.pk).update(score=total)
            words = f"{player.username}: {state.score:,} points recounted to {total:,}"
            w.event(TOPIC, "recounted", state, words, was=state.score, now=total)
    return total
