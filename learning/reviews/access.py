"""Who may govern: people by their role; the product itself (a name, or None) where code calls."""

from __future__ import annotations

from typing import Any

from elfsite.errors import Refused
from game.players.models import User

SAID_LIMIT = 2000  # characters of a reason that somebody gives


def only_stewards(actor: Any, act: str) -> None:
    """Raises Refused 403 for a person who does not govern; a name or None is the product itself."""
    if isinstance(actor, User) and not (actor.is_active and actor.is_steward):
        raise Refused("stewards_only", f"Only stewards {act}.", status=403)


def a_steward(actor: Any, act: str) -> User:
    """The person who answers for an act that no program may do. Raises Refused 403."""
    if not isinstance(actor, User):
        raise Refused("people_only", f"Only people {act}.", status=403)
    only_stewards(actor, act)
    return actor


def said(reason: str, *, least: str = "") -> str:
    """A reason as it is kept: stripped. Raises Refused when it is longer than SAID_LIMIT, and
    when it is empty although *least* says what it is wanted for."""
    text = (reason or "").strip()
    if len(text) > SAID_LIMIT:
        raise Refused("too_long", f"A reason has at most {SAID_LIMIT} characters.")
    if least and not text:
        raise Refused("no_reason", f"Say why: {least}.")
    return text
