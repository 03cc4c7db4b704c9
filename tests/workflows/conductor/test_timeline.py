"""The axis of a run: what is joined, what is cut, where a moment lies. Pure, by table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.conductor.timeline import MOST_CUTS, Interval, axis_of, length, step_for, union

MINUTE, HOUR = 60.0, 3600.0


@pytest.mark.parametrize(
    ("intervals", "merged"),
    [
        ([], []),
        ([(5, 6), (1, 2)], [(1, 2), (5, 6)]),
        ([(1, 4), (2, 3)], [(1, 4)]),
        ([(1, 2), (2, 3)], [(1, 3)]),
        ([(3, 1)], [(3, 3)]),  # an end before its start takes no time
    ],
)
def test_union(intervals: list[Interval], merged: list[Interval]) -> None:
    assert union(intervals) == merged


@pytest.mark.parametrize(
    ("intervals", "cuts"),
    [
        ([(0, 60)], []),
        ([(0, 60), (80, 140)], []),  # 20 s belong to the work
        ([(0, 10), (45, 55)], [35]),
        ([(0, 10 * MINUTE), (11 * MINUTE, 20 * MINUTE)], []),  # a twentieth of the work
        ([(0, 10 * MINUTE), (2 * HOUR, 2 * HOUR + MINUTE)], [110 * MINUTE]),
        ([(0, 0), (1e9, 1e9)], [1e9]),
    ],
)
def test_which_pauses_are_cut(intervals: list[Interval], cuts: list[float]) -> None:
    axis = axis_of(intervals)
    assert axis
    assert [cut.seconds for cut in axis.cuts] == pytest.approx(cuts)


def test_only_the_longest_pauses_are_cut() -> None:
    work = [(n * HOUR + n * n, n * HOUR + n * n + MINUTE) for n in range(20)]
    axis = axis_of(work)
    assert axis
    assert len(axis.cuts) == MOST_CUTS
    assert min(cut.seconds for cut in axis.cuts) >= 13 * 2 + HOUR - MINUTE


def test_without_attempts_there_is_no_axis() -> None:
    assert axis_of([]) is None


def test_busy_and_total_time() -> None:
    axis = axis_of([(0, MINUTE), (30, 2 * MINUTE), (HOUR, HOUR + MINUTE)])
    assert axis
    assert (axis.busy, axis.total) == (3 * MINUTE, HOUR + MINUTE)


@pytest.mark.parametrize(
    ("moment", "share"),
    [(-5, 0), (0, 0), (50, 0.49), (100, 0.98), (500, 0.98)],
)
def test_where_a_moment_lies(moment: float, share: float) -> None:
    axis = axis_of([(0, 100)])
    assert axis
    assert axis.place(moment) == pytest.approx(share)


def test_a_moment_in_a_cut_lies_at_its_left_edge() -> None:
    axis = axis_of([(0, 100), (10_000, 10_100)])
    assert axis
    assert axis.place(5000) == axis.pieces[0].right < axis.pieces[1].left


@pytest.mark.parametrize(
    ("intervals", "labels"),
    [
        ([(1e9, 1e9 + 0.03)], ["0 ms", "5 ms", "10 ms", "15 ms", "20 ms", "25 ms"]),
        ([(0, 4 * HOUR)], ["00:00", "01:00", "02:00", "03:00"]),
        ([(0, 90)], ["00:00:00", "00:00:15", "00:00:30", "00:00:45", "00:01:00", "00:01:15"]),
        ([(23 * HOUR, 25 * HOUR)], ["1 Jan 23:00", "23:30", "2 Jan 00:00", "00:30"]),
        ([(0, 86_400 * 5)], ["1 Jan", "2 Jan", "3 Jan", "4 Jan", "5 Jan"]),
    ],
)
def test_ticks_stand_at_round_times(intervals: list[Interval], labels: list[str]) -> None:
    axis = axis_of(intervals)
    assert axis
    assert [tick.label for tick in axis.ticks if tick.label] == labels


@pytest.mark.parametrize(
    ("seconds", "step"), [(0, 0.001), (0.06, 0.01), (90, 15), (4e9, 31_536_000)]
)
def test_steps(seconds: float, step: float) -> None:
    assert step_for(seconds) == pytest.approx(step)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 ms"),
        (0.0184, "18 ms"),
        (4.21, "4.2 s"),
        (59.4, "59 s"),
        (108, "1:48"),
        (4740, "1 h 19"),
        (3.2 * 86_400, "3 d 4 h"),
    ],
)
def test_lengths(seconds: float, words: str) -> None:
    assert length(seconds) == words


times = st.floats(0, 4e9)


@given(st.lists(st.tuples(times, st.floats(0, 1e6)), min_size=1, max_size=12))
def test_any_run_fits_and_keeps_its_order(work: list[tuple[float, float]]) -> None:
    axis = axis_of((start, start + took) for start, took in work)
    assert axis
    edges = [axis.place(start) for start, _ in sorted(work)]
    assert edges == sorted(edges)
    assert 0 <= edges[0] <= edges[-1] <= 1
    assert all(0 <= tick.at <= 1 for tick in axis.ticks)
    assert len(axis.ticks) < 1000
