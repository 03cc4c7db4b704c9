"""One spelling of each location, and what kind of place it is. Pure."""

from __future__ import annotations

import re

LONGEST = 500  # characters

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:\\|\.{0,2}\\|[^\\/\s]+\\")
_ENDING = re.compile(r"[^\s/]\.[A-Za-z0-9_]{1,10}$")
_CALL = re.compile(r"[\w.:/-]+\(\)$|[\w./-]*::\w+$")
_HUMPS = re.compile(r"(?:[A-Z][a-z0-9]+){2,}$")
# files that have no ending
_BARE = frozenset({"Makefile", "Dockerfile", "Procfile", "LICENSE", "README", "CODEOWNERS"})


def normal(location: str) -> str:
    """*location* as it is kept: trimmed, with forward slashes, without ``./`` and double slashes.

    Two agents that mean one file have to name one place. Raises ValueError with a sentence.
    """
    text = location.strip()
    if not text:
        raise ValueError("location must not be empty.")
    if len(text) > LONGEST:
        raise ValueError(f"location may have at most {LONGEST} characters, not {len(text):,}.")
    if not text.isprintable():
        raise ValueError("location must not contain line breaks or control characters.")
    if _SCHEME.match(text):
        return text
    if _DRIVE.match(text) and " " not in text.split("\\")[0]:
        text = text.replace("\\", "/")
    if "/" not in text:
        return text
    text = re.sub(r"/{2,}", "/", text)
    while "/./" in text:
        text = text.replace("/./", "/")
    return text.removeprefix("./") or "."


def kind_of(location: str) -> str:
    """One of the seed's words for what a location is (behaviour: elf §5.8), by how it is written.

    A path or a name with an ending is a ``file``, ``name()`` and ``a::b`` a ``function``, words
    with two humps a ``class``, ``#word`` a ``tag``, an address a ``url``, all else a ``concept``.
    """
    if _SCHEME.match(location):
        return "url"
    if location.startswith("#"):
        return "tag"
    if location.endswith("()") or "::" in location:
        return "function" if _CALL.match(location) else "concept"
    if "/" in location or location in _BARE or location.startswith("."):
        return "file"
    if _HUMPS.match(location):
        return "class"
    if _ENDING.search(location) and " " not in location:
        return "file"
    return "concept"


def folder_of(location: str) -> str:
    """The folder that a location lies in, with its slash; "" where it lies in none."""
    head, slash, _ = location.rstrip("/").rpartition("/")
    return head + slash


def above(location: str) -> list[str]:
    """The folders above a location, the nearest first, each with its slash; without the root."""
    found, at = [], folder_of(location)
    while at.strip("/") and not at.endswith("://"):
        found.append(at)
        at = folder_of(at)
    return found
