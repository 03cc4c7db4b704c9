"""What the page of a player shows: bests of days, the record of care, ranks, achievements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Sum

from game.arena import arms, boards
from game.arena.models import Achievement, Pilot, Replay, ScoreEvent
from game.arena.racks import Badge, offered
from game.players.models import User

DAYS_SHOWN = 30
LINES_SHOWN = 25


@dataclass(frozen=True)
class DayBest:
    """The best sortie of one day, with its replay where it can be watched."""

    day: dt.date
    points: int
    replay: int | None
    weapon: str


@dataclass(frozen=True)
class Profile:
    """One player. ``standing`` is (board, rank or 0, players, score)."""

    total: int
    sortie: int
    care: int
    standing: list[tuple[str, int, int, int]]
    days: list[DayBest]
    lines: list[ScoreEvent]
    badges: list[Badge]
    pilot: Pilot | None

    @property
    def earned(self) -> list[Badge]:
        return [badge for badge in self.badges if badge.at is not None]

    @property
    def points(self) -> list[float | None]:
        """The bests of the last days, oldest first, for the spark."""
        return [float(best.points) for best in reversed(self.days)]


def of(player: User, today: dt.date) -> Profile:
    """The page of *player*; a fixed number of queries."""
    sums = dict(
        ScoreEvent.objects.filter(player=player)
        .values_list("kind")
        .annotate(total=Sum("points"))
        .order_by()
    )
    have = dict(Achievement.objects.filter(player=player).values_list("code", "at"))
    sortie, care = int(sums.get("sortie", 0)), int(sums.get("stewardship", 0))
    lines = ScoreEvent.objects.filter(player=player, kind="stewardship").order_by("-at")
    return Profile(
        total=sortie + care,
        sortie=sortie,
        care=care,
        standing=[_standing(name, player, today) for name in boards.BOARDS],
        days=days_of(player),
        lines=list(lines[:LINES_SHOWN]),
        badges=[Badge(honour, have.get(honour.code)) for honour in offered()],
        pilot=Pilot.objects.filter(pk=player.pk).first(),
    )


def _standing(name: str, player: User, today: dt.date) -> tuple[str, int, int, int]:
    found = boards.standing(name, today, player.pk)
    words = {"today": "Today", "season": f"{today:%B}", "all": "All time"}[name]
    return (words, *found)


def days_of(player: User) -> list[DayBest]:
    """The best sorties of the last days on which *player* flew, newest first."""
    sums = (
        ScoreEvent.objects.filter(player=player, kind="sortie")
        .values_list("day")
        .annotate(total=Sum("points"))
        .order_by("-day")[:DAYS_SHOWN]
    )
    found = {day: int(total) for day, total in sums}
    flown = Replay.objects.filter(
        player=player, day__in=found, status="accepted", training=False
    ).order_by("day", "score", "-sent_at")
    best = {day: (pk, weapon) for day, pk, weapon in flown.values_list("day", "pk", "weapon")}
    return [_day(day, points, *best.get(day, (None, ""))) for day, points in found.items()]


def _day(day: dt.date, points: int, replay: int | None, weapon: str) -> DayBest:
    arm = arms.arm_named("weapon", weapon)
    return DayBest(day, points, replay, arm.name if arm else weapon)


def films(players: Sequence[int], day: dt.date) -> dict[int, int]:
    """The best replay of *day* of each of *players*; one query."""
    flown = Replay.objects.filter(
        player_id__in=players, day=day, status="accepted", training=False
    ).order_by("score", "-sent_at")
    return dict(flown.values_list("player_id", "pk"))
