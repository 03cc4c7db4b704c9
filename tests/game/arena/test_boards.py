"""The boards: one rule for ranks, only people who play, every time span by its own days."""

from __future__ import annotations

import datetime as dt
from itertools import count

import pytest

from elfsite.errors import Refused
from elfsite.timeline.log import write
from game.arena.boards import AROUND, PAGE, Board, around, board, standing
from game.arena.services.ledger import Entry, award
from game.players.models import GameState, User
from tests.game.players.people import make_imported, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

TODAY = dt.date(2026, 3, 10)
_numbers = count(1)


def give(player: User, points: int, *, care: bool = False, day: dt.date = TODAY) -> None:
    kind = "stewardship" if care else "sortie"
    entry = Entry(kind, "test", points, "a line", f"test:{next(_numbers)}", day)
    with write("test") as w:
        award(w, player, entry, actor="test")


def shown(found: Board) -> list[tuple[int, str, int]]:
    return [(row.rank, row.name, row.score) for row in found.rows]


@pytest.fixture
def four() -> list[User]:
    people = [make_person(name) for name in ("ann", "ben", "cleo", "dan")]
    for person, points in zip(people, (300, 200, 200, 100), strict=True):
        give(person, points)
    return people


def test_who_ties_shares_a_rank_and_the_next_is_skipped(four: list[User]) -> None:
    assert shown(board("today", TODAY)) == [
        (1, "ann", 300), (2, "ben", 200), (2, "cleo", 200), (4, "dan", 100),
    ]  # fmt: skip


def test_one_person_is_told_the_same_rank_everywhere(four: list[User]) -> None:
    cleo = four[2]
    for name in ("today", "season", "all"):
        whole = board(name, TODAY, viewer=cleo.pk)
        assert whole.mine is not None
        assert standing(name, TODAY, cleo.pk) == (whole.mine.rank, 4, 200) == (2, 4, 200)
        assert around(name, TODAY, cleo.pk).mine == whole.mine


def test_today_ranks_by_sorties_alone_and_the_others_by_everything(four: list[User]) -> None:
    dan = four[3]
    give(dan, 150, care=True, day=TODAY.replace(day=2))
    give(dan, 1000, day=dt.date(2026, 2, 28))
    give(dan, 60, care=True, day=dt.date(2026, 2, 28))
    today, season, ever = (board(name, TODAY) for name in ("today", "season", "all"))
    assert (shown(today)[-1], today.rows[-1].care) == ((4, "dan", 100), 150)
    assert shown(season)[1] == (2, "dan", 250)
    assert (shown(ever)[0], ever.rows[0].sortie, ever.rows[0].care) == ((1, "dan", 1310), 1100, 210)


def test_points_of_the_future_and_of_other_days_are_not_todays(four: list[User]) -> None:
    give(four[3], 999, day=TODAY - dt.timedelta(days=1))
    assert shown(board("today", TODAY))[-1] == (4, "dan", 100)
    assert board("today", TODAY + dt.timedelta(days=1)).rows == []


def test_only_people_who_play_are_on_it(four: list[User]) -> None:
    User.objects.filter(pk=four[0].pk).update(plays=False)
    User.objects.filter(pk=four[1].pk).update(is_active=False)
    found = board("all", TODAY, viewer=four[0].pk)
    assert shown(found) == [(1, "cleo", 200), (2, "dan", 100)]
    assert found.mine is None and found.players == 2


def test_an_imported_score_is_on_no_board(four: list[User]) -> None:
    stranger = make_imported(77)
    GameState.objects.create(user=stranger, score=10**6)
    eve = make_person("eve")
    GameState.objects.create(user=eve, score=10**6)
    assert shown(board("all", TODAY))[-1] == (4, "dan", 100)
    give(eve, 50)
    assert shown(board("all", TODAY))[-1] == (5, "eve", 50)


def test_what_was_taken_back_counts_no_more(four: list[User]) -> None:
    give(four[3], 40, care=True)
    give(four[3], -40, care=True)
    assert shown(board("season", TODAY))[-1] == (4, "dan", 100)
    nobody = make_person("eve")
    give(nobody, 40, care=True)
    give(nobody, -40, care=True)
    assert board("season", TODAY).players == 4


def test_pages_follow_one_another_without_gap(db: None) -> None:
    for n in range(PAGE + 7):
        give(make_person(f"p{n:02}"), 1000 - n)
    first = board("today", TODAY)
    second = board("today", TODAY, start=first.more)
    places = [row.place for row in (*first.rows, *second.rows)]
    assert places == list(range(1, PAGE + 8))
    assert (first.less, second.less, second.more) == (0, 1, 0)
    last = second.rows[-1].player_id
    near = around("today", TODAY, last)
    assert [row.place for row in near.rows] == list(range(PAGE + 7 - AROUND, PAGE + 8))
    assert board("today", TODAY, viewer=last).mine is not None


def test_around_somebody_without_points_is_nothing(four: list[User]) -> None:
    assert around("today", TODAY, make_person("eve").pk).rows == []


def test_what_is_no_board_is_refused() -> None:
    for name, start in (("week", 1), ("today", 0)):
        with pytest.raises(Refused):
            board(name, TODAY, start=start)
