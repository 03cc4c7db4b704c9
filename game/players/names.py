"""Names to sign in with, and passwords: what is allowed, and why not. No database in here."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from itertools import count

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from elfsite.errors import Refused
from game.players.models import User

LOGIN_LIMIT = 64  # characters; GitHub's own names end at 39
PASSWORD_LIMIT = 1_000  # characters; beyond it is no password but a load on the hash
LOGIN = re.compile(rf"[a-z0-9][a-z0-9._@+-]{{0,{LOGIN_LIMIT - 1}}}")


def clean_login(text: str) -> str:
    """The name in the form in which it is kept (lower case). Raises Refused ``bad_login``."""
    login = text.strip().lower()
    if not LOGIN.fullmatch(login):
        raise Refused(
            "bad_login",
            f"A name to sign in with has 1 to {LOGIN_LIMIT} characters: letters a to z, digits, "
            "and . _ @ + - after the first.",
        )
    return login


def check_password(password: str, login: str) -> None:
    """Raises Refused ``weak_password`` with every reason."""
    if len(password) > PASSWORD_LIMIT:
        raise Refused("weak_password", f"A password has at most {PASSWORD_LIMIT:,} characters.")
    try:
        validate_password(password, User(login=login, username=login))
    except ValidationError as error:
        raise Refused("weak_password", " ".join(error.messages)) from None


def login_from(name: str) -> str:
    """A foreign name as one of ours: what is not allowed is left out; never empty."""
    allowed = re.sub(r"[^a-z0-9._@+-]", "", name.lower())
    return allowed.lstrip("._@+-")[: LOGIN_LIMIT - 4] or "person"


def variants(login: str, most: int = 100) -> Iterator[str]:
    """``octo``, ``octo-2``, ``octo-3`` … for a name that may be taken."""
    yield login
    for number in count(2):
        if number > most:
            return
        yield f"{login}-{number}"


def first_free(login: str, taken: Container[str | None]) -> str:
    """The first variant that is not taken. Raises Refused ``login_taken`` when all are."""
    for name in variants(login):
        if name not in taken:
            return name
    raise Refused("login_taken", f"“{login}” and its variants are taken.", status=409)
