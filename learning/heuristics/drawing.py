"""The evidence chart: what a rule carried, what its evidence supported, who graded. SVG only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.html import escape
from django.utils.safestring import SafeString

from elfsite.charts.glyphs import OUTCOMES, sign
from elfsite.charts.leaf import interval
from elfsite.charts.numbers import ruler, short
from elfsite.charts.scale import scalebar
from learning.heuristics.history import Past
from learning.heuristics.lifecycle import GOLDEN_CONFIDENCE

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 790, 62, 10, 10, 268
LANES = ("human", "ci", "tool", "agent")
LANE = 15  # user units between two lanes of strokes
TICKS = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
LOWEST = (0.4, 0.2, 0.0)  # where the ruler may begin: the first that shows every value
LEAD = timedelta(hours=1)  # before the first change, so that its point stands off the axis
EDGES = 6  # segments of the time bar

Scale = Callable[[float], float]


@dataclass(frozen=True)
class Sheet:
    """The scales of one chart: time to x, share to y (the house ruler), and its lanes."""

    start: datetime
    end: datetime
    lowest: float
    lanes: tuple[str, ...]

    def x(self, at: datetime) -> float:
        part = (at - self.start) / max(self.end - self.start, timedelta(seconds=1))
        return LEFT + min(1.0, max(0.0, part)) * (WIDTH - LEFT - RIGHT)

    def y(self, share: float) -> float:
        low, high = ruler(self.lowest), ruler(1)
        part = (ruler(min(1.0, max(self.lowest, share))) - low) / (high - low)
        return BOTTOM - part * (BOTTOM - TOP)

    @property
    def foot(self) -> float:
        return BOTTOM + 20 + LANE * len(self.lanes)

    @property
    def height(self) -> float:
        return self.foot + 32


def evidence_chart(
    past: Sequence[Past],
    carried: float,
    now: datetime,
    href_of: Callable[[Past], str],
    start: datetime | None = None,
) -> SafeString:
    """Carried confidence as steps, the 90 % interval as ribbon, each change as a linked point.

    *past* is oldest first and not empty; the time axis begins at *start*, or with its first row.
    """
    sheet = _sheet(past, carried, now, start)
    inner = (
        _ground(sheet)
        + _ribbon(sheet, past)
        + _steps(sheet, past, carried)
        + "".join(_stem(sheet, each) for each in past)
        + "".join(_point(sheet, each, href_of(each)) for each in past)
        + _strokes(sheet, past)
        + scalebar(LEFT, WIDTH - RIGHT, sheet.foot, _times(sheet))
    )
    words = (
        f"Confidence from {past[0].update.old_confidence:.3f} to {carried:.3f} over "
        f"{len(past)} changes, with what the evidence supported; the ledger below is the same "
        "as a table"
    )
    return SafeString(
        f'<svg class="plate-svg wide evidence" viewBox="0 0 {WIDTH} {sheet.height:g}"'
        f' role="group" aria-label="{escape(words)}">{inner}</svg>'
    )


def _sheet(past: Sequence[Past], carried: float, now: datetime, start: datetime | None) -> Sheet:
    shares = [carried, *(each.update.new_confidence for each in past)]
    shares.append(interval(*past[-1].shape).low)
    lowest = next((low for low in LOWEST if min(shares) >= low), LOWEST[-1])
    classes = {each.graded_by for each in past} - {""}
    others = tuple(sorted(classes - set(LANES)))
    first = max(past[0].at - LEAD, start) if start else past[0].at - LEAD
    return Sheet(first, max(now, past[-1].at), lowest, (*LANES, *others))


def _ground(sheet: Sheet) -> str:
    top, gold = sheet.y(1), sheet.y(GOLDEN_CONFIDENCE)
    width = WIDTH - LEFT - RIGHT
    out = [
        f'<rect class="gate" x="{LEFT}" y="{short(top)}" width="{width}"'
        f' height="{short(gold - top)}"/>'
    ]
    for tick in TICKS:
        if tick >= sheet.lowest:
            y = sheet.y(tick)
            out.append(
                f'<path class="grid" d="M{LEFT} {short(y)}H{WIDTH - RIGHT}"/>'
                f'<text class="t3" x="{LEFT - 8}" y="{short(y + 4.5)}"'
                f' text-anchor="end">{tick:g}</text>'
            )
    return "".join(out)


def _ribbon(sheet: Sheet, past: Sequence[Past]) -> str:
    """What the evidence supported, 5 to 95 %, from each change to the next."""
    upper, lower = [], []
    ends = [each.at for each in past[1:]] + [sheet.end]
    for each, end in zip(past, ends, strict=True):
        at = interval(*each.shape)
        for moment in (each.at, end):
            x = short(sheet.x(moment), 1)
            upper.append(f"{x} {short(sheet.y(at.high), 1)}")
            lower.append(f"{x} {short(sheet.y(at.low), 1)}")
    return f'<path class="ribbon" d="M{"L".join([*upper, *reversed(lower)])}Z"/>'


def _steps(sheet: Sheet, past: Sequence[Past], carried: float) -> str:
    first = sheet.y(past[0].update.old_confidence)
    path = [f"M{short(sheet.x(sheet.start), 1)} {short(first, 1)}"]
    path += [
        f"H{short(sheet.x(each.at), 1)}V{short(sheet.y(each.update.new_confidence), 1)}"
        for each in past
    ]
    # what another database changed without a row in its ledger shows as a last step
    path.append(f"H{short(sheet.x(sheet.end), 1)}V{short(sheet.y(carried), 1)}")
    return f'<path class="carried" d="{"".join(path)}"/>'


def _stem(sheet: Sheet, each: Past) -> str:
    """How far an outcome asked to go."""
    raw = each.update.raw_target_confidence
    if raw is None or each.update.rate_limited or not each.graded_by:
        return ""
    x, y = sheet.x(each.at), sheet.y(each.update.new_confidence)
    end = short(sheet.y(raw), 1)
    return f'<path class="stem" d="M{short(x, 1)} {short(y, 1)}V{end}M{short(x - 2, 1)} {end}h4"/>'


def _point(sheet: Sheet, each: Past, href: str) -> str:
    update = each.update
    x, y = sheet.x(each.at), sheet.y(update.new_confidence)
    said = "limited" if update.rate_limited else update.update_type
    word = sign(OUTCOMES, said).word
    label = f"{word}, {update.new_confidence:.3f}, {each.at:%Y-%m-%d %H:%M}"
    if each.graded_by:
        label += f", graded by {each.graded_by}"
    return (
        f'<a href="{escape(href)}" aria-label="{escape(label)}"><title>{escape(label)}</title>'
        f"{_shape(said, x, y)}</a>"
    )


def _shape(said: str, x: float, y: float) -> str:
    left, up = short(x - 5, 1), short(y - 4, 1)
    if said == "success":
        return f'<circle class="pt-ok" cx="{short(x, 1)}" cy="{short(y, 1)}" r="3.6"/>'
    if said == "failure":
        return f'<path class="pt-bad" d="M{left} {up}h10l-5 9z"/>'
    if said == "contradiction":
        return f'<path class="pt-con" d="M{left} {short(y - 5, 1)}h10v10h-10z"/>'
    if said == "decay":
        return (
            f'<path class="pt-cold" d="M{short(x, 1)} {short(y - 6, 1)}v12'
            f'm-5.2 -9l10.4 6m0 -6l-10.4 6"/>'
        )
    ring = f'<circle class="pt-lim" cx="{short(x, 1)}" cy="{short(y, 1)}" r="3.6"/>'
    if said == "limited":
        return f'{ring}<path class="pt-lim" d="M{short(x - 6, 1)} {short(y - 7, 1)}h12"/>'
    return ring  # revived, set by hand, reset, merged


def _strokes(sheet: Sheet, past: Sequence[Past]) -> str:
    """Who graded: a lane for each class, a stroke for each outcome."""
    out = []
    for number, lane in enumerate(sheet.lanes):
        y = BOTTOM + 20 + number * LANE
        out.append(
            f'<text class="t3" x="{LEFT - 8}" y="{y + 1}" text-anchor="end">{escape(lane)}</text>'
            f'<path class="grid" d="M{LEFT} {y - 4}H{WIDTH - RIGHT}"/>'
        )
        for each in past:
            if each.graded_by == lane:
                x = short(sheet.x(each.at), 1)
                out.append(f'<path class="graded{_how(each)}" d="M{x} {y - 10}v11"/>')
    return "".join(out)


def _how(each: Past) -> str:
    if each.update.rate_limited:
        return " lim"
    return "" if each.update.update_type == "success" else " bad"


def _times(sheet: Sheet) -> list[str]:
    """Words under the time bar: dates where days pass, hours where only hours do."""
    step = (sheet.end - sheet.start) / EDGES
    form = "%H:%M" if sheet.end - sheet.start < timedelta(days=2) else "%d %b"
    if sheet.end - sheet.start > timedelta(days=300):
        form = "%b %Y"
    words = [f"{sheet.start + i * step:{form}}".lstrip("0") for i in range(EDGES)]
    return [*words, "now"]
