"""A domain's capacity as a row of pots: one for each rule, with both limits."""

from __future__ import annotations

import math

from django.utils.safestring import SafeString

from elfsite.charts.figure import plate_svg

POTS = 40  # beyond, a pot stands for several rules
STEP, WIDE, TALL, TOP = 14, 11, 12, 7  # user units of a pot in an inbox's row


def pots(count: int, soft: int, hard: int, *, scale: float = 1.0) -> SafeString:
    """*count* rules against the soft limit (dashed) and the hard one; those above it stand out."""
    per = max(1, math.ceil(max(count, hard) / POTS))
    step, wide, tall, top = (unit * scale for unit in (STEP, WIDE, TALL, TOP))
    held, most = math.ceil(count / per), math.ceil(max(count, hard) / per)
    cells = [_pot(i, i * per, held, soft) for i in range(most)]
    boxes = "".join(
        f'<rect class="{kind}" x="{i * step:g}" y="{top:g}" width="{wide:g}" height="{tall:g}"/>'
        for i, kind in enumerate(cells)
    )
    borders = "".join(
        f'<path class="{kind}" d="M{limit / per * step - 1.5 * scale:g} {2 * scale:g}'
        f'V{24 * scale:g}"/>'
        for kind, limit in (("soft", soft), ("hard", hard))
    )
    label = f"{count} rules, soft limit {soft}, hard limit {hard}"
    label += f"; a square is {per} rules" if per > 1 else ""
    return SafeString(
        plate_svg("pots", max(most * step, 100 * scale), 26 * scale, label, boxes + borders)
    )


def _pot(place: int, first: int, held: int, soft: int) -> str:
    if place >= held:
        return "room"
    return "over" if first >= soft else "on"
