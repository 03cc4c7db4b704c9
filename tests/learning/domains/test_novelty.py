from __future__ import annotations

import random
from itertools import combinations

import pytest

from learning.domains.novelty import band, disjoint, novelty, pairs, words
from learning.heuristics.keywords import jaccard

KNOWN = "Use refs for callbacks to prevent useEffect loops"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Store callbacks in refs to avoid useEffect dependencies", 0.625),
        ("Always validate database schema migrations before deployment", 1.0),
        (KNOWN, 0.0),
        ("prevent useEffect loops", 0.4),
        ("the and but not", 0.5),
    ],
)
def test_novelty_is_what_no_other_rule_says(text: str, expected: float) -> None:  # E7
    assert novelty(text, [KNOWN]) == pytest.approx(expected, abs=1e-12)


def test_an_empty_domain_finds_everything_new() -> None:  # E7
    assert novelty("prevent loops", []) == novelty("prevent loops", ["the and but"]) == 1.0


def test_bands() -> None:
    expected = {0.6: "novel", 0.59: "a refinement", 0.4: "a refinement", 0.39: "a duplicate"}
    assert {value: band(value) for value in expected} == expected


@pytest.mark.parametrize("seed", range(6))
def test_pairs_are_those_that_comparing_all_finds(seed: int) -> None:
    dice = random.Random(seed)
    vocabulary = ["".join(dice.choices("abcdefgh", k=6)) for _ in range(60)]
    rules = {pk: " ".join(dice.sample(vocabulary, dice.randint(0, 7))) for pk in range(1, 90)}
    distinct = {words(text): pk for pk, text in reversed(rules.items())}
    expected = {
        (min(a, b), max(a, b)): share
        for (one, a), (other, b) in combinations(distinct.items(), 2)
        if (share := jaccard(one, other)) >= 0.4
    }
    found = {(pair.one, pair.other): pair.similarity for pair in pairs(rules, 10_000)}
    assert {key: share for key, share in found.items() if share < 1} == expected


def test_copies_make_a_chain_and_no_square() -> None:
    found = pairs(dict.fromkeys(range(1, 1001), KNOWN), 5_000)
    assert len(found) == 999 and {pair.one for pair in found} == {1}


def test_no_rule_is_merged_twice() -> None:
    found = pairs({1: "alpha beta gamma", 2: "alpha beta gamma", 3: "alpha beta gamma delta"})
    assert [(pair.one, pair.other) for pair in disjoint(found, 5)] == [(1, 2)]
    assert found[0].automatic and disjoint(found, 0) == []


@pytest.mark.parametrize("most", [1, 3, 10])
def test_the_most_alike_come_first_and_none_is_missed(most: int) -> None:
    dice = random.Random(most)
    vocabulary = ["".join(dice.choices("abcdefgh", k=6)) for _ in range(25)]
    rules = {pk: " ".join(dice.sample(vocabulary, dice.randint(3, 6))) for pk in range(1, 80)}
    every = pairs(rules, 100_000)
    assert pairs(rules, most) == every[:most] and len(every) > most
