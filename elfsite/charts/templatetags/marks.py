"""What every template may use without loading it: signs, times, numbers, long texts, drawings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

from elfsite.charts import clock, glyphs, prose
from elfsite.charts.figure import figbox as draw_figbox
from elfsite.charts.figure import split_path
from elfsite.charts.leaf import confidence_cell
from elfsite.charts.pulse import Beat
from elfsite.charts.pulse import pulse as draw_pulse
from elfsite.charts.spark import spark as draw_spark

register = template.Library()


@register.simple_tag
def sprite() -> SafeString:
    """Every glyph and pattern; once per page, in the frame."""
    return glyphs.sprite()


@register.simple_tag
def glyph(name: str) -> SafeString:
    """``{% glyph "seek" %}``: one glyph, hidden from screen readers."""
    return glyphs.use(name)


@register.simple_tag
def mark(family: str, value: object, boxed: bool = False) -> SafeString:
    """``{% mark "state" run.status boxed=True %}``: for the title of a page."""
    return glyphs.mark_of(family, value, boxed=boxed)


@register.filter
def sign(value: object, family: str) -> SafeString:
    """``{{ row.severity|sign:"severity" }}``: the mark of a word in one of ``glyphs.FAMILIES``."""
    return glyphs.mark_of(family, value)


@register.filter
def scent(value: object) -> SafeString:
    return glyphs.mark_of("scent", value)


@register.filter
def state(value: object) -> SafeString:
    return glyphs.mark_of("state", value)


@register.filter
def alert(value: object) -> SafeString:
    return glyphs.mark_of("alert", value)


@register.filter
def stage(value: object) -> SafeString:
    return glyphs.mark_of("stage", value)


@register.filter
def trust(value: object) -> SafeString:
    return glyphs.mark_of("trust", value)


@register.filter
def severity(value: object) -> SafeString:
    return glyphs.mark_of("severity", value)


@register.filter
def fraud(value: object) -> SafeString:
    return glyphs.mark_of("fraud", value)


@register.filter
def path(value: object) -> SafeString:
    """A path: the folder recedes, the file speaks."""
    folder, name = split_path(str(value or ""))
    before = f"<i>{escape(folder)}</i>" if folder else ""
    return SafeString(f'<span class="path">{before}{escape(name)}</span>')


@register.filter
def genus(value: object) -> SafeString:
    """A domain, written as genera are: in italics."""
    return SafeString(f'<i class="genus">{escape(str(value))}</i>' if value else "")


@register.filter
def ago(value: object, never: str = "–") -> SafeString:
    """``{{ row.created_at|ago }}``: "3 min ago" with the absolute time in the tooltip."""
    return clock.ago(value, never)


@register.filter
def age(value: object) -> SafeString:
    """How long ago in few letters, for a feed: "3 min"."""
    return clock.age(value)


@register.filter
def at(value: object) -> SafeString:
    """The absolute time in UTC."""
    return clock.at(value)


@register.filter
def num(value: object, places: int | None = None) -> str:
    """Thousands separators; *places* decimals for a share or a rate. None is "–"."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if places is not None:
        return f"{value:,.{places}f}".replace("-", "−")
    whole = isinstance(value, int) or value.is_integer()
    text = f"{value:,.0f}" if whole else f"{value:,.3f}".rstrip("0")
    return text.replace("-", "−")


@register.filter
def words(value: str) -> list[str]:
    """``{% for word in "light dark"|words %}``: the words of a literal."""
    return value.split()


@register.filter
def plural(count: int, word: str) -> str:
    """``{{ n|plural:"rule" }}``: "1 rule", "1,902 rules"; ``"entry,entries"`` for odd ones."""
    one, _, many = word.partition(",")
    return f"{num(count)} {one if count == 1 else many or one + 's'}"


@register.filter
def markdown(value: object) -> SafeString:
    """A long text of people or agents, drawn safely."""
    return prose.markdown(value)


@register.filter(name="json")
def json_block(value: Any) -> SafeString:
    """A parsed JSON value, indented and marked; stands in ``<pre>``."""
    return prose.json_lines(value)


@register.simple_tag
def pulse(beats: Sequence[Beat] = ()) -> SafeString:
    """``{% pulse beats %}``: the last two minutes."""
    return draw_pulse(beats)


@register.simple_tag
def spark(values: Sequence[float | None], unit: str = "", span: str = "") -> SafeString:
    """``{% spark days span="30 days" %}``: a value per day, oldest first."""
    return draw_spark(values, unit=unit, span=span)


@register.simple_tag
def confidence(value: object, a: float, b: float, hue: str = "leaf") -> SafeString:
    """``{% confidence rule.confidence a b hue=hue %}``: leaf, pin and number of a row."""
    return confidence_cell(value, a, b, hue=hue)


@register.simple_block_tag
def plate(
    content: str,
    title: str,
    sub: str = "",
    level: int = 2,
    kind: str = "",
    href: str = "",
    more: str = "",
) -> SafeString:
    """A ruled section: ``{% plate "Hotspots" sub="…" href=url more="Trails" %} … {% endplate %}``.

    *kind* ``sub`` gives the thin rule; *href* and *more* make the link at the right end.
    """
    under = f"<p>{escape(sub)}</p>" if sub else ""
    link = f'<span class="push"><a href="{escape(href)}">{escape(more)}</a></span>' if href else ""
    return SafeString(
        f'<section class="plate {escape(kind)}"><header><h{level}>{escape(title)}</h{level}>'
        f"{under}{link}</header>{content}</section>"
    )


@register.simple_block_tag
def scroller(content: str, label: str, kind: str = "") -> SafeString:
    """A box that scrolls sideways on a narrow sheet and that the keyboard reaches."""
    return SafeString(
        f'<div class="scroll-x {escape(kind)}" tabindex="0" role="region"'
        f' aria-label="{escape(label)}">{content}</div>'
    )


@register.simple_block_tag
def figbox(content: str, label: str) -> SafeString:
    """A box for a drawing that keeps its size and scrolls."""
    return draw_figbox(label, content)
