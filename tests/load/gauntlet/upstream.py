"""The rule that upstream runs, for comparison: three detectors, each fired one a factor of 8.

As documented, with scores held below 1 (upstream loses the report where they are not). The suspect
stays in its own domain's baseline, as there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from learning.domains.baselines import Baseline, Peer, TooFewPeers, baseline
from learning.fraud.detectors.growth import growth
from learning.fraud.history import History
from learning.fraud.shapes import NIGHT_EXPECTED, REGULAR_BELOW, clock

FACTOR = 8.0


def baselines(histories: Sequence[History]) -> dict[str, Baseline]:
    peers: dict[str, list[Peer]] = {}
    for h in histories:
        if h.applications >= 10:
            peers.setdefault(h.domain, []).append(Peer(h.heuristic, h.success_rate))
    found = {}
    for domain, some in peers.items():
        try:
            found[domain] = baseline(some)
        except TooFewPeers:
            continue
    return found


def fired(history: History, base: Mapping[str, Baseline]) -> dict[str, bool]:
    return {
        "success_rate_anomaly": _rate(history, base.get(history.domain)),
        "temporal_manipulation": _clock(history),
        "unnatural_confidence_growth": _growth(history),
    }


def posterior(detectors: Mapping[str, bool]) -> float:
    odds = 0.05 / 0.95 * FACTOR ** sum(detectors.values())
    return odds / (1 + odds) if any(detectors.values()) else 0.0


def _rate(history: History, base: Baseline | None) -> bool:
    if base is None or not base.std_success_rate or history.applications < 10 or history.golden:
        return False
    return (history.success_rate - base.avg_success_rate) / base.std_success_rate > 2.5


def _clock(history: History) -> bool:
    updates = history.recent(30)
    if len(updates) < 5:
        return False
    beat = clock(updates)
    night = max(0.0, (beat.night_share - NIGHT_EXPECTED) * 4)
    even = max(0.0, 1 - beat.variation / REGULAR_BELOW)
    return 0.4 * beat.slot_share + 0.3 * night + 0.3 * even > 0.5


def _growth(history: History) -> bool:
    updates = history.recent(60)
    if len(updates) < 10:
        return False
    rising, slope, smooth, _ = growth(updates)
    return 0.3 * rising + 0.4 * min(slope / 0.02, 1) + 0.3 * smooth > 0.5
