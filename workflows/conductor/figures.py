"""Drawings of runs and workflows: the graph of nodes, and the attempts over time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString

from elfsite.charts.figure import fit
from elfsite.charts.glyphs import STATES, Sign, sign
from elfsite.charts.numbers import short
from workflows.conductor.definition import END, START, Definition
from workflows.conductor.graph import Layout, Place, Route
from workflows.conductor.progress import (
    DROPPED,
    NOT_REACHED,
    OPEN,
    TAKEN,
    NodeView,
    Progress,
    Way,
    node_url,
)
from workflows.conductor.queries import LastRun
from workflows.conductor.sheet import (
    CONDITION_LETTER,
    CONDITION_LETTERS,
    DOT,
    LETTER,
    SIGN_ROOM,
    Sheet,
    lay_down,
)
from workflows.conductor.timeline import length

MARGIN = 4.0  # user units around a graph, so that strokes and tips are not cut
SHRINKS = (992.0, 1320.0)  # widths at which a graph may shrink by a quarter rather than scroll
LABEL = "Nodes and the edges between them"
# states that have a look of their own in the stylesheet; others are drawn as plain boxes
LOOKS = frozenset({"completed", "running", "pending", "skipped", "failed", "cancelled"})


def run_graph(progress: Progress, chosen: str) -> SafeString:
    """The graph of a run: nodes are links in the order of the layers, *chosen* is marked."""
    sheet = progress.sheet
    places = sheet.places
    boxes = "".join(
        _run_node(number, view, places[view.node.id], sheet, here=view.node.id == chosen)
        for number, view in enumerate(progress.nodes)
    )
    return _graph(sheet.layout, _ways(progress.ways, sheet.layout) + _dots(places) + boxes)


def definition_graph(definition: Definition, hrefs: Mapping[str, str] | None = None) -> SafeString:
    """The graph of a definition: each node leads to its row in the table of nodes.

    *hrefs* are the addresses of nodes by their ids instead; a node without one leads nowhere.
    """
    sheet = lay_down(definition.nodes, definition.edges)
    places = sheet.places
    boxes = []
    for number, node in enumerate(definition.nodes, 1):
        box = _box(places[node.id], sheet, node.name, node.words, "", None)
        look = "defined" if node.known else "pending"
        said = escape(node.name if sheet.flat else f"{node.name} {node.words}")
        href = f"#node-{number}" if hrefs is None else hrefs.get(node.id, "")
        drawn = f'<g class="node {look}" data-hue="ink">{box}</g>'
        boxes.append(f'<a href="{escape(href)}" aria-label="{said}">{drawn}</a>' if href else drawn)
    ways = _ways([Way(edge, TAKEN) for edge in definition.edges], sheet.layout)
    return _graph(sheet.layout, ways + _dots(places) + "".join(boxes))


STRIP, GROUND, HIGH = 26, 48, 40  # width of a run's bar with its gap, its foot, the tallest


def runs_strip(runs: Sequence[LastRun]) -> SafeString:
    """Runs as bars in the order given: a longer run stands higher, its sign below; each a link."""
    most = max((run.seconds or 0.0 for run in runs), default=0.0)
    bars = "".join(_run_bar(i * STRIP, run, most) for i, run in enumerate(runs))
    width, high = STRIP * len(runs), GROUND + 24
    return SafeString(
        f'<svg class="strip" viewBox="0 0 {width} {high}" width="{width}" height="{high}"'
        f' role="group" aria-label="Runs, oldest first, taller ones took longer">{bars}'
        f'<path class="axis" d="M0 {GROUND}H{width}"/></svg>'
    )


def _run_bar(x: float, run: LastRun, most: float) -> str:
    """Its height follows the logarithm of its time: runs differ by orders of magnitude."""
    known = sign(STATES, run.row.status)
    share = math.log1p((run.seconds or 0.0) * 1000) / (math.log1p(most * 1000) or 1.0)
    tall = 3 + HIGH * share
    said = escape(f"run {run.row.pk}, {known.word}" + (f", took {run.took}" * bool(run.took)))
    left = f"{x + 6:g}"
    return (
        f'<a href="/workflow-runs/{run.row.pk}/" aria-label="{said}">'
        f'<g data-hue="{known.hue}"><title>{said}</title>'
        f'<rect class="hit" x="{x:g}" y="0" width="{STRIP}" height="{GROUND + 24}"/>'
        f'<rect class="bar-run" x="{left}" y="{short(GROUND - tall)}" width="14"'
        f' height="{short(tall)}"/>'
        f'<svg class="ng" x="{left}" y="{GROUND + 6}" width="14" height="14" viewBox="0 0 16 16">'
        f'<use href="#g-{known.glyph}"/></svg></g></a>'
    )


def _graph(layout: Layout, inner: str) -> SafeString:
    width, height = short(layout.width + 2 * MARGIN), short(layout.height + 2 * MARGIN)
    css = "dag shrinks" if SHRINKS[0] < layout.width <= SHRINKS[1] else "dag"
    return SafeString(
        f'<svg class="{css}" viewBox="{-MARGIN:g} {-MARGIN:g} {width} {height}" width="{width}"'
        f' height="{height}" role="group" aria-label="{LABEL}">{inner}</svg>'
    )


def _run_node(number: int, view: NodeView, place: Place, sheet: Sheet, *, here: bool) -> str:
    look = "skipped" if view.state == NOT_REACHED else view.state
    more = view.node.words + (f", try {view.tries}" if view.tries > 1 else "")
    took = length(view.seconds) if view.seconds is not None else ""
    box = _box(place, sheet, view.node.name, more, took, view.sign)
    printed = [view.node.name] if sheet.flat else [view.node.name, more, took]
    said = escape(f"{' '.join(filter(None, printed))}, {view.sign.word}")
    css = " ".join(filter(None, ("node", look if look in LOOKS else "", "here" if here else "")))
    current = ' aria-current="true"' if here else ""
    return (
        f'<a id="n{number}" href="{escape(node_url(view.node.id))}"{current} aria-label="{said}">'
        f'<g class="{css}" data-hue="{view.sign.hue}">{box}</g></a>'
    )


def _box(place: Place, sheet: Sheet, name: str, more: str, right: str, shown: Sign | None) -> str:
    """A box with its spine, sign, name, and below it two words unless the sheet is flat."""
    x, y, wide, tall = place.x, place.y, sheet.wide, sheet.tall
    base = y + (18.5 if sheet.flat else 20)
    at = x + (30 if shown else 12)
    out = [
        f'<rect class="box" x="{short(x, 1)}" y="{short(y, 1)}" width="{short(wide, 1)}"'
        f' height="{tall:g}" rx="3"/>'
    ]
    if shown:
        edge, top, foot = short(x + 1.5, 1), short(y + 3, 1), short(y + tall - 3, 1)
        out.append(
            f'<path class="spine" d="M{edge} {top}V{foot}"/><svg class="ng" x="{short(x + 11, 1)}"'
            f' y="{short(base - 11, 1)}" width="13" height="13" viewBox="0 0 16 16">'
            f'<use href="#g-{shown.glyph}"/></svg>'
        )
    fitted = fit(name, wide - SIGN_ROOM, LETTER) or name[:8]
    full = f"<title>{escape(name)}</title>" if fitted != name else ""
    out.append(
        f'<text class="nn" x="{short(at, 1)}" y="{short(base, 1)}">{escape(fitted)}{full}</text>'
    )
    if not sheet.flat:
        low, room = short(y + 37, 1), wide - SIGN_ROOM + 4 - 6.5 * len(right)
        kind = escape(fit(more, room, 5.7))
        out.append(f' <text class="nk" x="{short(at, 1)}" y="{low}">{kind}</text>')
        out.append(
            f' <text class="nt" x="{short(x + wide - 8, 1)}" y="{low}" text-anchor="end">'
            f"{escape(right)}</text>"
        )
    return "".join(out)


def _dots(places: Mapping[str, Place]) -> str:
    """Where a run starts and where it ends."""
    out, half = [], DOT / 2
    for id, css, word in ((START, "start", "start"), (END, "end", "end")):
        if id in places:
            x, y = short(places[id].x + half), short(places[id].y + half)
            out.append(
                f'<g class="dot-{css}"><title>{word}</title>'
                f'<circle cx="{x}" cy="{y}" r="{half - 1:g}"/></g>'
            )
    return "".join(out)


def _ways(ways: Sequence[Way], layout: Layout) -> str:
    """Edges by what became of them, one path for each state; a taken one lies above the others.

    A loop is left to the table.
    """
    drawn = [pair for pair in zip(ways, layout.routes, strict=True) if pair[1].points]
    out = []
    for state in (DROPPED, OPEN, TAKEN):
        routes = [route for way, route in drawn if way.state == state]
        if routes:
            out.append(f'<path class="edge {state}" d="{"".join(map(_curve, routes))}"/>')
        if routes and state != DROPPED:
            out.append(f'<path class="tip {state}" d="{"".join(map(_tip, routes))}"/>')
    return "".join(out) + "".join(_condition(way, route) for way, route in drawn)


def _curve(route: Route) -> str:
    """Level at each point; between two of one height it is a straight line."""
    x, y = route.points[-1]
    points = (*route.points[:-1], (x + (5 if route.back else -5), y))
    out = [f"M{short(points[0][0], 1)} {short(points[0][1], 1)}"]
    for (x0, y0), (x1, y1) in pairwise(points):
        if abs(y0 - y1) < 0.05:
            out.append(f"H{short(x1, 1)}")
        else:
            m, end = short((x0 + x1) / 2, 1), short(y1, 1)
            out.append(f"C{m} {short(y0, 1)} {m} {end} {short(x1, 1)} {end}")
    return "".join(out)


def _tip(route: Route) -> str:
    x, y = route.points[-1]
    base = short(x + (6 if route.back else -6), 1)
    return f"M{base} {short(y - 4, 1)}L{short(x, 1)} {short(y, 1)} {base} {short(y + 4, 1)}z"


def _condition(way: Way, route: Route) -> str:
    """The words of a condition before the edge's end; cut ones whole in the tooltip."""
    words = way.edge.condition.strip()
    if not words:
        return ""
    shown = fit(words, CONDITION_LETTERS * CONDITION_LETTER, CONDITION_LETTER)
    x, y = route.points[-1]
    at, anchor = x - 9, "end"
    if route.back:  # before its end stand the words of the ways that leave the same box
        at, y, anchor = (x + route.points[0][0]) / 2, (y + route.points[0][1]) / 2, "middle"
    return (
        f'<text class="cond" x="{short(at)}" y="{short(y - 7)}" text-anchor="{anchor}">'
        f"<title>{escape(words)}</title>{escape(shown)}</text>"
    )
