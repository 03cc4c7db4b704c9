"""What the game's pages read."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

from game.arena import boards
from game.arena.access import playing
from game.arena.manifest import LEAST_FOES, counted
from game.arena.models import Achievement, Manifest, Replay, Sortie
from game.arena.services.sorties import draft
from game.players.models import User


@dataclass(frozen=True)
class Today:
    """The field of today: what it holds, whether it is frozen already, or is for training only."""

    manifest: dict[str, Any]
    digest: str
    frozen: bool
    training: bool

    @property
    def counts(self) -> list[tuple[str, int]]:
        """(kind, how many) of the foes."""
        return counted(self.manifest)


def today(day: dt.date) -> Today:
    """The field of *day*; as the data would make it now while nobody has flown it."""
    row = Manifest.objects.filter(key=day.isoformat()).first()
    if row is not None:
        return Today(json.loads(row.text), row.digest, True, False)
    manifest = draft(day)
    return Today(manifest, "", False, len(manifest["foes"]) < LEAST_FOES)


def leader(day: dt.date) -> Replay | None:
    """The best accepted replay of *day* by somebody who plays; of equal ones the first sent."""
    best = Replay.objects.filter(playing("player"), day=day, status="accepted", training=False)
    return best.select_related("player").order_by("-score", "sent_at").first()


def best_of(player: User, day: dt.date) -> Replay | None:
    """The best accepted replay of *player* on *day*."""
    own = Replay.objects.filter(player=player, day=day, status="accepted", training=False)
    return own.order_by("-score", "sent_at").first()


def flown(pk: int) -> Replay | None:
    """An accepted replay that may be watched: its player plays, its log is there."""
    rows = Replay.objects.filter(playing("player"), pk=pk, status="accepted").exclude(log="")
    return rows.select_related("player", "manifest", "sortie").first()


def film_of(replay: Replay) -> dict[str, Any]:
    """Everything that is needed to watch *replay*, as JSON."""
    return {
        "id": replay.pk,
        "player": replay.player.username,
        "day": replay.day.isoformat(),
        "training": replay.training,
        "manifest": json.loads(replay.manifest.text),
        "digest": replay.manifest.digest,
        "seed": replay.sortie.seed,
        "weapon": replay.weapon,
        "log": replay.log,
        "score": replay.score,
        "hash": replay.final_hash,
        "ticks": replay.ticks,
    }


@dataclass(frozen=True)
class Debrief:
    """What became of a sortie. ``status`` is open, lapsed, waiting, accepted or refused; ``best``
    the best score of the day, ``is_best`` whether this one is it, ``rank`` of ``players``."""

    sortie: Sortie
    status: str
    replay: Replay | None = None
    best: int = 0
    is_best: bool = False
    rank: int = 0
    players: int = 0
    honours: list[str] = field(default_factory=list)

    @property
    def met(self) -> list[dict[str, Any]]:
        """The foes that came: kind, label, size, link, and whether each was brought down."""
        if self.replay is None:
            return []
        foes = json.loads(self.sortie.manifest.text)["foes"]
        down = set(self.replay.downed)
        return [{**foes[at], "down": at in down} for at in self.replay.met]

    @property
    def as_dict(self) -> dict[str, Any]:
        """For a program."""
        replay = self.replay
        return {
            "id": self.sortie.pk,
            "status": self.status,
            "training": self.sortie.manifest.training,
            "reason": replay.reason if replay else "",
            "replay": replay.pk if replay else None,
            "score": replay.score if replay else None,
            "claimed": replay.claimed_score if replay else None,
            "ticks": replay.ticks if replay else None,
            "met": self.met,
            "best": self.best,
            "is_best": self.is_best,
            "rank": self.rank,
            "players": self.players,
            "achievements": self.honours,
        }


def debrief(player: User, sortie: int) -> Debrief | None:
    """What became of a sortie of *player*; None for one that is not theirs."""
    row = Sortie.objects.select_related("manifest").filter(pk=sortie, player=player).first()
    if row is None:
        return None
    replay = Replay.objects.filter(sortie=row).first()
    if replay is None:
        return Debrief(row, row.status)
    if replay.status != "accepted":
        return Debrief(row, replay.status, replay)
    judged = replay.judged_at or replay.sent_at
    gained = Achievement.objects.filter(
        player=player, at__gte=judged, at__lt=judged + dt.timedelta(minutes=1)
    )
    codes = list(gained.order_by("pk").values_list("code", flat=True))
    if replay.training:
        return Debrief(row, replay.status, replay, honours=codes)
    best = best_of(player, replay.day)
    found = boards.board("today", replay.day, viewer=player.pk)
    return Debrief(
        row,
        replay.status,
        replay,
        best=(best.score or 0) if best else 0,
        is_best=best is not None and best.pk == replay.pk,
        rank=found.mine.rank if found.mine else 0,
        players=found.players,
        honours=codes,
    )
