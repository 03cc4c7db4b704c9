"""Who asks. Views prove it first, then call a service."""

from __future__ import annotations

from django.http import HttpRequest

from elfsite.errors import Refused
from game.players.models import User


def person_of(request: HttpRequest) -> User:
    """The person who is signed in. Raises Refused 401 for anybody else."""
    user = request.user
    if not isinstance(user, User):
        raise Refused("sign_in", "Sign in first.", status=401)
    return user


def admin_of(request: HttpRequest) -> User:
    """The administrator who is signed in. Raises Refused 403 for anybody else."""
    user = person_of(request)
    if user.role != "admin":
        raise Refused("admins_only", "This is for administrators.", status=403)
    return user
