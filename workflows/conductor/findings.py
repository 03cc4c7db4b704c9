"""What an agent's answer says beside its prose: findings and files (behaviour: elf §5.7).

No database; a path is text here and is never opened.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from typing import Any

KINDS = ("fact", "discovery", "warning", "blocker", "hypothesis")
IMPORTANCES = ("low", "normal", "high", "critical")
UNREAD = "unread"  # the kind under which a line stands that is no finding
MOST_FINDINGS = 200  # of one answer; the answer itself keeps the rest
MOST_TAGS = 20  # of one finding
MOST_FILES = 200
LONGEST_TEXT = 2000  # characters of one finding
LONGEST_PATH = 500

_SECTION = re.compile(r"^##[ \t]*FINDINGS\b[^\n]*$(.*?)(?=^##|^[ \t]*---|\Z)", re.M | re.S | re.I)
_LINE = re.compile(r"[-*]\s*\[([^\[\]:]*)(?::([^\[\]:]*))?(?::([^\[\]:]*))?\]\s*(.*)")
_VERBS = r"\b(?:created|modified|edited|wrote|updated)\b"
_WORD = r"""(?:`[^`\n]{1,500}`|"[^"\n]{1,500}"|'[^'\n]{1,500}'|[^\s`"',;]{1,500}+)"""
# possessive throughout: an answer of a megabyte of blanks must not take minutes
_WROTE = re.compile(
    rf"{_VERBS}(?:[ \t]*+:[ \t]*+|[ \t]++)(?:the[ \t]++)?+(?:files?(?:[ \t]*+:[ \t]*+|[ \t]++))?+"
    rf"({_WORD}(?:(?:[ \t]*+,[ \t]*+(?:and[ \t]++)?+|[ \t]++and[ \t]++){_WORD}){{0,40}}+)",
    re.I,
)
_QUOTED = re.compile(r"""\bFile\s+["']([^"'\n]{1,500}\.\w{1,10})["']""")
_EACH = re.compile(_WORD)
_PATH = re.compile(r"[\w~@+(\[./-][^\x00-\x1f<>|*?]*\.[a-zA-Z]\w{0,9}|/?[^\s/]+(?:/[^\s/]+)+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def findings_in(text: str) -> list[dict[str, Any]]:
    """The findings of an answer: ``{type, content, tags, importance}``, at most MOST_FINDINGS.

    A line of the section that is no finding is kept whole, as type ``unread``.
    """
    lines = (line.strip() for found in _SECTION.findall(text) for line in found.splitlines())
    written = [line for line in lines if line]
    return [_finding(line) for line in written[:MOST_FINDINGS]]


def _finding(line: str) -> dict[str, Any]:
    found = _LINE.fullmatch(line)
    kind = found[1].strip().lower() if found else ""
    importance = ((found[3] or "").strip().lower() or "normal") if found else ""
    if not found or kind not in KINDS or importance not in IMPORTANCES or not found[4].strip():
        return {"type": UNREAD, "content": line[:LONGEST_TEXT], "tags": [], "importance": "normal"}
    tags = [tag.strip()[:LONGEST_PATH] for tag in (found[2] or "").split(",") if tag.strip()]
    content = found[4].strip()[:LONGEST_TEXT]
    return {"type": kind, "content": content, "tags": tags[:MOST_TAGS], "importance": importance}


def files_in(text: str) -> list[str]:
    """The paths that an answer says it wrote, in their order, each once."""
    found: list[tuple[int, str]] = []
    for match in _WROTE.finditer(text):
        for word in _EACH.finditer(match[1]):
            if word.group().lower() != "and":
                found.append((match.start(1) + word.start(), word.group()))
    found += [(match.start(1), match[1]) for match in _QUOTED.finditer(text)]
    words = (word.strip("`\"'").rstrip(".,;:!?)") for _, word in sorted(found))
    return clean_paths(word for word in words if _PATH.fullmatch(word))


def clean_paths(paths: Iterable[str]) -> list[str]:
    """*paths* in one spelling, each once, at most MOST_FILES; what is no path is left out.

    Backslashes become slashes, ``.`` and inner ``..`` are resolved. Left out are addresses, texts
    with line breaks or control letters, ways above the project and more than LONGEST_PATH letters.
    """
    kept: dict[str, None] = {}
    for path in paths:
        plain = _plain(path)
        if plain:
            kept.setdefault(plain)
        if len(kept) == MOST_FILES:
            break
    return list(kept)


def _plain(path: str) -> str:
    text = path.strip().replace("\\", "/")
    if not text or len(text) > LONGEST_PATH or "://" in text or _CONTROL.search(text):
        return ""
    plain = posixpath.normpath(text)
    if plain in {".", "/", "//", ".."} or plain.startswith("../"):
        return ""
    return "/" + plain.lstrip("/") if plain.startswith("//") else plain
