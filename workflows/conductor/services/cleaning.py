"""What agents send, made fit to be kept: bounded, storable, without secrets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from elfsite.errors import Refused
from elfsite.origins import seedjson
from workflows.sessions.redaction import redact_keys

NAME_MOST = 200  # characters
DEEPEST = 50  # levels of an object


def clean_text(text: str, most: int) -> str:
    """*text* without secrets, NUL and halves of letters; cut at *most*, which it says itself."""
    plain = redact_keys(_storable(str(text or "")))
    if len(plain) <= most:
        return plain
    note = f"\n[cut: {len(plain):,} characters]"
    return plain[: most - len(note)] + note


def short_text(field: str, value: str | None) -> str:
    """A name in one line. Raises Refused 400 for more than NAME_MOST characters."""
    text = " ".join(_storable(str(value or "")).split())
    if len(text) > NAME_MOST:
        raise Refused("too_long", f"{field} has at most {NAME_MOST} characters.")
    return redact_keys(text)


def clean_object(name: str, value: Any, most: int) -> dict[str, Any]:
    """An object of JSON, fit to be kept.

    Raises Refused 400 ``bad_NAME`` for what is none, 413 where it is longer than *most* characters.
    """
    if not isinstance(value, Mapping):
        raise Refused(f"bad_{name}", f"{name} is an object, not {type(value).__name__}.")
    try:
        plain = _clean(value, 0)
        length = len(seedjson.dump(plain))
    except (TypeError, ValueError, RecursionError) as error:
        raise Refused(f"bad_{name}", f"{name} is no JSON: {error}.") from None
    if length > most:
        words = f"{name} has {length:,} characters as JSON; at most {most:,} are taken."
        raise Refused("too_large", words, status=413)
    return dict(plain)


def _clean(value: Any, depth: int) -> Any:
    if depth > DEEPEST:
        raise ValueError(f"more than {DEEPEST} levels within each other")
    if isinstance(value, str):
        return redact_keys(_storable(value))
    if isinstance(value, Mapping):
        return {_storable(str(key)): _clean(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(each, depth + 1) for each in value]
    return value


def _storable(text: str) -> str:
    """PostgreSQL keeps no NUL, and nothing keeps half of a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
