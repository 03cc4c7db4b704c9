"""How new a rule is, and which rules of a domain say the same. No database.

Both go through the words of rules. The novelty of one rule is one look at each other rule. The
pairs use an inverted index with a prefix filter: at a share of t two rules share one of the
n - ceil(t n) + 1 rarest words of the longer one, so only rare words are looked up, and no two
rules that share none of them are ever compared.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from learning.heuristics.keywords import keywords

ALIKE = 0.40  # shared words of all: candidates of a merge
SAME = 0.60  # may be merged without a look
NO_WORDS = 0.5  # novelty of a rule that says nothing
NOVEL = 0.60
REFINES = 0.40
STEPS = (0.9, 0.75, SAME, 0.5, ALIKE)  # shares that are looked for, one after the other
MOST_PAIRS = 200
Words = frozenset[str]


@lru_cache(maxsize=50_000)
def words(text: str) -> Words:
    """The words that a rule is compared by; remembered, 50,000 take about 40 MB."""
    return frozenset(keywords(text))


class Pair(NamedTuple):
    """Two rules and the share of words that they have in common."""

    one: int
    other: int
    similarity: float

    @property
    def automatic(self) -> bool:
        """Whether they are so alike that they may be merged without a look."""
        return self.similarity >= SAME


def novelty(text: str, others: Iterable[str]) -> float:
    """1 minus the largest share of words that *text* has in common with one of *others*.

    1.0 in an empty domain; 0.5 for a text without words of its own; others without are skipped.
    """
    known = [each for each in map(words, others) if each]
    mine = words(text)
    if not mine:
        return NO_WORDS if known else 1.0
    return min((_apart(mine, each) for each in known if not mine.isdisjoint(each)), default=1.0)


def band(value: float) -> str:
    """novel from 0.60, a refinement from 0.40, else a duplicate."""
    if value >= NOVEL:
        return "novel"
    return "a refinement" if value >= REFINES else "a duplicate"


def _apart(one: Words, other: Words) -> float:
    """1 minus Jaccard, as one division: 3 of 5 is 0.6 and not a bit less."""
    union = len(one | other)
    return (union - len(one & other)) / union


def pairs(rules: Mapping[int, str], most: int = MOST_PAIRS) -> list[Pair]:
    """The *most* pairs that share ALIKE of their words or more, most alike first, then by id.

    Looks for the most alike first and goes down only while too few are found: a domain of a
    thousand copies has them at once. Rules with exactly the same words make a chain (each with
    the first), so that a thousand copies are a thousand pairs and not half a million.
    """
    alike: dict[Words, list[int]] = defaultdict(list)
    for pk, text in rules.items():
        if words(text):
            alike[words(text)].append(pk)
    same = [Pair(pks[0], pk, 1.0) for pks in alike.values() for pk in pks[1:]]
    firsts = {pks[0]: kind for kind, pks in alike.items()}
    found = same
    for least in STEPS:
        if len(found) >= most:
            break
        found = same + _join(firsts, least)
    found.sort(key=lambda pair: (-pair.similarity, pair.one, pair.other))
    return found[:most]


def _join(kinds: Mapping[int, Words], least: float) -> list[Pair]:
    """All pairs of different word sets that share *least*, by prefix filter.

    Shorter sets first: a longer one then shares even more with them, and what is indexed may be
    shorter than what is looked up (by 2t / (1 + t) instead of t).
    """
    held = Counter(word for kind in kinds.values() for word in kind)
    holders: dict[str, list[int]] = defaultdict(list)
    dense = 2 * least / (1 + least)
    found = []
    for pk, mine in sorted(kinds.items(), key=lambda item: (len(item[1]), item[0])):
        rare = sorted(mine, key=lambda word: (held[word], word))
        near = {other for word in rare[: _prefix(mine, least)] for other in holders[word]}
        shortest = round(least * len(mine), 9)
        for other in near:
            its = kinds[other]
            if len(its) < shortest:
                continue
            shared = len(mine & its)
            share = shared / (len(mine) + len(its) - shared)
            if share >= least:
                found.append(Pair(min(pk, other), max(pk, other), share))
        for word in rare[: _prefix(mine, dense)]:
            holders[word].append(pk)
    return found


def _prefix(kind: Words, share: float) -> int:
    return len(kind) - math.ceil(round(share * len(kind), 9)) + 1


def disjoint(found: Sequence[Pair], most: int) -> list[Pair]:
    """The first *most* pairs in which no rule stands twice."""
    taken: set[int] = set()
    chosen: list[Pair] = []
    for pair in found:
        if len(chosen) >= most:
            break
        if pair.one not in taken and pair.other not in taken:
            chosen.append(pair)
            taken |= {pair.one, pair.other}
    return chosen


def to_merge(rules: Mapping[int, str], target: int) -> list[Pair]:
    """At most *target* pairs to merge, the most alike first, no rule twice."""
    most = max(MOST_PAIRS, target)
    while True:
        found = pairs(rules, most)
        chosen = disjoint(found, target)
        if len(chosen) >= target or len(found) < most:
            return chosen
        most *= 4
