"""People for tests."""

from __future__ import annotations

from typing import Any

from game.players.models import User

PASSWORD = "field station 7"


def make_person(login: str, role: str = "member", **fields: Any) -> User:
    """Somebody who signs in as *login* with PASSWORD."""
    return User.objects.create_user(
        login, PASSWORD, role=role, is_superuser=role == "admin", **fields
    )


def make_imported(github_id: int, username: str = "octo-old") -> User:
    """A row as an import or a raw INSERT leaves it: inactive, without login and password."""
    return User.objects.create(
        github_id=github_id, username=username, password="!", is_active=False, origin_key="7"
    )
