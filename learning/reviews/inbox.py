"""What waits for a person: a registry. Each area says in its ``inbox.py`` what it lays in.

    waiting(Source("fraud", word="fraud report", rows=open_reports, items=items_of))

An entry is a row of some table. Requests (``ceo_reviews``) are one source, registered here, with
their kinds for what a verdict does; other areas lay in rows of their own with links or acts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Act:
    """Something that can be done from the inbox: a link, or a POST to ``href``."""

    word: str
    href: str
    post: bool = False
    fields: tuple[tuple[str, str], ...] = ()  # of the POST


@dataclass(frozen=True)
class Item:
    """One entry. ``meta`` is the sentence under the title, ``picture`` the evidence in miniature,
    ``due`` when it should be answered; ``review_id`` lets it be decided in place."""

    key: str
    source: str
    word: str
    title: str
    meta: str
    since: datetime | None
    due: datetime | None = None
    href: str = ""
    glyph: str = "tray"
    hue: str = "read"
    is_rule: bool = False  # the title is the text of a rule and is set as one
    picture: SafeString = field(default_factory=SafeString)
    acts: tuple[Act, ...] = ()
    review_id: int | None = None


@dataclass(frozen=True)
class Waiting:
    """A source of entries. ``rows`` are those that wait now, indexed and ordered oldest first;
    ``items`` draws a list of them. Both are asked on each page: no more than one query each."""

    name: str
    word: str
    rows: Callable[[], QuerySet[Any]]
    items: Callable[[list[Any]], Iterable[Item]]
    href: str = ""  # where all of them are, when there are more than the inbox lists


_sources: dict[str, Waiting] = {}


def waiting(source: Waiting) -> Waiting:
    """Register a source. Raises ValueError for a name that is taken by another word."""
    present = _sources.get(source.name)
    if present is not None and present.word != source.word:
        raise ValueError(f"Two sources of the inbox are called {source.name!r}.")
    _sources[source.name] = source
    return source


def sources() -> list[Waiting]:
    return list(_sources.values())
