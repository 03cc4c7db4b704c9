from __future__ import annotations

import pytest

from learning.heuristics.keywords import jaccard, keywords, matched, similarity, tokens

REFS = "Use refs for callbacks to prevent useEffect loops"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "Use Redis for session storage in distributed systems",
            ["redis", "session", "storage", "distributed", "systems"],
        ),
        (REFS, ["refs", "callbacks", "prevent", "useeffect", "loops"]),
        ("useRef is not ref", ["useref", "ref"]),
        ("Always use the, never by using it", []),
        ("Pin pin PIN", ["pin"]),
        ("", []),
    ],
)
def test_which_words_carry_meaning(text: str, words: list[str]) -> None:
    assert keywords(text) == words


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("Store callbacks in refs to avoid useEffect dependencies", 0.375),
        ("Always validate database schema migrations before deployment", 0.0),
        (REFS, 1.0),
        ("prevent useEffect loops", 0.6),
    ],
)
def test_what_two_rules_share(text: str, share: float) -> None:
    assert similarity(text, REFS) == pytest.approx(share)


def test_nothing_shares_nothing() -> None:
    assert jaccard([], []) == 0.0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "We need to scale to distributed architecture and manage session state",
            ["session", "distributed"],
        ),
        ("The load is redistributed", []),
        ("REDIS, twice: redis", ["redis"]),
        ("", []),
    ],
)
def test_whole_words_wake(text: str, found: list[str]) -> None:
    conditions = ["redis", "session", "storage", "distributed", "systems"]
    assert matched(conditions, text, tokens(text)) == found


def test_conditions_of_other_signs_are_looked_for_as_written() -> None:
    text = "Upgrade Node.js, then the build cache"
    assert matched(["node.js", "build cache", "", 7], text, tokens(text)) == [
        "node.js",
        "build cache",
    ]
