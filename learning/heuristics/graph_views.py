"""The knowledge graph: rules by domain, tied by the words that they share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from elfsite.errors import Refused
from elfsite.listings import limits, params, query, registry, said
from elfsite.listings.controls import INTEGER_MOST
from elfsite.listings.facets import facets_of
from elfsite.listings.form import fields_of
from elfsite.listings.paging import Page
from elfsite.listings.params import Asked
from learning.heuristics import graph_index
from learning.heuristics.evidence import STAGES, hue_of, posterior_of, stage_of
from learning.heuristics.graph import Index, Line, Tie, lines_among
from learning.heuristics.graph_figure import MOST_LINES, Dot, sheet
from learning.heuristics.models import Heuristic

ADDRESS = "/heuristics/graph/"
NODES = limits.PAGE_MOST  # rules on a sheet
OWN = ("rule", "around")  # parameters that no list has
SHOWN = ("q", "domain", "status", "is_golden")  # filters in the form; others are carried along


class Neighbour(NamedTuple):
    """A rule that shares words with the chosen one."""

    rule: Heuristic
    share: float
    words: str
    here: str  # the address that chooses it
    shown: bool  # whether it is on this sheet


class Row(NamedTuple):
    """A rule of the table twin, and how many lines end at it on this sheet."""

    rule: Heuristic
    stage: str
    lines: int
    url: str


@require_safe
def graph(request: HttpRequest) -> HttpResponse:
    """``/heuristics/graph/``: the filters of the list of rules; ``rule`` chooses one, ``around``
    shows one with what is near it, and what is near that."""
    listing = registry.of_model(Heuristic)
    if listing is None:
        raise LookupError("Rules have no pages.")
    listing.admit(request.user)
    asked = _asked(listing, request.GET)
    around, chosen = (_number(request.GET, name) for name in ("around", "rule"))
    page = _around(around) if around else query.read_page(asked)
    rules: list[Heuristic] = page.rows
    chosen = chosen or around
    ties = graph_index.near(chosen) if chosen else []
    return render(
        request,
        "learning/heuristics/graph.html",
        _sheet_context(asked, rules, around, chosen, ties)
        | _list_context(asked, page, around)
        | {"listing": listing},
    )


def _asked(listing: Any, given: QueryDict) -> Asked:
    """The list that is drawn, in its usual order and at its largest page."""
    rest = given.copy()
    for name in OWN:
        rest.pop(name, None)
    asked = params.read(listing, rest)
    return replace(asked, values={"limit": NODES, **asked.values})


def _number(given: QueryDict, name: str) -> int | None:
    """Raises Refused (400) where the parameter is no key of a rule."""
    text = given.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and int(text[:20]) <= INTEGER_MOST):
        raise Refused("bad_parameter", f"{name} must be the number of a rule, not {text[:60]!r}.")
    return int(text)


def _around(pk: int) -> Page:
    """A rule, what is near it, and what is near that; at most a sheet. Raises Refused (404)."""
    first = graph_index.near(pk)
    second = graph_index.near_all([tie.pk for tie in first])
    wanted = [pk, *(tie.pk for tie in first), *(t.pk for ties in second.values() for t in ties)]
    keys = list(dict.fromkeys(wanted))[:NODES]
    rules = Heuristic.objects.filter(pk__in=keys).order_by("-confidence", "pk")
    found = list(rules)
    if pk not in {rule.pk for rule in found}:
        raise Refused("not_found", f"There is no rule {pk}.", status=404)
    return Page(found, "", "")


def _sheet_context(
    asked: Asked,
    rules: list[Heuristic],
    around: int | None,
    chosen: int | None,
    ties: list[Tie],
) -> dict[str, Any]:
    base = _query(asked, around)
    stages = {rule.pk: stage_of(rule) for rule in rules}
    dots = [
        Dot(r.pk, r.rule, r.domain, r.confidence or 0.0, stages[r.pk], _choose(base, r.pk))
        for r in rules
    ]
    lines = lines_among({r.pk: r.domain for r in rules}, Index((r.pk, r.rule) for r in rules))
    drawn = sheet(dots, lines, chosen, ties) if dots else ""
    return {
        "drawn": drawn,
        "rows": _rows(rules, stages, lines, base),
        "asked_rule": chosen,
        "chosen": _chosen(chosen, rules),
        "near": _neighbours(ties, rules, base),
        "lines": len(lines),
        "most": MOST_LINES,
        "legend": [stage for stage in STAGES if stage in set(stages.values())],
    }


def _rows(
    rules: list[Heuristic], stages: dict[int, str], lines: list[Line], base: str
) -> list[Row]:
    ends: dict[int, int] = {}
    for line in lines:
        for pk in (line.one, line.other):
            ends[pk] = ends.get(pk, 0) + 1
    return [Row(r, stages[r.pk], ends.get(r.pk, 0), _choose(base, r.pk)) for r in rules]


def _chosen(pk: int | None, rules: list[Heuristic]) -> dict[str, Any] | None:
    """The chosen rule with what its leaf needs; None for none, or none that is here."""
    if pk is None:
        return None
    rule = next((r for r in rules if r.pk == pk), None) or Heuristic.objects.filter(pk=pk).first()
    if rule is None:
        return None
    a, b = posterior_of(rule)
    stage = stage_of(rule)
    return {"rule": rule, "stage": stage, "a": a, "b": b, "hue": hue_of(stage)}


def _neighbours(ties: list[Tie], rules: list[Heuristic], base: str) -> list[Neighbour]:
    here = {rule.pk: rule for rule in rules}
    missing = [tie.pk for tie in ties if tie.pk not in here]
    others = Heuristic.objects.in_bulk(missing) if missing else {}
    return [
        Neighbour(rule, tie.share, ", ".join(tie.words), _choose(base, tie.pk), tie.pk in here)
        for tie in ties
        if (rule := here.get(tie.pk) or others.get(tie.pk))
    ]


def _query(asked: Asked, around: int | None) -> str:
    """What keeps this sheet in an address: "" for all rules."""
    return f"?around={around}" if around else _own(asked.url())


def _own(url: str) -> str:
    """The query of a list's address, for this page."""
    _, mark, rest = url.partition("?")
    return mark + rest


def _choose(base: str, pk: int) -> str:
    return f"{base}{'&' if base else '?'}rule={pk}#near"


def _list_context(asked: Asked, page: Page, around: int | None) -> dict[str, Any]:
    if around:
        return {"around": around, "list_url": "/heuristics/"}
    facets = facets_of(asked.listing)
    count = query.count(asked, page).of(asked.listing.one, asked.listing.many)
    chips = [chip._replace(url=ADDRESS + _own(chip.url)) for chip in said.chips_of(asked, facets)]
    return {
        "fields": fields_of(asked, facets),
        "shown": SHOWN,
        "chips": chips,
        "counted": count,
        "order": said.order_words(asked.listing, asked.order),
        "list_url": asked.url(limit=None),
        "next": ADDRESS + _own(asked.url(after=page.next)) if page.next else "",
        "back": ADDRESS + _own(asked.url(before=page.back)) if page.back else "",
    }
