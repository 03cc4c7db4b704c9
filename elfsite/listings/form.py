"""The filter form: what a list can be narrowed by, as fields that a template prints."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from elfsite.listings.controls import NONE, Control
from elfsite.listings.facets import Facets
from elfsite.listings.params import OURS, Asked, known_controls, offered_orders
from elfsite.listings.said import order_words

DAYS = (("1", "24 hours"), ("7", "7 days"), ("30", "30 days"), ("90", "90 days"))
SHOWN = 100  # existing values in a menu; more become suggestions of a field to type in


class Option(NamedTuple):
    value: str
    words: str
    chosen: bool


@dataclass(frozen=True)
class Field:
    """One field. ``kind`` is select, text, number, date, search or hidden.

    ``aside`` fields are rarely wanted: the form folds them away while none of them is set.
    """

    name: str
    label: str
    kind: str
    value: str = ""
    options: list[Option] = field(default_factory=list)
    note: str = ""
    aside: bool = False


def fields_of(asked: Asked, facets: Facets) -> list[Field]:
    """The fields of *asked* in reading order; what only links set is carried along, hidden."""
    listing = asked.listing
    found = []
    if listing.search or listing.fulltext:
        text = asked.raw.get("q", "")
        found.append(Field("q", "Text", "search", text, note=listing.search_note))
    found += [_control(asked, facets, each) for each in known_controls(listing).values()]
    if listing.has_origin and (facets.sources or {"source", "gone"} & set(asked.values)):
        found += _origin(asked, facets)
    if listing.when_field:
        found += _window(asked)
    orders = list(dict.fromkeys([*offered_orders(listing), asked.order]))
    usual = "" if "order" in asked.values else asked.order  # not asked for: a window may turn it
    named = [("" if word == usual else word, order_words(listing, word)) for word in orders]
    found.append(_select(asked, "order", "Order", named, "" if usual else asked.order))
    found.append(Field("limit", "", "hidden", asked.raw.get("limit", "")))
    return [each for each in found if each.kind != "hidden" or each.value]


def _control(asked: Asked, facets: Facets, control: Control) -> Field:
    name, label = control.name, control.label[:1].upper() + control.label[1:]
    value = asked.raw.get(name, "")
    if control.kind == "link":
        return Field(name, label, "hidden", value)
    if control.kind == "flag":
        return _select(asked, name, label, [("", "any"), ("1", "yes"), ("0", "no")])
    if control.kind == "choice":
        return _select(asked, name, label, [("", "any"), *_none(control), *control.choices])
    if control.kind == "number":
        return Field(name, label, "number", value)
    known = _sorted(facets.values.get(name, []))
    if control.kind == "facet" and 0 < len(known) <= SHOWN:
        pairs = [(each, each if len(each) <= 60 else each[:59] + "…") for each in known]
        any_of = ("", f"any of {len(known)}" if len(known) > 1 else "any")
        return _select(asked, name, label, [any_of, *_none(control), *pairs])
    return Field(name, label, "text", value, [Option(each, each, False) for each in known])


def _none(control: Control) -> list[tuple[str, str]]:
    return [(NONE, control.none)] if control.none else []


def _sorted(values: list[str]) -> list[str]:
    """Numbers by size, words by letters."""
    if all(each.lstrip("-").isdecimal() for each in values):
        return sorted(values, key=int)
    return sorted(values, key=str.casefold)


def _origin(asked: Asked, facets: Facets) -> list[Field]:
    sources = [("", "any"), (OURS, "here"), *facets.sources]
    gone = [("", "present"), ("1", "gone from their source")]
    found = [_select(asked, "source", "Source", sources)]
    if asked.listing.is_recorded:
        rows = _select(asked, "gone", "Rows", gone, "1" if asked.get("gone") else "")
        found.append(replace(rows, aside=True))
    return found


def _window(asked: Asked) -> list[Field]:
    found = [_select(asked, "days", "The last", [("", "any time"), *DAYS])]
    for name, label in (("from", "Since"), ("to", "Until")):
        found.append(Field(name, label, "date", asked.raw.get(name, "")[:10], aside=True))
    found.append(Field("asof", "", "hidden", asked.raw.get("asof", "")))
    return found


def _select(
    asked: Asked, name: str, label: str, pairs: list[tuple[str, str]], chosen: str | None = None
) -> Field:
    """A menu. A value that is set and not offered is added, so that the form tells the truth."""
    value = asked.raw.get(name, "") if chosen is None else chosen
    known = {each for each, _ in pairs}
    if value not in known:
        pairs = [*pairs, (value, value)]
    return Field(name, label, "select", value, [Option(*pair, pair[0] == value) for pair in pairs])
