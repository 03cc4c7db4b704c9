"""Every write about people. Each function proves who asks, writes once, and leaves one event."""

from __future__ import annotations

from game.players.services.entry import (
    accept_first_admin,
    accept_invitation,
    first_admin_link,
    invite,
    make_password_link,
    renew_password,
    withdraw_invitation,
)
from game.players.services.from_github import (
    link_github,
    refresh_from_github,
    sign_up_from_github,
    unlink_github,
)
from game.players.services.people import (
    change_settings,
    note_sign_in,
    set_active,
    set_password,
    set_role,
)
from game.players.services.rules import active_admins

__all__ = [
    "accept_first_admin",
    "accept_invitation",
    "active_admins",
    "change_settings",
    "first_admin_link",
    "invite",
    "link_github",
    "make_password_link",
    "note_sign_in",
    "refresh_from_github",
    "renew_password",
    "set_active",
    "set_password",
    "set_role",
    "sign_up_from_github",
    "unlink_github",
    "withdraw_invitation",
]
