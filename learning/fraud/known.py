"""What is known around histories, out of the database."""

from __future__ import annotations

from typing import Any

from learning.domains.baselines import Moments
from learning.fraud import ledger
from learning.fraud.checking import Known
from learning.fraud.fusion import BORDERS
from learning.fraud.history import History
from learning.fraud.models import FraudProfile, FraudThreshold
from learning.fraud.population import Profile, survey
from learning.fraud.shapes import graders

SAMPLE = 2000  # rules that teach a scan what is usual: shares are known to a percent point


def known_for(history: History) -> Known:
    """What one check needs: its domain, its agents, and the profile of the last scan."""
    thresholds, borders = borders_now()
    agents = list(graders(history.updates))
    return Known(
        latest_profile(),
        domains(history.domain),
        ledger.totals(agents) if agents else {},
        thresholds,
        borders,
    )


def known_of_all(chances: ledger.Chances) -> Known:
    """What a scan needs, with a new profile of at most SAMPLE rules, drawn evenly."""
    totals = ledger.totals()
    found = ledger.rules()
    count = found.count()  # a scan reads them all anyway
    if count > SAMPLE:
        ids = list(found.order_by("pk").values_list("pk", flat=True))
        found = found.filter(pk__in=ids[:: -(-count // SAMPLE)])
    profile = survey(ledger.histories(found, chances), totals)
    thresholds, borders = borders_now()
    return Known(profile, domains(), totals, thresholds, borders)


def domains(only: str | None = None) -> dict[str, Moments]:
    """Moments of the success rates of each domain's peers."""
    found: dict[str, Moments] = {}
    for peer in ledger.peers(only):
        found.setdefault(peer.domain, Moments()).add(peer.success_rate)
    return found


def latest_profile() -> Profile:
    """The profile of the last scan; an empty one where none can be read."""
    stored: Any = FraudProfile.objects.order_by("-made_at").values_list("data", flat=True).first()
    if not isinstance(stored, dict):
        return Profile()
    try:
        return Profile.from_json(stored)
    except (KeyError, TypeError, ValueError):
        return Profile()  # another version wrote it; the next scan measures anew


def borders_now() -> tuple[dict[str, float], dict[str, float]]:
    """Thresholds of detectors and borders of classes, those that stewards applied included."""
    detectors: dict[str, float] = {}
    borders = dict(BORDERS)
    for kind, name, value in FraudThreshold.objects.values_list("kind", "name", "value"):
        if kind == "detector":
            detectors[name] = value
        elif name in borders:
            borders[name] = value
    return detectors, borders
