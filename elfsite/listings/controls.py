"""What a list may be narrowed by: each declared filter as a control that reads its parameter."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Q

from elfsite.listings.declare import Among, Filter, Listing

NONE = "~none"  # the parameter's word for "rows without a value"
TEXT_MOST = 500  # characters of one parameter
INTEGER_MOST = 2**63 - 1  # of both databases; SQLite's driver raises beyond it
FLAGS = {"1": True, "0": False, "yes": True, "no": False, "true": True, "false": False}


@dataclass(frozen=True)
class Control:
    """One parameter. ``read`` turns its text into a value, or raises ValueError: what it must be.

    ``kind`` is how the form offers it: choice, flag, facet (existing values), typed, number, or
    link (set by links only, shown as a chip).
    """

    name: str
    field: str
    lookup: str
    label: str
    kind: str
    read: Callable[[str], Any]
    none: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    ask: Callable[[], Q] | None = None
    ask_word: Callable[[str], Q] | None = None

    @property
    def takes_many(self) -> bool:
        """Whether the parameter may name several words: repeated, or with commas between them."""
        return self.kind == "choice" or self.ask_word is not None

    def value_of(self, text: str) -> Any:
        """The parameter's value; None stands for "rows without one", a tuple for "any of these"."""
        if self.takes_many and "," in text:
            return tuple(dict.fromkeys(self._one_of(part.strip()) for part in text.split(",")))
        return self._one_of(text)

    def _one_of(self, text: str) -> Any:
        return None if self.none and text == NONE else self.read(text)

    def condition(self, value: Any) -> Q:
        if self.ask:
            return self.ask() if value else ~self.ask()
        if isinstance(value, tuple):
            return reduce(or_, (self.condition(each) for each in value))
        if self.ask_word:
            return self.ask_word(value)
        if value is None:
            return Q(**{f"{self.field}__isnull": True})
        if isinstance(value, bool):
            # Django writes a bare ``WHERE flag`` for an exact match, which uses no index on SQLite
            return Q(**{f"{self.field}__in": [value]})
        return Q(**{f"{self.field}{self.lookup}": value})

    def phrase(self, value: Any) -> tuple[str, str]:
        """The words before the chip, and in it: ("with status", "active")."""
        of = self.kind == "link" and not self.ask_word
        label = f"{'of' if of else 'with'} {self.label}"
        if isinstance(value, tuple):
            return label, " or ".join(self.phrase(each)[1] for each in value)
        if value is None:
            return label, self.none
        if isinstance(value, bool):
            return ("", self.label) if value else ("not", self.label)
        words = dict(self.choices).get(str(value), str(value))
        return label, f"{value:g}" if isinstance(value, float) else words


def controls_of(listing: Listing) -> dict[str, Control]:
    """Every control of *listing* by the name of its parameter."""
    found = [control for each in listing.filters for control in _controls(listing, each)]
    for each in listing.conditions:
        if isinstance(each, Among):
            words = tuple((word, word) for word in each.words)
            read = _one_of(list(each.words))
            kind = "choice" if each.offered else "link"
            choice = Control(each.name, "", "", each.label, kind, read, choices=words)
            found.append(replace(choice, ask_word=each.ask))
            continue
        kind = "flag" if each.offered else "link"
        found.append(Control(each.name, "", "", each.label, kind, read_flag, ask=each.ask))
    return {control.name: control for control in found}


def _controls(listing: Listing, declared: Filter) -> list[Control]:
    field = listing.fields[declared.name]
    label = declared.label or label_of(field)
    if declared.kind == "between":
        number = read_integer if isinstance(field, models.IntegerField) else read_number
        low = Control(f"{field.column}_min", field.name, "__gte", f"{label} from", "number", number)
        high = Control(f"{field.column}_max", field.name, "__lte", f"{label} to", "number", number)
        return [low, high]
    kind, read = _reader(field, declared)
    choices = tuple((str(value), str(word)) for value, word in field.flatchoices)
    none = (declared.none or "none") if field.null else ""
    return [Control(str(field.column), field.attname, "", label, kind, read, none, choices)]


def _reader(field: models.Field[Any, Any], declared: Filter) -> tuple[str, Callable[[str], Any]]:
    if isinstance(field, models.ForeignKey):
        target = field.target_field
        return "link", read_integer if isinstance(target, models.IntegerField) else read_text
    if isinstance(field, models.BooleanField):
        return "flag", read_flag
    if field.flatchoices:
        return "choice", _one_of([str(value) for value, _ in field.flatchoices])
    kind = "typed" if declared.typed else "facet"
    if isinstance(field, models.IntegerField):
        return kind, read_integer
    return (kind, read_number) if isinstance(field, models.FloatField) else (kind, read_text)


def label_of(field: models.Field[Any, Any]) -> str:
    """The seed's word as people read it: ``times_validated`` is "times validated"."""
    return str(field.verbose_name).replace("_", " ")


def _one_of(words: list[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"one of {', '.join(words)}")
        return text

    return read


def read_flag(text: str) -> bool:
    try:
        return FLAGS[text.lower()]
    except KeyError:
        raise ValueError("1 or 0") from None


def read_integer(text: str) -> int:
    if not re.fullmatch(r"[+-]?\d{1,19}", text, re.ASCII):
        raise ValueError("a whole number")
    number = int(text)
    if abs(number) > INTEGER_MOST:
        raise ValueError("a smaller number")
    return number


def read_number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ValueError("a number") from None
    if not math.isfinite(number):
        raise ValueError("a finite number")
    return number


def read_text(text: str) -> str:
    if "\x00" in text or len(text) > TEXT_MOST:
        raise ValueError(f"a text of at most {TEXT_MOST} characters")
    return text


def read_moment(text: str, *, end: bool = False) -> dt.datetime:
    """A date or an ISO time, UTC where it says nothing. A date is its first moment or its *end*."""
    try:
        moment = dt.datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=dt.UTC)
        if end and len(text) == len("2026-11-20"):
            moment += dt.timedelta(days=1, microseconds=-1)
        return moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise ValueError("a date like 2026-11-20 or a time like 2026-11-20T09:30") from None
