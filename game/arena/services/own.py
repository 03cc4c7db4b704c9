"""Everything about oneself: as a file, and gone."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.jobs.models import Job
from elfsite.timeline.log import write
from elfsite.timeline.models import TimelineEvent
from game.arena.access import TOPIC
from game.arena.models import Achievement, Pilot, Replay, ScoreEvent, Sortie
from game.arena.services.pilots import reset
from game.players.models import GameState, User

CHUNK = 200  # rows read at a time
BATCH = 500  # keys of one statement
LEFT_OUT = frozenset({"player", "manifest"})  # said once, and the field of everybody


def export(player: User) -> Iterator[str]:
    """All of the game's rows about *player* as the pieces of one JSON document."""
    state = GameState.objects.filter(pk=player.pk).first()
    pilot = Pilot.objects.filter(pk=player.pk).first()
    head = {
        "player": {"login": player.login, "name": player.username, "github_id": player.github_id},
        "written_at": timezone.now(),
        "game_state": _record(state, frozenset()) if state else None,
        "pilot": _record(pilot) if pilot else None,
    }
    yield _json(head)[:-1]
    for name, rows in _tables(player):
        yield f', "{name}": ['
        for number, row in enumerate(rows.iterator(chunk_size=CHUNK)):
            yield (", " if number else "") + _json(_record(row))
        yield "]"
    yield "}\n"


def _tables(player: User) -> list[tuple[str, QuerySet[Any]]]:
    return [
        ("score_events", ScoreEvent.objects.filter(player=player).order_by("pk")),
        ("sorties", Sortie.objects.filter(player=player).order_by("pk")),
        ("replays", Replay.objects.filter(player=player).order_by("pk")),
        ("achievements", Achievement.objects.filter(player=player).order_by("pk")),
    ]


def _record(row: Model, without: frozenset[str] = LEFT_OUT) -> dict[str, Any]:
    fields = [f for f in row._meta.concrete_fields if f.name not in without]
    return {field.name: getattr(row, field.attname) for field in fields}


def _json(value: Any) -> str:
    return json.dumps(value, default=_written)


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def delete_own(*, player: User, confirmed: bool) -> None:
    """Delete everything that the game holds about *player*: ledger, sorties, replays, achievements
    and the events about them; the game state begins anew and the game is off for them.

    Raises Refused 400 unless *confirmed*. Nobody else's rows change.
    """
    if not confirmed:
        raise Refused("not_confirmed", "Tick the box: this cannot be undone.")
    with write(player) as w:
        User.objects.filter(pk=player.pk).update(plays=False)
        for _, rows in _tables(player):
            _forget_events(rows)
        ScoreEvent.objects.filter(player=player, reverses__isnull=False).delete()
        for _, rows in _tables(player):
            rows.order_by().delete()
        Job.objects.filter(requested_by=player, kind="judge_replay").delete()
        reset(player)
        Pilot.objects.filter(pk=player.pk).delete()
        _forget(GameState._meta.db_table, [str(player.pk)])
        words = f"{player.username} deleted what the game held about them"
        w.event("players", "deleted_game_data", player, words)
    player.plays = False


def _forget_events(rows: QuerySet[Any]) -> None:
    keys = [str(pk) for pk in rows.values_list("pk", flat=True)]
    for start in range(0, len(keys), BATCH):
        _forget(rows.model._meta.db_table, keys[start : start + BATCH])


def _forget(table: str, keys: list[str]) -> None:
    about = TimelineEvent.everything.filter(topic=TOPIC, subject_type=table, subject_id__in=keys)
    about.delete()
