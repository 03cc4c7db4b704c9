from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elfsite.errors import Refused
from learning.heuristics.confidence import (
    ALIASES,
    CEILING,
    FLOOR,
    OUTCOMES,
    TYPES,
    Pace,
    State,
    canonical,
    step,
)

NOW = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)


def state(c: float, warmup: int = 0, applications: int = 0) -> State:
    return State(c, c, warmup, applications)


@pytest.mark.parametrize(
    ("c", "warmup", "applications", "kind", "raw", "alpha", "new"),
    [
        (0.50, 5, 0, "success", 0.55, 0.30, 0.515),
        (0.50, 5, 0, "failure", 0.45, 0.30, 0.485),
        (0.50, 5, 0, "contradiction", 0.425, 0.30, 0.4775),
        (0.50, 0, 0, "success", 0.55, 0.20, 0.51),
        (0.50, 0, 0, "failure", 0.45, 0.25, 0.4875),
        (0.50, 0, 0, "contradiction", 0.425, 0.25, 0.48125),
        (0.50, 0, 20, "success", 0.55, 0.15, 0.5075),
        (0.50, 0, 20, "failure", 0.45, 0.20, 0.49),
        (0.50, 0, 19, "success", 0.55, 0.20, 0.51),
        (0.85, 0, 50, "success", 0.865, 0.10, 0.8515),
        (0.85, 0, 50, "failure", 0.765, 0.15, 0.83725),
        (0.85, 0, 50, "contradiction", 0.7225, 0.15, 0.830875),
        (0.25, 0, 0, "success", 0.325, 0.25, 0.26875),
        (0.25, 0, 0, "failure", 0.225, 0.20, 0.245),
        (0.80, 0, 0, "success", 0.82, 0.20, 0.804),
        (0.30, 0, 0, "success", 0.37, 0.20, 0.314),
        (0.70, 0, 0, "decay", 0.644, 1.0, 0.644),
        (0.05, 0, 0, "decay", 0.05, 1.0, 0.05),
        (0.25, 0, 0, "revival", 0.35, 1.0, 0.35),
        (0.60, 0, 0, "revival", 0.60, 1.0, 0.60),
        (0.95, 0, 0, "success", 0.95, 0.15, 0.95),
        (0.97, 0, 0, "success", 0.95, 0.15, 0.95),
        (1.00, 0, 0, "success", 0.95, 0.15, 0.95),
        (0.05, 0, 0, "failure", 0.05, 0.20, 0.05),
        (0.00, 0, 0, "failure", 0.05, 0.25, 0.05),
        (0.50, 0, 0, "manual", 0.50, 0.25, 0.50),
    ],
)
def test_one_step(
    c: float, warmup: int, applications: int, kind: str, raw: float, alpha: float, new: float
) -> None:
    taken = step(state(c, warmup, applications), kind)
    assert taken.raw == pytest.approx(raw, abs=1e-9)
    assert taken.alpha == alpha
    assert taken.new == pytest.approx(new, abs=1e-9)


def walk(c: float, warmup: int, kinds: list[str], applications: int = 0) -> list[float]:
    out, now = [], state(c, warmup, applications)
    for kind in kinds:
        taken = step(now, kind)
        now = State(taken.new, taken.new, taken.warmup, now.applications + 1)
        out.append(taken.new)
    return out


def test_seven_successes_through_the_warm_up() -> None:
    expected = [0.515, 0.52955, 0.543663, 0.557354, 0.570633, 0.57922, 0.587636]
    assert walk(0.5, 5, ["success"] * 7) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("c", "warmup", "kind", "count", "end"),
    [(0.5, 0, "success", 20, 0.6662), (0.25, 0, "success", 10, 0.397)],
)
def test_long_walks(c: float, warmup: int, kind: str, count: int, end: float) -> None:
    assert walk(c, warmup, [kind] * count)[-1] == pytest.approx(end, abs=5e-4)


@pytest.mark.parametrize(("c", "warmup", "count"), [(0.5, 0, 123), (0.5, 5, 120)])
def test_how_long_gold_takes(c: float, warmup: int, count: int) -> None:
    out = walk(c, warmup, ["success"] * 200)
    assert next(i for i, value in enumerate(out, 1) if value >= 0.9) == count


@pytest.mark.parametrize(("kind", "count"), [("failure", 21), ("contradiction", 14)])
def test_how_fast_trust_is_lost(kind: str, count: int) -> None:
    out = walk(0.5, 0, [kind] * 60)
    assert next(i for i, value in enumerate(out, 1) if value < 0.3) == count


