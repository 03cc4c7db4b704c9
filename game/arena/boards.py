"""The boards: one ranking rule for all of them, and only people who play.

Rank is that of SQL's RANK(): who ties shares a rank and the next one is skipped (1, 2, 2, 4).
*today* ranks by the points of the day's best sortie, *season* (the calendar month, UTC) and *all*
by everything the ledger holds: sorties and care. What came with another database stands on none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from elfsite.errors import Refused
from game.arena.models import Pilot, ScoreEvent
from game.players.models import GameState, User

BOARDS = ("today", "season", "all")
PAGE = 50
AROUND = 5  # places above and below one's own
FACES = "https://avatars.githubusercontent.com/"  # the one host of img-src in the settings
FIRST_DAY = dt.date(2000, 1, 1)


@dataclass(frozen=True)
class Row:
    """A place on a board. ``place`` counts rows without gaps, ``rank`` is shared by ties; ``score``
    is what ranks, ``sortie`` and ``care`` its parts (on *today* care is that of the month)."""

    place: int
    rank: int
    player_id: int
    name: str
    avatar: str
    score: int
    sortie: int
    care: int

    @property
    def face(self) -> str:
        """The address of the picture, where our policy lets a page load it."""
        return self.avatar if self.avatar.startswith(FACES) else ""

    @property
    def initials(self) -> str:
        words = self.name.split()
        letters = words[0][:1] + words[1][:1] if len(words) > 1 else self.name[:2]
        return letters.upper() or "?"


@dataclass(frozen=True)
class Board:
    """Rows from one place on; ``more`` is the first place of the next page, ``less`` of the page
    before, 0 where there is none. ``mine`` is the row of whoever asks, wherever it stands."""

    name: str
    since: dt.date
    until: dt.date
    rows: list[Row]
    players: int
    mine: Row | None
    more: int = 0
    less: int = 0

    @property
    def most(self) -> int:
        """The highest score among the rows, for the length of the bars; at least 1."""
        return max([1, *(row.sortie + row.care for row in self.rows)])


def span(name: str, today: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of a board. Raises Refused 400 for a name that is no board."""
    if name == "today":
        return today, today
    if name == "season":
        return today.replace(day=1), today
    if name == "all":
        return FIRST_DAY, today
    raise Refused("bad_board", f"A board is one of {', '.join(BOARDS)}.")


# the ledger of some days, added up
_OF_DAYS = """
    SELECT e.player_id, SUM(CASE WHEN e.kind = 'sortie' AND e.day >= %s THEN e.points ELSE 0 END)
           AS sortie, SUM(CASE WHEN e.kind = 'stewardship' THEN e.points ELSE 0 END) AS care
    FROM {ledger} e JOIN {people} u ON u.id = e.player_id
    WHERE e.day >= %s AND e.day <= %s AND u.plays AND u.is_active
    GROUP BY e.player_id
"""
# what the ledger comes to is kept with the player; who never flew or cared here has no such row
_OF_ALL = """
    SELECT p.player_id, g.score - p.care AS sortie, p.care AS care
    FROM {pilots} p JOIN {states} g ON g.user_id = p.player_id
    JOIN {people} u ON u.id = p.player_id WHERE u.plays AND u.is_active
"""
_SQL = """
WITH sums AS ({sums}), scored AS (
    SELECT player_id, sortie, care, {score} AS score FROM sums WHERE {score} > 0
), ranked AS (
    SELECT player_id, sortie, care, score, RANK() OVER (ORDER BY score DESC) AS rank,
           ROW_NUMBER() OVER (ORDER BY score DESC, player_id) AS place, COUNT(*) OVER () AS players
    FROM scored
)
SELECT r.place, r.rank, r.player_id, u.username, u.avatar_url, r.score, r.sortie, r.care, r.players
FROM ranked r JOIN {people} u ON u.id = r.player_id
"""


def _ranked(name: str, today: dt.date, where: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    since, until = span(name, today)
    # the care beside today's sorties is that of the month
    days = [since, since.replace(day=1), until] if name != "all" else []
    tables = {
        "ledger": ScoreEvent._meta.db_table,
        "people": User._meta.db_table,
        "pilots": Pilot._meta.db_table,
        "states": GameState._meta.db_table,
    }
    sums = (_OF_DAYS if days else _OF_ALL).format(**tables)
    score = "sortie" if name == "today" else "sortie + care"
    sql = _SQL.format(sums=sums, score=score, **tables)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} {where} ORDER BY r.place", [*days, *values])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def board(name: str, today: dt.date, *, viewer: int | None = None, start: int = 1) -> Board:
    """PAGE rows from place *start* on, and the row of *viewer*; one query.

    Raises Refused 400 for an unknown board or a place below 1.
    """
    if start < 1:
        raise Refused("bad_place", "A place is a number from 1 on.")
    where = "WHERE (r.place >= %s AND r.place <= %s) OR r.player_id = %s"
    found = _ranked(name, today, where, [start, start + PAGE, viewer or 0])
    rows = [_row(values) for values in found]
    here = [row for row in rows if start <= row.place < start + PAGE]
    since, until = span(name, today)
    return Board(
        name=name,
        since=since,
        until=until,
        rows=here,
        players=int(found[0][-1]) if found else 0,
        mine=next((row for row in rows if row.player_id == viewer), None),
        more=start + PAGE if any(row.place == start + PAGE for row in rows) else 0,
        less=max(1, start - PAGE) if start > 1 else 0,
    )


def around(name: str, today: dt.date, viewer: int) -> Board:
    """The rows around *viewer*: AROUND above and below; empty for who stands on no board."""
    where = (
        "WHERE r.place BETWEEN (SELECT place FROM ranked WHERE player_id = %s) - %s"
        " AND (SELECT place FROM ranked WHERE player_id = %s) + %s"
    )
    found = _ranked(name, today, where, [viewer, AROUND, viewer, AROUND])
    rows = [_row(values) for values in found]
    since, until = span(name, today)
    mine = next((row for row in rows if row.player_id == viewer), None)
    return Board(name, since, until, rows, int(found[0][-1]) if found else 0, mine)


def standing(name: str, today: dt.date, player: int) -> tuple[int, int, int]:
    """(rank, players, score) of one player; rank 0 for who stands on no board."""
    found = _ranked(name, today, "WHERE r.player_id = %s", [player])
    if not found:
        return 0, 0, 0
    row = _row(found[0])
    return row.rank, int(found[0][-1]), row.score


def _row(values: tuple[Any, ...]) -> Row:
    place, rank, player, name, avatar, score, sortie, care, _ = values
    return Row(
        int(place), int(rank), player, name, avatar or "", int(score), int(sortie), int(care)
    )
