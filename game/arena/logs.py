"""Logs of inputs: how they travel, and how fast a person's can be.

A log is one byte (the rules it was flown under), then pairs of variable-length numbers, low seven
bits first: an input and for how many ticks it was held. All of it in base64url without padding.
An input takes at most three bytes, so a new one on each of 10,800 ticks still fits
(1 + 4 × 10,800 bytes, 57,602 characters). There is one way to write a log: a text that decodes
but is not what `encode` writes is refused, so that two texts are two games.
Behaviour: docs/game.md; the browser's side is static/js/game/log.mjs.
"""

from __future__ import annotations

import base64
import binascii
import itertools
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from game.arena.simulation import MOST_TICKS, RULES, legal

Runs = list[tuple[int, int]]

MOST_TEXT: Final = 65_536  # characters
MOST_INPUT: Final = 0x3FFFF

KEYS: Final = 0x3F
AIM: Final = 32
AIM_SHIFT: Final = 8
SHARP: Final = 171  # a sixth of a turn within one tick
SECOND, LONG = 60, 600  # ticks
# Quick fingers press a key 12 to 16 times a second, which is 32 changes; steering and a second
# hand add to it; a thumb that trembles on the edge of a touch stick changes one key on nearly every
# tick for a moment. A hand that swings a mouse across the ship reverses the aim some ten times a
# second. The limits are above all of that, and below what changes on every tick for ten seconds.
MOST_CHANGES: Final = {SECOND: 90, LONG: 500}
MOST_SWINGS: Final = {SECOND: 30, LONG: 150}


class BadLog(ValueError):
    """This text is no log; ``code`` is a word for it and the message a sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def runs_of(inputs: Iterable[int]) -> Runs:
    """One input per tick, as (input, count) with equal neighbours joined."""
    runs: Runs = []
    for keys in inputs:
        if runs and runs[-1][0] == keys:
            runs[-1] = (keys, runs[-1][1] + 1)
        else:
            runs.append((keys, 1))
    return runs


def encode(runs: Iterable[tuple[int, int]]) -> str:
    """The text of a log."""
    out = bytearray([RULES])
    for pair in runs:
        for number in pair:
            while number > 0x7F:
                out.append(number & 0x7F | 0x80)
                number >>= 7
            out.append(number)
    return base64.urlsafe_b64encode(bytes(out)).rstrip(b"=").decode("ascii")


def decode(text: str) -> Runs:
    """The runs of a log's text. Raises BadLog, each reason with its own code; bounded by
    `MOST_TEXT` and by `MOST_TICKS`."""
    body = _bytes_of(text)
    if body[0] != RULES:
        raise BadLog("other_rules", f"This log is of rules {body[0]}, the game has {RULES}.")
    runs: Runs = []
    ticks = 0
    numbers = _numbers(body)
    for keys in numbers:
        count = next(numbers, None)
        if count is None:
            raise BadLog("cut_off", "This log ends in the middle.")
        if not legal(keys):
            raise BadLog("no_such_input", f"Input {keys} at tick {ticks} means nothing.")
        if count == 0:
            raise BadLog("empty_run", f"The input at tick {ticks} is held for no tick.")
        ticks += count
        if ticks > MOST_TICKS:
            raise BadLog("too_long", f"This log is longer than {MOST_TICKS} ticks.")
        runs.append((keys, count))
    if not runs:
        raise BadLog("empty", "This log holds no input.")
    if any(one[0] == two[0] for one, two in itertools.pairwise(runs)):
        raise BadLog("not_joined", "This log repeats an input instead of counting it.")
    if encode(runs) != text:
        raise BadLog("not_plain", "This log is not written the one way that there is.")
    return runs


def _bytes_of(text: str) -> bytes:
    if len(text) > MOST_TEXT:
        raise BadLog("too_big", f"This log is longer than {MOST_TEXT} characters.")
    try:
        plain = text.encode("ascii")
        if b"=" in plain or b"+" in plain or b"/" in plain:
            raise binascii.Error
        body = base64.b64decode(plain + b"=" * (-len(plain) % 4), b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise BadLog("not_base64url", "This log is not base64url.") from None
    if not body:
        raise BadLog("empty", "This log holds no input.")
    return body


def _numbers(body: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in body[1:]:
        number |= (byte & 0x7F) << shift
        if number > MOST_INPUT:
            raise BadLog("too_big_number", "A number in this log is too big.")
        if byte & 0x80:
            shift += 7
            continue
        yield number
        number = shift = 0
    if shift:
        raise BadLog("cut_off", "This log ends in the middle.")


class _Counter:
    """How often something happened within the last second and the last ten."""

    def __init__(self, most: dict[int, int]) -> None:
        self.windows = [(span, limit, deque[int]()) for span, limit in most.items()]

    def add(self, tick: int, times: int) -> int:
        """The span in ticks in which it was too often; 0 if in none."""
        for span, limit, seen in self.windows:
            seen.extend([tick] * times)
            while seen and seen[0] <= tick - span:
                seen.popleft()
            if len(seen) > limit:
                return span
        return 0


def too_fast(runs: Iterable[tuple[int, int]]) -> str:
    """A sentence if no hand moves like this, else ``""``. Generous: it stops programs that
    change keys or aim on every tick, not good players."""
    changes, swings = _Counter(MOST_CHANGES), _Counter(MOST_SWINGS)
    before = tick = 0
    for keys, count in runs:
        changed = ((before ^ keys) & KEYS).bit_count()
        span = changes.add(tick, changed) if changed else 0
        if span:
            most = MOST_CHANGES[span]
            return f"More than {most} changes of keys in {span // 60} s, before tick {tick}."
        if before & keys & AIM:
            swing = ((keys >> AIM_SHIFT) - (before >> AIM_SHIFT) + 512 & 1023) - 512
            span = swings.add(tick, 1) if abs(swing) >= SHARP else 0
            if span:
                most = MOST_SWINGS[span]
                return f"More than {most} swings of the aim in {span // 60} s, before tick {tick}."
        before = keys
        tick += count
    return ""