def test_a_rule_without_average_starts_from_its_confidence() -> None:
    assert step(State(0.5, None), "success").new == pytest.approx(0.51)


def test_the_weight_is_chosen_by_confidence_and_applied_to_the_average() -> None:
    taken = step(State(confidence=0.9, ema=0.5), "success")
    assert (taken.alpha, taken.raw) == (0.10, pytest.approx(0.55))
    assert taken.new == pytest.approx(0.505) and taken.old == 0.9


def test_warm_up_is_used_up_by_smoothed_updates_alone() -> None:
    warm = state(0.5, 2)
    assert [step(warm, kind).warmup for kind in ("success", "decay", "revival")] == [1, 2, 2]


def test_a_target_takes_effect_at_once_and_within_bounds() -> None:
    assert (step(state(0.9), "reset", target=0.5).new, step(state(0.5), "manual", 2.0).new) == (
        0.5,
        0.95,
    )


def test_an_unknown_word_is_refused_by_name() -> None:
    with pytest.raises(Refused, match="'praise'"):
        step(state(0.5), "praise")


shares = st.floats(0, 1)
states = st.builds(
    State,
    confidence=shares,
    ema=st.none() | shares,
    warmup=st.integers(0, 5),
    applications=st.integers(0, 200),
)


@given(states, st.sampled_from(TYPES))
def test_what_is_carried_stays_within_bounds(now: State, kind: str) -> None:
    assert FLOOR <= step(now, kind).new <= CEILING


@given(states, st.sampled_from(OUTCOMES))
def test_good_news_never_lowers_and_bad_news_never_raises(now: State, kind: str) -> None:
    carried = min(CEILING, max(FLOOR, now.carried))
    new = step(now, kind).new
    if kind == "success":
        assert new >= carried - 1e-12
    else:
        assert new <= carried + 1e-12


@given(states)
def test_a_contradiction_costs_at_least_a_failure(now: State) -> None:
    assert step(now, "contradiction").new <= step(now, "failure").new + 1e-12


@given(states, st.sampled_from(sorted(ALIASES)))
def test_an_alias_is_the_same_update(now: State, alias: str) -> None:
    assert step(now, alias) == step(now, ALIASES[alias])
    assert canonical(alias) == ALIASES[alias]


MINUTE = timedelta(minutes=1)
TODAY = NOW.date()


@pytest.mark.parametrize(
    ("pace", "refusal"),
    [
        (Pace(), ""),
        (Pace(4, TODAY, NOW - timedelta(hours=2)), ""),
        (Pace(5, TODAY, NOW - timedelta(hours=2)), "Daily limit reached (5 updates/day)"),
        (Pace(9, TODAY, None), "Daily limit reached (5 updates/day)"),
        (Pace(5, TODAY - timedelta(days=1), NOW - timedelta(hours=2)), ""),
        (Pace(5, TODAY, NOW - MINUTE), "Daily limit reached (5 updates/day)"),
        (
            Pace(1, TODAY, NOW - timedelta(seconds=1)),
            "Cooldown active (59 minutes remaining)",
        ),
        (Pace(1, TODAY, NOW - 19 * MINUTE), "Cooldown active (41 minutes remaining)"),
        (Pace(1, TODAY, NOW - 59.5 * MINUTE), "Cooldown active (0 minutes remaining)"),
        (Pace(1, TODAY, NOW - 60 * MINUTE), ""),
        # another day does not end a cooldown
        (
            Pace(1, date(2026, 1, 14), NOW - 30 * MINUTE),
            "Cooldown active (30 minutes remaining)",
        ),
        # tightened
        (Pace(3, TODAY, None, daily=3, cooldown=90), "Daily limit reached (3 updates/day)"),
        (
            Pace(1, TODAY, NOW - 61 * MINUTE, daily=3, cooldown=90),
            "Cooldown active (29 minutes remaining)",
        ),
        # clocks that are ahead: a little is a pause, a lot is a wrong clock
        (Pace(1, TODAY, NOW), "Cooldown active (59 minutes remaining)"),
        (Pace(1, TODAY, NOW + MINUTE), "Cooldown active (59 minutes remaining)"),
        (Pace(1, TODAY, NOW + timedelta(days=900)), ""),
    ],
)
def test_what_holds_an_update_back(pace: Pace, refusal: str) -> None:
    assert pace.refusal(NOW) == refusal


def test_the_counter_belongs_to_a_utc_day() -> None:
    late = datetime(2026, 1, 15, 23, 59, tzinfo=UTC)
    full = Pace(5, late.date())
    assert full.refusal(late) and not full.refusal(late + MINUTE)
