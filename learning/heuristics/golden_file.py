"""``golden-rules.md``: how golden rules are written to be read by agents and people. No database.

An entry is::

    ---
    ## 3. Never force push
    > Never force push to main
    **Category:** git
    **Why:** Others lose their work.
    **Promoted:** 2026-01-15 (h-12)
    **Validations:** 60
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

HEAD = "# Golden Rules\n\nApproved by people. Every agent follows them.\n"
EMPTY = "No golden rules have been established yet.\n"
TITLE_WORDS = 6
# categories by which a file without them is read: the first whose word stands in the text
HINTS = (
    ("git", ("git", "commit", "branch", "merge", "rebase", "push")),
    ("user-interaction", ("user", "ask", "confirm")),
    ("process", ("plan", "process", "before", "step")),
    ("verification", ("verify", "test", "check", "validate")),
    ("technical", ("database", "api", "cache", "timeout", "schema")),
    ("react", ("react", "hook", "useeffect", "component")),
    ("agents", ("agent", "swarm", "delegate")),
)
OTHER = "general"
_ENTRY = re.compile(r"^##\s+(?:\d+\.\s*)?(.*)$", re.MULTILINE)
_FIELD = re.compile(r"^\*\*(Category|Why|Promoted|Validations):\*\*[ \t]*(.*)$", re.MULTILINE)
_QUOTE = re.compile(r"^>[ \t]?(.*)$", re.MULTILINE)
_TITLE_END = re.compile(r"[.,;:!?]+$")


@dataclass(frozen=True)
class Entry:
    """A rule of the file. ``promoted`` and ``validations`` are as written there."""

    rule: str
    category: str = OTHER
    why: str = ""
    promoted: str = ""
    validations: str = ""


def dumped(entries: Iterable[Entry]) -> str:
    """The whole file."""
    blocks = [_block(number, entry) for number, entry in enumerate(entries, 1)]
    return HEAD + "\n" + ("\n".join(blocks) if blocks else EMPTY)


def _block(number: int, entry: Entry) -> str:
    lines = ["---", "", f"## {number}. {title_of(entry.rule)}", *_quoted(entry.rule), ""]
    for name, value in (
        ("Category", entry.category),
        ("Why", entry.why),
        ("Promoted", entry.promoted),
        ("Validations", entry.validations),
    ):
        if value:
            lines.append(f"**{name}:** {' '.join(value.split())}")
    return "\n".join(lines) + "\n"


def _quoted(rule: str) -> list[str]:
    return [f"> {line}" for line in rule.splitlines() or [""]]


def title_of(rule: str) -> str:
    """The first words of a rule, as its heading."""
    words = rule.split()
    if len(words) <= TITLE_WORDS:
        return _TITLE_END.sub("", " ".join(words))
    return _TITLE_END.sub("", " ".join(words[:TITLE_WORDS])) + " …"


def loaded(text: str) -> list[Entry]:
    """The rules of a file, in order. Headings without a quoted rule are prose and left out."""
    heads = list(_ENTRY.finditer(text))
    starts = [head.start() for head in heads] + [len(text)]
    bodies = (text[head.end() : starts[i + 1]] for i, head in enumerate(heads))
    return [entry for body in bodies if (entry := _entry(body)) is not None]


def _entry(body: str) -> Entry | None:
    rule = "\n".join(_QUOTE.findall(body)).strip()
    if not rule:
        return None
    fields = {name: value.strip() for name, value in _FIELD.findall(body)}
    return Entry(
        rule=rule,
        category=fields.get("Category") or category_of(rule),
        why=fields.get("Why", ""),
        promoted=fields.get("Promoted", ""),
        validations=fields.get("Validations", ""),
    )


def category_of(rule: str) -> str:
    """What a rule without category is about, by the words that stand in it."""
    words = set(re.findall(r"[a-z]+", rule.lower()))
    return next((name for name, hints in HINTS if words & set(hints)), OTHER)
