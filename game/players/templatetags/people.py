"""What the sign-in page asks about people."""

from __future__ import annotations

from django import template

from game.players.services import active_admins

register = template.Library()


@register.simple_tag
def is_administered() -> bool:
    """Whether somebody administers this site; one question."""
    return active_admins().exists()
