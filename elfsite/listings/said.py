"""A list says in a sentence what it shows, each condition a chip that takes itself away."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db import models

from elfsite.listings.controls import label_of
from elfsite.listings.declare import Listing
from elfsite.listings.facets import Facets
from elfsite.listings.params import OURS, Asked


class Chip(NamedTuple):
    """A condition: words before it, the words in it, the list without it."""

    before: str
    words: str
    url: str


def chips_of(asked: Asked, facets: Facets) -> list[Chip]:
    """Every condition of the list, declared filters first, then text, source and time."""
    found = []
    for control, value in asked.controls:
        before, words = control.phrase(value)
        found.append(Chip(before, words, asked.without(control.name)))
    for name, before, words in _general(asked, facets):
        found.append(Chip(before, words, asked.without(name)))
    return found


def _general(asked: Asked, facets: Facets) -> list[tuple[str, str, str]]:
    found = []
    for name, value in asked.values.items():
        if name == "q":
            found.append((name, "containing", f"“{value}”"))
        elif name == "source":
            known = dict(facets.sources).get(str(value), f"source {value}")
            found.append((name, "from", "here" if value == OURS else known))
        elif name == "gone":
            found.append((name, "", "gone from their source"))
        elif name == "days":
            found.append((name, "of the last", "24 hours" if value == 1 else f"{value} days"))
        elif name in WINDOW_WORDS:
            found.append((name, WINDOW_WORDS[name], written(value)))
    return found


WINDOW_WORDS = {"from": "since", "to": "until", "asof": "as of"}


def written(moment: dt.datetime) -> str:
    """A day, or a minute where the moment is neither the first nor the last of its day."""
    edge = moment.time() in {dt.time.min, dt.time.max}
    return f"{moment:%Y-%m-%d}" if edge else f"{moment:%Y-%m-%d %H:%M} UTC"


def order_words(listing: Listing, word: str) -> str:
    """An order in words: "newest first", "confidence, high first"."""
    column, down = word.lstrip("-"), word.startswith("-")
    field = listing.fields.get(column) or listing.model._meta.pk
    if column == listing.when_field or field.primary_key:
        return "newest first" if down else "oldest first"
    if isinstance(field, models.DateTimeField):
        ends = ("latest first", "earliest first")
    elif isinstance(field, models.IntegerField | models.FloatField):
        ends = ("high first", "low first")
    else:
        ends = ("z first", "a first")
    return f"{label_of(field)}, {ends[0] if down else ends[1]}"


def plain(count_words: str, chips: list[Chip], order: str) -> str:
    """The sentence without links, for the polite status line and titles."""
    conditions = ", ".join(" ".join(part for part in chip[:2] if part) for chip in chips)
    return f"{count_words}{' ' if conditions else ''}{conditions}, {order}."
