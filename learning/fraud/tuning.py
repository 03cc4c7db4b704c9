"""Which border the reviewed reports speak for. Recommended only; a steward applies it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

MOST_FALSE = 0.05  # false positive rate that a detector may have
LEAST_SIGNALS = 30
LEAST_REPORTS = 50
LEAST_EACH = 10  # of right and of wrong ones
LEAST_SCORE = 0.10  # below it no score is worth a threshold
MOST_CHANGE = 0.10
HELD = "gradual adjustment, limited to ±0.10"
# target of false positives, least and most value of each class's border
CLASSES: Mapping[str, tuple[float, float, float]] = {
    "suspicious": (0.10, 0.10, 0.40),
    "fraud_likely": (0.05, 0.30, 0.70),
    "fraud_confirmed": (0.01, 0.60, 0.95),
}
APART = (0.10, 0.15)  # likely above suspicious is suspicious + .10, confirmed is likely + .15

Reviewed = Sequence[tuple[float, bool]]  # score, and whether the reviewer said it was right


class CannotTell(ValueError):
    """No recommendation; ``code`` is insufficient_data, imbalanced_data or no_valid_threshold."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Recommendation(NamedTuple):
    """A border for *name*; the rates are those of the border before its change was held back."""

    name: str
    current: float
    recommended: float
    false_positive_rate: float
    true_positive_rate: float
    samples: int
    confidence: str
    reason: str


def tune_detector(name: str, reviewed: Reviewed, current: float = 0.5) -> Recommendation:
    """The score from which a detector should fire (decision: score >= threshold).

    Of the observed scores with at most 5 % false positives the one that finds most, the lowest on
    ties; else the highest observed from .10 on. Raises CannotTell.
    """
    _enough(reviewed, LEAST_SIGNALS, "signals")
    best = _best(reviewed)
    words = "finds most with at most 5 % false alarms"
    if best is None:
        scores = [score for score, _ in reviewed if score >= LEAST_SCORE]
        if not scores:
            raise CannotTell("no_valid_threshold", "No observed score reaches 0.10.")
        best, words = max(scores), "no score has at most 5 % false alarms: the highest observed"
    wrong, right = rates(reviewed, best)
    return _held(name, best, current, wrong, right, len(reviewed), words)


def _best(reviewed: Reviewed) -> float | None:
    found: tuple[float, float] | None = None
    for threshold in sorted({score for score, _ in reviewed}):
        wrong, right = rates(reviewed, threshold)
        if wrong <= MOST_FALSE and (found is None or right > found[0]):
            found = (right, threshold)
    return found[1] if found else None


def tune_classes(reviewed: Reviewed, current: Mapping[str, float]) -> list[Recommendation]:
    """Borders of the three classes: the lowest observed score within each target of false alarms.

    Then put in order and within bounds, then held to a change of .10; a change that would break
    the order again is not made. Raises CannotTell.
    """
    _enough(reviewed, LEAST_REPORTS, "reports")
    wanted: dict[str, float] = {}
    words: dict[str, str] = {}
    for name, (target, _, _) in CLASSES.items():
        wanted[name], words[name] = _lowest(reviewed, target)
    told = {name: rates(reviewed, value) for name, value in wanted.items()}
    placed = _in_order(wanted)
    found = [
        _held(name, placed[name], current[name], *told[name], len(reviewed), words[name])
        for name in CLASSES
    ]
    return _still_in_order(found, current)


def _lowest(reviewed: Reviewed, target: float) -> tuple[float, str]:
    scores = sorted({score for score, _ in reviewed})
    for score in scores:
        if rates(reviewed, score)[0] <= target:
            return score, f"the lowest score with at most {target:.0%} false alarms"
    return scores[-1], f"no score has at most {target:.0%} false alarms: the highest observed"


def _in_order(wanted: Mapping[str, float]) -> dict[str, float]:
    suspicious, likely, confirmed = (wanted[name] for name in CLASSES)
    if likely <= suspicious:
        likely = suspicious + APART[0]
    if confirmed <= likely:
        confirmed = likely + APART[1]
    values = zip(CLASSES.items(), (suspicious, likely, confirmed), strict=True)
    return {name: min(most, max(least, value)) for (name, (_, least, most)), value in values}


def _still_in_order(
    found: list[Recommendation], current: Mapping[str, float]
) -> list[Recommendation]:
    values = [each.recommended for each in found]
    if all(low < high for low, high in pairwise(values)):
        return found
    kept = "kept: the change would break the order of the classes"
    return [each._replace(recommended=current[each.name], reason=kept) for each in found]


def rates(reviewed: Reviewed, threshold: float) -> tuple[float, float]:
    """False and true positive rate of ``score >= threshold``."""
    wrong = [score for score, is_right in reviewed if not is_right]
    right = [score for score, is_right in reviewed if is_right]
    return _share(wrong, threshold), _share(right, threshold)


def _share(scores: Sequence[float], threshold: float) -> float:
    return sum(score >= threshold for score in scores) / len(scores) if scores else 0.0


def _enough(reviewed: Reviewed, least: int, what: str) -> None:
    right = sum(is_right for _, is_right in reviewed)
    wrong = len(reviewed) - right
    if len(reviewed) < least:
        raise CannotTell("insufficient_data", f"{len(reviewed)} of {least} reviewed {what}.")
    if right < LEAST_EACH or wrong < LEAST_EACH:
        raise CannotTell(
            "imbalanced_data",
            f"{right} right and {wrong} wrong; {LEAST_EACH} of each are needed.",
        )


def _held(
    name: str,
    value: float,
    current: float,
    wrong: float,
    right: float,
    samples: int,
    words: str,
) -> Recommendation:
    held = min(current + MOST_CHANGE, max(current - MOST_CHANGE, value))
    reason = words if held == value else f"{words}; {HELD}"
    confidence = "high" if samples >= 100 else "medium" if samples >= 50 else "low"
    return Recommendation(name, current, round(held, 3), wrong, right, samples, confidence, reason)
