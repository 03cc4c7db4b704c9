"""What a request asks of a list, read from its URL: closed, typed, refused by name.

Everything that narrows or orders a list is in the URL, so ``Asked`` also writes URLs: the same
list with one thing changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.listings import limits
from elfsite.listings.controls import (
    Control,
    controls_of,
    read_flag,
    read_integer,
    read_moment,
    read_text,
)
from elfsite.listings.declare import Listing

OURS = "ours"
DAYS_MOST = 3650
CURSORS = ("after", "before")
Reader = Callable[[str], Any]


@dataclass(frozen=True)
class Asked:
    """One list as asked for. ``raw`` is its parameters as text, without cursors and empty ones."""

    listing: Listing
    raw: Mapping[str, str]
    values: Mapping[str, Any]
    after: str = ""
    before: str = ""

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)

    @property
    def limit(self) -> int:
        return int(self.get("limit", limits.PAGE))

    @property
    def order(self) -> str:
        """The order asked for; else newest first where a time or what is gone is looked for."""
        if "order" in self.values:
            return str(self.values["order"])
        if self.get("gone"):
            return "-gone_at"
        windowed = any(name in self.values for name in ("from", "to", "days"))
        return f"-{self.listing.when_field}" if windowed else self.listing.order

    @property
    def asof(self) -> dt.datetime | None:
        moment: dt.datetime | None = self.get("asof")
        return moment

    @property
    def window(self) -> tuple[dt.datetime | None, dt.datetime | None]:
        """The first and last moment of the rows; None where the window is open."""
        ends = [end for end in (self.get("to"), self.asof) if end]
        last = min(ends) if ends else None
        if "days" not in self.values:
            return self.get("from"), last
        return (last or timezone.now()) - dt.timedelta(days=self.values["days"]), last

    @property
    def controls(self) -> list[tuple[Control, Any]]:
        """The declared filters that are set, with their values, in declared order."""
        known = known_controls(self.listing)
        return [(known[name], value) for name, value in self.values.items() if name in known]

    @property
    def is_narrowed(self) -> bool:
        return bool(set(self.values) - {"order", "limit"})

    def url(self, **changes: str | None) -> str:
        """This list's URL with *changes*; None drops a parameter. Cursors are dropped."""
        return f"/{self.listing.slug}/{self._query(changes)}"

    def file(self, fmt: str) -> str:
        """The same list as a file, from its first row."""
        return f"/{self.listing.slug}.{fmt}{self._query({'limit': None})}"

    def _query(self, changes: Mapping[str, str | None]) -> str:
        merged = {**self.raw, **changes}
        query = urlencode({name: text for name, text in merged.items() if text})
        return f"?{query}" if query else ""

    def without(self, *names: str) -> str:
        return self.url(**dict.fromkeys(names))


@lru_cache(maxsize=256)
def known_controls(listing: Listing) -> dict[str, Control]:
    """The declared filters of *listing* as controls, made once."""
    return controls_of(listing)


def read(listing: Listing, query: QueryDict) -> Asked:
    """Raises Refused (400) for an unknown or repeated parameter and for a value that is no such."""
    readers = _readers(listing)
    raw, values = {}, {}
    for name in query:
        if name not in readers:
            known = ", ".join(readers)
            raise _refused(f"There is no parameter {name!r} here. Known are {known}.")
        texts = query.getlist(name)
        control = known_controls(listing).get(name)
        if control and control.takes_many:
            texts = [",".join(text for text in texts if text.strip())]
        if len(texts) > 1:
            raise _refused(f"The parameter {name} is given {len(texts)} times; give it once.")
        text = texts[0].strip()
        if not text:
            continue
        try:
            values[name] = readers[name](text)
        except ValueError as error:
            raise _refused(f"{name} must be {error}, not {text[:60]!r}.") from None
        raw[name] = text
    return _coherent(listing, raw, values)


def _coherent(listing: Listing, raw: dict[str, str], values: dict[str, Any]) -> Asked:
    if "after" in values and "before" in values:
        raise _refused("A page lies after a row or before it: give after or before, not both.")
    if values.get("gone") is False:
        del values["gone"], raw["gone"]
    after, before = (values.pop(name, "") for name in CURSORS)
    for name in CURSORS:
        raw.pop(name, None)
    return Asked(listing, raw, values, after, before)


def _refused(sentence: str) -> Refused:
    return Refused("bad_parameter", sentence)


def _readers(listing: Listing) -> dict[str, Reader]:
    """What each parameter of *listing* is read by, in the order in which sentences name them."""
    readers: dict[str, Reader] = {}
    if listing.search or listing.fulltext:
        readers["q"] = read_search
    readers.update({name: each.value_of for name, each in known_controls(listing).items()})
    if listing.has_origin:
        readers["source"] = _read_source
    if listing.is_recorded:
        readers["gone"] = read_flag
    if listing.when_field:
        readers["days"] = _read_days
        readers["from"] = read_moment
        readers["to"] = lambda text: read_moment(text, end=True)
        readers["asof"] = lambda text: read_moment(text, end=True)
    readers["order"] = lambda text: _read_order(listing, text)
    readers["limit"] = _read_limit
    readers.update(dict.fromkeys(CURSORS, read_text))
    return readers


def read_search(text: str) -> str:
    """The words of a search, single spaces between them; ValueError where they are too many."""
    if len(text) > limits.TEXT_MOST or "\x00" in text:
        raise ValueError(f"at most {limits.TEXT_MOST} characters")
    if len(text.split()) > limits.WORDS_MOST:
        raise ValueError(f"at most {limits.WORDS_MOST} words")
    return " ".join(text.split())


def _read_source(text: str) -> str | int:
    return text if text == OURS else _positive(text, f"the number of a source or {OURS!r}")


def _positive(text: str, words: str) -> int:
    try:
        number = read_integer(text)
    except ValueError:
        raise ValueError(words) from None
    if number < 1:
        raise ValueError(words)
    return number


def _read_days(text: str) -> int:
    words = f"a number of days from 1 to {DAYS_MOST:,}"
    number = _positive(text, words)
    if number > DAYS_MOST:
        raise ValueError(words)
    return number


def _read_limit(text: str) -> int:
    words = f"a number of rows from 1 to {limits.PAGE_MOST}"
    number = _positive(text, words)
    if number > limits.PAGE_MOST:
        raise ValueError(words)
    return number


def offered_orders(listing: Listing) -> list[str]:
    """Each order with the direction that comes first; the reverse of each is taken as well."""
    return list(dict.fromkeys([listing.order, *listing.orders]))


def _read_order(listing: Listing, text: str) -> str:
    known = offered_orders(listing)
    columns = {order.lstrip("-") for order in known}
    if text.removeprefix("-") not in columns or text.startswith("--"):
        raise ValueError(f"one of {', '.join(known)} or its reverse")
    return text
