"""What a cell of a foreign file means, by the kind of our column. Pure; no Django in here.

A reader returns the value, notes each named rule that changed it, and raises ``Unfit`` with a
short phrase (``not a number``) where no rule helps.
"""

from __future__ import annotations

import datetime as dt
import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

INT4 = 2**31 - 1  # what PostgreSQL keeps in an integer column
INT8 = 2**63 - 1
LIKENESS = 0.75  # of a word and the legal one it is taken for: "blokced" passes, "bad" does not
# between these seconds since 1970 (2000 and 2100) a number in a time column is a time
EPOCH = (946_684_800, 4_102_444_800)
YES = {"1", "true", "t", "yes", "y", "on"}
NO = {"0", "false", "f", "no", "n", "off", ""}


class Unfit(ValueError):
    """This value cannot stand in this column; the text says what it is not."""


class Remarks(Protocol):
    """Where a reader notes what it repaired."""

    def repaired(self, column: str, rule: str, raw: Any) -> None: ...


class Reader(Protocol):
    """Reads a cell that is not NULL."""

    def __call__(self, value: Any, notes: Remarks) -> Any: ...


class Damaged(str):
    """Text of the file that is no UTF-8; what could not be read stands as ``\\xNN``."""

    __slots__ = ()


@dataclass(frozen=True)
class Text:
    """Any text; NUL is taken out because PostgreSQL cannot keep it."""

    column: str

    def __call__(self, value: Any, notes: Remarks) -> str:
        if type(value) is not str:
            value = self._other(value, notes)
        if "\0" in value:
            notes.repaired(self.column, "NUL taken out", value)
            value = value.replace("\0", "")
        return str(value)

    def _other(self, value: Any, notes: Remarks) -> str:
        if isinstance(value, Damaged):
            notes.repaired(self.column, "not UTF-8", value)
        elif isinstance(value, bytes):
            text = value.decode("utf-8", "backslashreplace")
            notes.repaired(self.column, "bytes read as text", text)
            return text
        return str(value)


@dataclass(frozen=True)
class Word:
    """A word of a closed set, or the nearest to it."""

    column: str
    legal: tuple[str, ...]
    otherwise: str
    aliases: Mapping[str, str]

    def __call__(self, value: Any, notes: Remarks) -> str:
        if value in self.legal:
            return str(value)
        word = str(value).strip().lower()
        found = word if word in self.legal else self.aliases.get(word) or self._nearest(word)
        if not found:
            return Text(self.column)(value, notes)
        notes.repaired(self.column, f"read as {found}", value)
        return found

    def _nearest(self, word: str) -> str:
        if not self.otherwise:
            return ""
        near = difflib.get_close_matches(word[:100], self.legal, n=1, cutoff=LIKENESS)
        return near[0] if near else self.otherwise


@dataclass(frozen=True)
class Whole:
    """A whole number between two bounds; words may stand for numbers."""

    column: str
    low: int = -INT4
    high: int = INT4
    words: Mapping[str, int] = field(default_factory=dict)

    def __call__(self, value: Any, notes: Remarks) -> int:
        number = value if type(value) is int else self._parsed(value, notes)
        if self.low <= number <= self.high:
            return number
        notes.repaired(self.column, "clamped", value)
        return min(max(number, self.low), self.high)

    def _parsed(self, value: Any, notes: Remarks) -> int:
        if isinstance(value, str) and value.strip().lower() in self.words:
            notes.repaired(self.column, "word read as a number", value)
            return self.words[value.strip().lower()]
        number = _number(value)
        if number != int(number):
            notes.repaired(self.column, "rounded", value)
        return round(number)


@dataclass(frozen=True)
class Real:
    """A number between two bounds; None leaves a side open."""

    column: str
    low: float | None = None
    high: float | None = None

    def __call__(self, value: Any, notes: Remarks) -> float:
        number = value if type(value) is float else _number(value)
        if not math.isfinite(number):
            raise Unfit("not a number")
        if self.low is not None and number < self.low:
            notes.repaired(self.column, "clamped", value)
            return self.low
        if self.high is not None and number > self.high:
            notes.repaired(self.column, "clamped", value)
            return self.high
        return number


def _number(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise Unfit("not a number") from None
    if not math.isfinite(number):
        raise Unfit("not a number")
    return number


@dataclass(frozen=True)
class Flag:
    """Yes or no, as a number or in words."""

    column: str

    def __call__(self, value: Any, notes: Remarks) -> bool:
        if value in (0, 1):
            return bool(value)
        word = str(value).strip().lower()
        if word in YES or word in NO:
            return word in YES
        try:
            number = _number(value)
        except Unfit:
            raise Unfit("neither yes nor no") from None
        notes.repaired(self.column, "number read as yes or no", value)
        return bool(number)


@dataclass(frozen=True)
class Key:
    """A reference by number; comes back as the text under which the other row is known."""

    column: str

    def __call__(self, value: Any, notes: Remarks) -> str:
        if type(value) is int:
            return str(value)
        text = str(value).strip()
        if not text:
            raise Unfit("an empty reference")
        return text.removesuffix(".0") if isinstance(value, float) else text


@dataclass(frozen=True)
class Time:
    """A moment, as aware UTC.

    Text with a space is UTC, as SQLite's CURRENT_TIMESTAMP writes it; ISO text with a ``T`` and
    without an offset is local time of the program that wrote it, in *zone*. An hour that the
    clock shows twice is taken as the first of the two.
    """

    column: str
    zone: dt.tzinfo

    def __call__(self, value: Any, notes: Remarks) -> dt.datetime:
        if type(value) is not str:
            return self._of_number(value, notes)
        try:
            moment = dt.datetime.fromisoformat(value if len(value) < 40 else value.strip())
            if moment.tzinfo is None:
                if value[10:11] != "T":
                    return moment.replace(tzinfo=dt.UTC)
                moment = moment.replace(tzinfo=self.zone)
            return moment.astimezone(dt.UTC)
        except (ValueError, OverflowError):
            return self._of_number(value, notes)

    def _of_number(self, value: Any, notes: Remarks) -> dt.datetime:
        try:
            seconds = _number(value)
        except Unfit:
            raise Unfit("not a time") from None
        rule = "seconds since 1970 read as a time"
        if EPOCH[0] * 1000 <= seconds <= EPOCH[1] * 1000:
            seconds, rule = seconds / 1000, "milliseconds since 1970 read as a time"
        if not EPOCH[0] <= seconds <= EPOCH[1]:
            raise Unfit("not a time")
        notes.repaired(self.column, rule, value)
        return dt.datetime.fromtimestamp(seconds, dt.UTC)


@dataclass(frozen=True)
class Day:
    """A calendar date."""

    column: str

    def __call__(self, value: Any, notes: Remarks) -> dt.date:
        try:
            return dt.date.fromisoformat(str(value)[:10])
        except ValueError:
            raise Unfit("not a date") from None
