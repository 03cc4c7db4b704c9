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
    _add(state, entry.points)
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
    _add(state, -row.points)
    words = f"{player.username}: {-row.points:+d} points. {back.summary}"
    w.event(TOPIC, "taken_back", back, words, actor=actor, points=-row.points, reason=row.reason)
    return back


def _add(state: GameState, points: int) -> None:
    GameState.objects.filter(pk=state.pk).update(score=F("score") + points)
    state.score += points


class Difference(NamedTuple):
    """A score that is not the sum of its ledger."""

    player_id: int
    name: str
    score: int
    ledger: int


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
    sums = dict(
        ScoreEvent.objects.filter(player_id__in=ids)
        .values_list("player_id")
        .annotate(total=Sum("points"))
        .order_by()
    )
    names = dict(User.objects.filter(pk__in=ids).values_list("pk", "username"))
    scores = dict(GameState.objects.filter(pk__in=ids).values_list("pk", "score"))
    for pk in ids:
        total = int(sums.get(pk) or 0)
        if scores.get(pk, 0) != total:
            yield Difference(pk, names.get(pk, str(pk)), scores.get(pk, 0), total)


def recount(*, player_id: int) -> int:
    """Set a score to the sum of its ledger; that sum. The row is locked: no award is lost."""
    player = User.objects.get(pk=player_id)
    with write("recount") as w:
        state = enter(player)
        found = ScoreEvent.objects.filter(player=player).aggregate(total=Sum("points"))
        total = max(0, int(found["total"] or 0))
        if state.score != total:
            GameState.objects.filter(pk=player.pk).update(score=total)
            words = f"{player.username}: {state.score:,} points recounted to {total:,}"
            w.event(TOPIC, "recounted", state, words, was=state.score, now=total)
    return total
