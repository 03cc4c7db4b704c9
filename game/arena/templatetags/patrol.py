"""Small drawing helpers of the boards."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from game.arena.boards import Row

register = template.Library()


@register.filter
def parts(row: Row, most: int) -> tuple[int, int, int]:
    """(width of the sorties, start of the care, its width) in hundredths of the longest row."""
    whole = max(1, most)
    sortie = max(0, 100 * row.sortie // whole)
    care = max(0, 100 * row.care // whole)
    return sortie, min(100, sortie + 1), min(care, max(0, 99 - sortie))


@register.filter
def film(films: Mapping[int, int], player: int) -> int | None:
    """The replay of *player* among *films*."""
    return films.get(player)


@register.filter
def signed(points: int) -> str:
    """Points with their sign, set as the look sets it: +40, −25."""
    return f"+{points:,}" if points >= 0 else f"−{-points:,}"
