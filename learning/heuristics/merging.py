"""What several rules become as one. Arithmetic only, no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from learning.heuristics.keywords import jaccard, keywords
from learning.heuristics.lifecycle import Tally

STRATEGIES = ("weighted_average", "sum", "manual")


@dataclass(frozen=True)
class Part:
    """One of the rules that are merged."""

    pk: int
    rule: str
    confidence: float
    tally: Tally
    explanation: str = ""


def keeper_of(parts: Sequence[Part]) -> Part:
    """Whose text is kept: the most confident, then the most validated, then the oldest."""
    return max(parts, key=lambda part: (part.confidence, part.tally.held, -part.pk))


def merged_confidence(parts: Sequence[Part], strategy: str, keeper: Part) -> float:
    """The confidence of the merged rule.

    ``weighted_average``: mean weighted by outcomes that held. ``sum``: weighted by all outcomes,
    as if they had been one rule's. ``manual``: the keeper's. Without outcomes the plain mean.
    """
    if strategy == "manual":
        return keeper.confidence
    weights = [
        part.tally.held if strategy == "weighted_average" else part.tally.total for part in parts
    ]
    if sum(weights) <= 0:
        return sum(part.confidence for part in parts) / len(parts)
    products = (part.confidence * weight for part, weight in zip(parts, weights, strict=True))
    return sum(products) / sum(weights)


def merged_tally(parts: Sequence[Part]) -> Tally:
    return Tally(*(sum(column) for column in zip(*(part.tally for part in parts), strict=True)))


def merged_explanation(parts: Sequence[Part]) -> str | None:
    """The explanations one after the other, each once."""
    texts = dict.fromkeys(part.explanation for part in parts if part.explanation)
    return " | ".join(texts) or None


def least_similarity(parts: Sequence[Part]) -> float:
    """What the two least alike share, 0 to 1."""
    words = [keywords(part.rule) for part in parts]
    return min(jaccard(one, other) for one, other in combinations(words, 2))
