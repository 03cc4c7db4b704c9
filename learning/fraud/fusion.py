"""From signals to one probability of gaming, with each factor kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

PRIOR = 0.05
STRENGTH = 7.0  # a full score multiplies the odds by 8, a score of 0 by 1
# lower border of each class, strict: a score of exactly .50 is still suspicious
BORDERS: Mapping[str, float] = {
    "suspicious": 0.20,
    "fraud_likely": 0.50,
    "fraud_confirmed": 0.80,
}


class Step(NamedTuple):
    """One factor: the detector, its score, its likelihood ratio, the probability after it."""

    detector: str
    score: float
    ratio: float
    posterior: float


class Verdict(NamedTuple):
    score: float
    ratio: float
    steps: tuple[Step, ...]


def ratio_of(score: float) -> float:
    """1 + 7 x score: a signal without strength changes nothing."""
    return 1.0 + STRENGTH * score


def fuse(signals: Iterable[tuple[str, float]], prior: float = PRIOR) -> Verdict:
    """Multiply the prior's odds by the ratio of each (detector, score); 0 for no signals."""
    odds = prior / (1 - prior)
    total, steps = 1.0, []
    for detector, score in signals:
        ratio = ratio_of(score)
        total *= ratio
        odds *= ratio
        steps.append(Step(detector, score, ratio, odds / (1 + odds)))
    return Verdict(odds / (1 + odds) if steps else 0.0, total, tuple(steps))


def classify(score: float, borders: Mapping[str, float] = BORDERS) -> str:
    """The class of a probability: 0 is clean, a border itself belongs to the class below it."""
    if score <= 0:
        return "clean"
    for word in ("fraud_confirmed", "fraud_likely", "suspicious"):
        if score > borders[word]:
            return word
    return "low_confidence"


def standing(classification: str) -> int:
    """0 clean, 1 low confidence, 2 suspicious, 3 fraud likely, 4 confirmed."""
    order: Sequence[str] = ("clean", "low_confidence", *BORDERS)
    return order.index(classification)


SUSPECT = standing("suspicious")  # from here on somebody has to look
