"""Attempts over time: fluid, x in per cent, text at its own size. Idle time is cut, and the cut
is drawn (look §5)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString

from elfsite.charts.clock import span
from elfsite.charts.glyphs import STATES, sign
from workflows.conductor.progress import Attempt, NodeView, node_url
from workflows.conductor.timeline import Axis, length

ROW, TOP = 24, 30  # height of a row, and of the scale above the first
LEAST_BAR = 0.4  # per cent of the axis; a shorter attempt would not be seen
LENGTH_ROOM = 9.0  # per cent of the axis that the words inside a bar need


def gantt(nodes: Sequence[NodeView], axis: Axis, now: float | None, chosen: str) -> SafeString:
    """Names and bars, one row per node, in the order of *nodes*; *now* draws the now line."""
    height = TOP + ROW * len(nodes) + 6
    names = "".join(_name(view, view.node.id == chosen) for view in nodes)
    rows = "".join(_row(i, view, axis, now) for i, view in enumerate(nodes))
    inner = _scale(axis, height) + "".join(_cut(cut.at, cut.seconds, height) for cut in axis.cuts)
    inner += _now(axis.place(now), height) if now is not None else ""
    idle = sum(cut.seconds for cut in axis.cuts)
    said = f"Attempts over {length(axis.busy)} of work"
    said += f"; {span(idle)} of idle time are cut out" if idle else ""
    return SafeString(
        f'<div class="gantt"><ul class="gantt-names">{names}</ul>'
        f'<svg class="gantt-svg" width="100%" height="{height}" role="img"'
        f' aria-label="{escape(said)}">{inner}{rows}</svg></div>'
    )


def _percent(share: float) -> str:
    return f"{share * 100:.3f}%"


def _name(view: NodeView, here: bool) -> str:
    current = ' aria-current="true"' if here else ""
    name = escape(view.node.name)
    return f'<li><a href="{escape(node_url(view.node.id))}"{current} title="{name}">{name}</a></li>'


def _scale(axis: Axis, height: int) -> str:
    out = []
    for i, (tick, after) in enumerate(pairwise(axis.ticks)):
        if any(tick.at < cut.at < after.at for cut in axis.cuts):
            continue
        css = "on" if i % 2 == 0 else "off"
        out.append(
            f'<rect class="{css}" x="{_percent(tick.at)}" y="20"'
            f' width="{_percent(after.at - tick.at)}" height="5"/>'
        )
    named = [tick for tick in axis.ticks if tick.label]
    for i, tick in enumerate(named):
        x = _percent(tick.at)
        out.append(f'<line class="grid" x1="{x}" x2="{x}" y1="26" y2="{height}"/>')
        css = "t3 odd" if i % 2 else "t3"
        out.append(f'<text class="{css}" x="{x}" y="14">{escape(tick.label)}</text>')
    return "".join(out)


def _cut(at: float, seconds: float, height: int) -> str:
    return (
        f'<svg x="{_percent(at)}" y="0" width="1" height="{height}" overflow="visible">'
        f"<title>{escape(span(seconds))} idle</title>"
        f'<rect class="cutbox" x="-9" y="16" width="18" height="{height - 16}"/>'
        '<path class="cut" d="M-7 16l-4 4.500 8 5-4 4.500M7 16l-4 4.500 8 5-4 4.500"/>'
        f'<path class="cutline" d="M-9 32V{height}M9 32V{height}"/></svg>'
    )


def _now(at: float, height: int) -> str:
    x = _percent(at)
    return (
        f'<line class="now" x1="{x}" x2="{x}" y1="20" y2="{height}"/>'
        f'<text class="t1 nowword" x="{x}" y="14" dx="4">now</text>'
    )


def _row(number: int, view: NodeView, axis: Axis, now: float | None) -> str:
    y = TOP + number * ROW + 4
    bars = "".join(_bar(a, n, axis, y) for n, a in enumerate(view.attempts, 1))
    if bars:
        return bars
    if view.attempts:
        words = "no readable time"
    else:
        words = "waits" if view.state == "pending" else view.state
    if now is None:
        return f'<text class="t3" x="0" dx="4" y="{y + 13}">{escape(words)}</text>'
    at = _percent(axis.place(now))
    return f'<text class="t3" x="{at}" dx="4" y="{y + 13}">{escape(words)}</text>'


def _bar(attempt: Attempt, number: int, axis: Axis, y: int) -> str:
    if attempt.start is None:
        return ""
    left = axis.place(attempt.start) * 100
    right = axis.place(attempt.end if attempt.end is not None else attempt.start) * 100
    width = max(LEAST_BAR, right - left)
    known = sign(STATES, attempt.status)
    took = length(attempt.seconds) if attempt.seconds is not None else "end not recorded"
    said = f"attempt {number}: {known.word}, {took}"
    place = f'x="{left:.2f}%" y="{y}" width="{width:.2f}%" height="{ROW - 7}"'
    hue = f'data-hue="{known.hue}"><title>{escape(said)}</title>'
    inner = _inside(attempt.status, width, took)
    if not inner:
        return f'<rect class="bar {escape(attempt.status)} fill" rx="2" {place} {hue}</rect>'
    fill = '<rect class="fill" width="100%" height="100%" rx="2"/>'
    return f'<svg class="bar {escape(attempt.status)}" {place} {hue}{fill}{inner}</svg>'


def _inside(status: str, width: float, took: str) -> str:
    """What a bar of *width* per cent shows on its ground: hatching and sign, or its length."""
    if status == "completed" and width > LENGTH_ROOM:
        return f'<text class="len" x="6" y="13">{escape(took)}</text>'
    if status != "failed":
        return ""
    hatch = '<rect class="hatch2" width="100%" height="100%" rx="2"/>'
    if width <= LENGTH_ROOM / 4:
        return hatch
    return (
        f'{hatch}<svg x="4" y="2.5" width="12" height="12" viewBox="0 0 16 16" class="barglyph">'
        '<use href="#g-failed"/></svg>'
    )
