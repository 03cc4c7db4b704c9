"""What the services about people share: who may ask, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError
from django.db.models import QuerySet

from elfsite.errors import Refused
from game.players.models import User

TOPIC = "players"  # of every event about people


def active_admins() -> QuerySet[User]:
    """The people who can administer this site now."""
    return User.objects.filter(role="admin", is_active=True)


def only_admins(actor: User, act: str) -> None:
    """Raises Refused 403 unless *actor* is an active administrator."""
    if not (actor.is_active and actor.role == "admin"):
        raise Refused("admins_only", f"Only administrators {act}.", status=403)


def known_role(role: str) -> None:
    """Raises Refused 400 for a word that is no role."""
    if role not in User.ROLES:
        raise Refused("bad_role", f"A role is one of {', '.join(User.ROLES)}.")


def claimed(user: User) -> None:
    """Raises Refused 409 for an imported row whom nobody has signed in as."""
    if user.is_unclaimed:
        raise Refused(
            "unclaimed",
            f"{user.username} came with another database and has not signed in here.",
            status=409,
        )


def keep_an_admin(user: User) -> None:
    """Refuse to take the last administrator. The rows are locked in one order, so that two who
    take each other's role at the same time wait instead of both succeeding."""
    admins = list(active_admins().select_for_update().order_by("pk").values_list("pk", flat=True))
    if admins == [user.pk]:
        raise Refused(
            "last_admin",
            f"{user.username} is the only active administrator. Make another one first.",
            status=409,
        )


def exactly_one(changed: int) -> None:
    """Raises Refused 409 when a compare-and-set found another state than the one it was shown."""
    if changed != 1:
        raise Refused("changed_meanwhile", "This has changed since you looked.", status=409)


@contextmanager
def one_of_two() -> Iterator[None]:
    """Of two people who take one name or one account at the same moment, one is refused."""
    try:
        yield
    except IntegrityError:
        raise Refused(
            "taken_meanwhile", "Somebody else took this in the same moment. Try again.", status=409
        ) from None
