"""Logs of inputs: there and back, what is no log, and what no hand can do."""

from __future__ import annotations

import base64
import random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from game.arena.logs import MOST_TEXT, BadLog, Runs, decode, encode, runs_of, too_fast
from game.arena.simulation import MOST_TICKS, legal
from game.arena.simulation.core import AIM, AIM_SHIFT

keys_only = st.integers(0, 31)
aimed = st.builds(
    lambda keys, angle: keys | AIM | angle << AIM_SHIFT, keys_only, st.integers(0, 1023)
)
inputs = st.lists(keys_only | aimed, min_size=1, max_size=300)


def encode_bytes(body: bytes) -> str:
    return base64.urlsafe_b64encode(body).rstrip(b"=").decode()


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(inputs)
def test_a_log_comes_back_as_it_was(flown: list[int]) -> None:
    text = encode(runs_of(flown))
    assert [keys for keys, count in decode(text) for _ in range(count)] == flown


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60) | st.binary(max_size=60).map(encode_bytes))
@example("AQ")
@example("AQAB ")
def test_what_is_read_is_what_would_be_written(text: str) -> None:
    try:
        runs = decode(text)
    except BadLog as bad:
        assert bad.code and str(bad).endswith(".")
    else:
        assert encode(runs) == text


def test_a_new_aim_on_every_tick_still_fits() -> None:
    worst = [(31 | AIM | 512 + tick % 2 << AIM_SHIFT, 1) for tick in range(MOST_TICKS)]
    assert len(encode(worst)) == 57_602 <= MOST_TEXT
    assert decode(encode(worst)) == worst


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (encode([]), "empty"),
        ("A" * (MOST_TEXT + 1), "too_big"),
        ("AQAB\n", "not_base64url"),
        ("AQ==", "not_base64url"),
        ("A+/A", "not_base64url"),
        ("AQABé", "not_base64url"),
        ("\ud800", "not_base64url"),
        (encode_bytes(b"\x02\x00\x01"), "other_rules"),
        (encode_bytes(b"\x01\x00"), "cut_off"),
        (encode_bytes(b"\x01\x00\x81"), "cut_off"),
        (encode_bytes(b"\x01\x00\xff\xff\xff\x7f"), "too_big_number"),
        (encode_bytes(b"\x01\x40\x01"), "no_such_input"),
        (encode_bytes(b"\x01\x80\x02\x01"), "no_such_input"),
        (encode_bytes(b"\x01\x00\x00"), "empty_run"),
        (encode([(0, MOST_TICKS), (1, 1)]), "too_long"),
        (encode([(0, 200_000)]), "too_long"),
        (encode([(1, 5), (1, 5)]), "not_joined"),
        (encode_bytes(b"\x01\x81\x00\x05"), "not_plain"),
        ("AQACAQF", "not_plain"),  # AQACAQE with a spare bit set
    ],
)
def test_nonsense_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises(BadLog) as refused:
        decode(text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("keys", "fits"),
    [
        (0, True), (31, True), (32, True), (AIM | 1023 << AIM_SHIFT, True),
        (64, False), (128, False), (1 << 8, False), (1 << 18, False), (-1, False),
    ],
)  # fmt: skip
def test_which_inputs_mean_something(keys: int, fits: bool) -> None:
    assert legal(keys) is fits


def tapping(ticks: int, each: int, keys: tuple[int, ...] = (16, 0)) -> Runs:
    return [(keys[n % len(keys)], each) for n in range(ticks // each)]


def swinging(ticks: int, each: int) -> Runs:
    """The aim from one side to the other, again and again."""
    return [(AIM | (n % 2 * 512) << AIM_SHIFT, each) for n in range(ticks // each)]


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        (tapping(3600, 2), ""),  # a finger at 15 a second, for a minute
        (tapping(50, 1), ""),  # a thumb that trembles on the edge of a stick
        (tapping(600, 3, (1 | 16, 4, 2 | 16, 8)), "in 10 s"),
        (tapping(900, 1), "changes of keys in 10 s"),
        (tapping(60, 1, (31, 0)), "changes of keys in 1 s"),
        (swinging(3600, 6), ""),
        (swinging(60, 1), "swings of the aim in 1 s"),
        (swinging(900, 3), "swings of the aim in 10 s"),
        ([(AIM | (n * 170 & 1023) << AIM_SHIFT, 1) for n in range(900)], ""),  # a whirl
    ],
)
def test_only_what_no_hand_does_is_too_fast(runs: Runs, words: str) -> None:
    said = too_fast(runs)
    assert bool(said) is bool(words) and words in said


@pytest.mark.parametrize("seed", range(4))
def test_random_bits_on_every_tick_are_no_hand(seed: int) -> None:
    dice = random.Random(seed)
    assert too_fast(runs_of(dice.randrange(32) for _ in range(900)))
