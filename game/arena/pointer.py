"""The cursor that a player carries, as every page shows it.

It is kept in the session beside the row of the pilot, because a page must not ask the database for
a decoration: every browser takes it over when it signs in and on the pages of the game.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from game.arena.access import plays
from game.arena.arms import arm_named
from game.arena.models import Pilot
from game.players.models import User

KEY = "arena_cursor"
PLAIN = "default"


def take_over(request: HttpRequest, player: User) -> None:
    """Show from now on what *player* has equipped; the session is written only if that changed."""
    row = Pilot.objects.filter(pk=player.pk).values_list("cursor", flat=True).first()
    code = row or PLAIN
    if request.session.get(KEY, PLAIN) != code:
        request.session[KEY] = code


def carried(request: HttpRequest, user: Any) -> str:
    """The code of the cursor that pages show to *user*; "" for the plain one and with the game
    off. Asks no database."""
    session = getattr(request, "session", None)
    if session is None or not plays(user):
        return ""
    code = str(session.get(KEY, PLAIN))
    return code if code != PLAIN and arm_named("cursor", code) else ""


@receiver(user_logged_in)
def on_sign_in(sender: Any, request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    """A new session begins with the cursor in use."""
    if request is not None and plays(user):
        take_over(request, user)
