"""Which ids nodes and agents may have (behaviour: elf §5.7). No database."""

from __future__ import annotations

import re

LONGEST = 100  # characters
_LETTERS = re.compile(r"[a-zA-Z0-9_-]+")


def flaw_of(id: str) -> str:
    """What is wrong with an id, as the rest of a sentence; "" where nothing is (row C29)."""
    if not id:
        return "is empty"
    if len(id) > LONGEST:
        return f"has more than {LONGEST} characters"
    if not _LETTERS.fullmatch(id):
        return "may hold letters without accents, digits, - and _ only"
    if id[0] in "-_" or id[-1] in "-_":
        return "may not begin or end with - or _"
    return ""
