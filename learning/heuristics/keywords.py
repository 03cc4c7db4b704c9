"""Which words say what a rule is about, and how much two rules share. No database."""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST = 5  # words that can wake a dormant rule
# words that stand in rules of every kind and hence distinguish none
_COMMON = """
the and but nor because until while than then not only
are was were been being have has had does did
can could may might must need ought shall should will would dare used
above after before below between during for from into through under with
all each few more most other some such same own very too just
again always further here how never once there use using when where why
"""
STOPWORDS = frozenset(_COMMON.split())
_WORD = re.compile(r"\b[a-zA-Z]{3,}\b")
_TOKEN = re.compile(r"\w+")


def keywords(text: str) -> list[str]:
    """The words of three and more letters that carry meaning, lower case, each once, in order."""
    found = _WORD.findall(text.lower())
    return list(dict.fromkeys(word for word in found if word not in STOPWORDS))


def jaccard(one: Iterable[str], other: Iterable[str]) -> float:
    """The share of words that two sets have in common; 0 when both are empty."""
    first, second = set(one), set(other)
    union = first | second
    return len(first & second) / len(union) if union else 0.0


def similarity(one: str, other: str) -> float:
    """How much two texts share, 0 to 1."""
    return jaccard(keywords(one), keywords(other))


def tokens(text: str) -> frozenset[str]:
    """The whole words of a text, lower case: "redistributed" is not "redis"."""
    return frozenset(_TOKEN.findall(text.lower()))


def matched(conditions: Iterable[object], text: str, words: frozenset[str]) -> list[str]:
    """Which of a dormant rule's *conditions* stand in *text* as whole words, in their order.

    *words* are the ``tokens`` of *text*; a condition of several words or with other signs
    ("node.js") is looked for in the text itself.
    """
    found = []
    for condition in conditions:
        word = str(condition).strip().lower()
        if not word:
            continue
        plain = _TOKEN.fullmatch(word) is not None
        if word in words if plain else _stands_in(word, text):
            found.append(word)
    return list(dict.fromkeys(found))


def _stands_in(phrase: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text, re.IGNORECASE) is not None
