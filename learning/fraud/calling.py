"""Which rules a text calls for, told by their words. No database."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from learning.heuristics.keywords import keywords

ENOUGH = 0.6  # of the weight of matched words; a word that only one rule has weighs 1
MOST = 50  # rules that one text calls for: beyond, it calls for none in particular
MANY = 50  # rules from which a single rare word says something


class Calls:
    """An index of the words of rules. A word that many rules share calls for none of them."""

    def __init__(self, rules: Iterable[tuple[int, str]]) -> None:
        self._rules: dict[str, list[int]] = defaultdict(list)
        count = 0
        for pk, text in rules:
            count += 1
            for word in keywords(text):
                self._rules[word].append(pk)
        self._weights = _weights(self._rules, count)
        self._least_words = 1 if count >= MANY else 2

    def called(self, text: str) -> list[int]:
        """Ids of the rules that *text* calls for, at most MOST, best first."""
        weight: dict[int, float] = defaultdict(float)
        words: Counter[int] = Counter()
        for word in keywords(text):
            if self._weights.get(word, 0.0) > 0:
                for pk in self._rules[word]:
                    weight[pk] += self._weights[word]
                    words[pk] += 1
        found = [
            pk for pk, sum_ in weight.items() if sum_ >= ENOUGH and words[pk] >= self._least_words
        ]
        return sorted(found, key=lambda pk: (-weight[pk], pk))[:MOST]


def _weights(rules: Mapping[str, list[int]], count: int) -> dict[str, float]:
    """1 for a word of one rule, 0 for a word of all of them."""
    if count < 2:
        return dict.fromkeys(rules, 1.0)
    whole = math.log(count)
    return {word: 1 - math.log(len(found)) / whole for word, found in rules.items()}
