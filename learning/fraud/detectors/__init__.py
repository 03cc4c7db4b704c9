"""The six detectors. Each is a pure function of one history and what is known around it."""

from __future__ import annotations

from collections.abc import Callable

from learning.fraud.detectors.context import Context
from learning.fraud.detectors.coordination import coordinated_manipulation
from learning.fraud.detectors.growth import unnatural_confidence_growth
from learning.fraud.detectors.revival import revival_gaming
from learning.fraud.detectors.selectivity import application_selectivity
from learning.fraud.detectors.success import success_rate_anomaly
from learning.fraud.detectors.temporal import temporal_manipulation
from learning.fraud.history import History, Signal

Detector = Callable[[History, Context], Signal]

DETECTORS: dict[str, Detector] = {
    "success_rate_anomaly": success_rate_anomaly,
    "temporal_manipulation": temporal_manipulation,
    "unnatural_confidence_growth": unnatural_confidence_growth,
    "coordinated_manipulation": coordinated_manipulation,
    "application_selectivity": application_selectivity,
    "revival_gaming": revival_gaming,
}


def examine(history: History, context: Context) -> list[Signal]:
    """What every detector says of a history, the quiet ones included, in a fixed order."""
    return [detect(history, context) for detect in DETECTORS.values()]
