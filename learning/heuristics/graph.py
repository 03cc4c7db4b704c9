"""Which rules are about the same: words that they share, found through an inverted index.

Two rules are tied where they share at least two words of four and more letters, and these are
more than a fifth of the words of the longer one (elf §5.6). Each keeps its ten strongest ties.
No database. What it costs: building grows with the number of rules (10,000: 0.15 s); the ties of
one rule grow with how often its words stand in others (10,000: 2 ms); no pair of rules is ever
compared that shares nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from learning.heuristics.keywords import keywords

LETTERS = 4  # a shorter word says little about what a rule is about
SHARED_LEAST = 2  # words
SHARE_LEAST = 0.2  # of the words of the longer rule; a tie needs more
STRONGEST = 10  # ties that a rule keeps


class Tie(NamedTuple):
    """A rule that shares *words* with another; *share* is their part of the longer one's words."""

    pk: int
    share: float
    words: tuple[str, ...]


class Line(NamedTuple):
    """A tie between two rules, the smaller key first."""

    one: int
    other: int
    share: float


def words_of(text: str) -> frozenset[str]:
    """The words that a rule is compared by."""
    return frozenset(word for word in keywords(text) if len(word) >= LETTERS)


class Index:
    """The words of rules, and for each word the rules that hold it."""

    def __init__(self, rules: Iterable[tuple[int, str]] = ()) -> None:
        self._texts: dict[int, str] = {}
        self._words: dict[int, frozenset[str]] = {}
        self._holders: dict[str, set[int]] = {}
        self.refresh(rules)

    def __len__(self) -> int:
        return len(self._texts)

    def refresh(self, rules: Iterable[tuple[int, str]]) -> None:
        """Make the index that of *rules*: only texts that are new or changed are read again."""
        texts = dict(rules)
        for pk in self._texts.keys() - texts.keys():
            self._drop(pk)
        for pk, text in texts.items():
            if self._texts.get(pk) != text:
                self._drop(pk)
                self._add(pk, text)
        self._texts = texts

    def _add(self, pk: int, text: str) -> None:
        self._words[pk] = words_of(text)
        for word in self._words[pk]:
            self._holders.setdefault(word, set()).add(pk)

    def _drop(self, pk: int) -> None:
        for word in self._words.pop(pk, ()):
            self._holders[word].discard(pk)
            if not self._holders[word]:
                del self._holders[word]

    def near(self, pk: int) -> list[Tie]:
        """The strongest ties of a rule, strongest first, older rules before younger ones."""
        mine = self._words.get(pk, frozenset())
        shared: Counter[int] = Counter()
        for word in mine:
            shared.update(self._holders[word])
        shared.pop(pk, None)
        ties = [
            (count / max(len(mine), len(self._words[other])), other)
            for other, count in shared.items()
            if count >= SHARED_LEAST
        ]
        strong = [tie for tie in ties if tie[0] > SHARE_LEAST]
        strong.sort(key=lambda tie: (-tie[0], tie[1]))
        return [
            Tie(other, share, tuple(sorted(mine & self._words[other])))
            for share, other in strong[:STRONGEST]
        ]


def lines_among(domains: Mapping[int, str], index: Index) -> list[Line]:
    """Ties between rules of different domains, strongest first; *index* holds them all.

    Rules of one domain stand together, so no line is drawn between them.
    """
    found = {}
    for pk in domains:
        for tie in index.near(pk):
            if domains[pk] != domains[tie.pk]:
                pair = min(pk, tie.pk), max(pk, tie.pk)
                found[pair] = Line(*pair, tie.share)
    return sorted(found.values(), key=lambda line: (-line.share, line.one, line.other))
