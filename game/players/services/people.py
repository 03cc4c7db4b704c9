"""Roles, and what people change about themselves."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.timeline.log import write
from game.players.models import GameState, User
from game.players.services.rules import (
    TOPIC,
    claimed,
    exactly_one,
    keep_an_admin,
    known_role,
    only_admins,
)


def set_role(*, actor: User, user: User, role: str) -> None:
    """Make *user* a member, steward or admin. Admins only.

    Raises Refused: 409 for the last active administrator, for an unclaimed row, and when the role
    has changed since *user* was read.
    """
    only_admins(actor, "change a role")
    known_role(role)
    claimed(user)
    if user.role == role:
        return
    with write(actor) as w:
        if user.role == "admin":
            keep_an_admin(user)
        changed = User.objects.filter(pk=user.pk, role=user.role).update(
            role=role, is_superuser=role == "admin", governed_at=timezone.now()
        )
        exactly_one(changed)
        w.event(TOPIC, "set_role", user, f"{user.username} is now {role}", was=user.role, role=role)
    user.role, user.is_superuser = role, role == "admin"


def set_active(*, actor: User, user: User, active: bool) -> None:
    """Let somebody in again, or keep them out: their sessions and keys stop at once. Admins only.

    Raises Refused as set_role does.
    """
    only_admins(actor, "do this")
    claimed(user)
    if user.is_active == active:
        return
    with write(actor) as w:
        if not active:
            keep_an_admin(user)
        changed = User.objects.filter(pk=user.pk, is_active=not active).update(
            is_active=active, governed_at=timezone.now()
        )
        exactly_one(changed)
        verb, words = ("activated", "may sign in again") if active else ("deactivated", "is out")
        w.event(TOPIC, verb, user, f"{user.username} {words}")
    user.is_active = active


def change_settings(
    *,
    user: User,
    theme: str | None = None,
    density: str | None = None,
    shortcuts: bool | None = None,
    plays: bool | None = None,
) -> None:
    """Change what is given and differs; None leaves a setting as it is. Raises Refused 400."""
    _one_of("theme", theme, User.THEMES)
    _one_of("density", density, User.DENSITIES)
    given = {"theme": theme, "density": density, "shortcuts": shortcuts, "plays": plays}
    changes = {name: v for name, v in given.items() if v is not None and getattr(user, name) != v}
    if not changes:
        return
    with write(user) as w:
        User.objects.filter(pk=user.pk).update(**changes)
        words = ", ".join(changes)
        w.event(
            TOPIC, "changed_settings", user, f"{user.username} changed {words}", changes=changes
        )
    for name, value in changes.items():
        setattr(user, name, value)


def set_password(*, user: User, password: str) -> None:
    """Keep a password that the form has checked; the person's other sessions end with the old."""
    hashed = make_password(password)
    with write(user) as w:
        User.objects.filter(pk=user.pk).update(password=hashed)
        w.event(TOPIC, "set_password", user, f"{user.username} changed their password")
    user.password = hashed


def note_sign_in(*, user: User) -> None:
    """Somebody is in: the first time makes their game state."""
    if GameState.objects.filter(pk=user.pk).exists():
        return
    with write(user) as w:
        _, made = GameState.objects.get_or_create(pk=user.pk)
        if made:
            w.event(TOPIC, "joined", user, f"{user.username} signed in for the first time")


def _one_of(name: str, value: str | None, choices: tuple[str, ...]) -> None:
    if value is not None and value not in choices:
        raise Refused("bad_setting", f"{name} is one of {', '.join(choices)}.")
