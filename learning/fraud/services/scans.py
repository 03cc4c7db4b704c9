"""Looking at every rule: one pass over the ledger, reports in short writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Max

from elfsite.timeline.log import write
from learning.fraud import ledger
from learning.fraud.chances import chances
from learning.fraud.checking import Check, check, too_little
from learning.fraud.history import History
from learning.fraud.known import known_of_all
from learning.fraud.models import FraudProfile, FraudReport
from learning.fraud.population import Profile
from learning.fraud.services.checks import file_checks

BATCH = 500  # rules of one write: about 60 ms on one core
PROFILES_KEPT = 30

Tick = Callable[[int], None]  # f(rules looked at so far), outside of writes


@dataclass
class Scan:
    """What a scan saw: rules by class, those with too little to tell, those without news."""

    classes: Counter[str] = field(default_factory=Counter)
    too_little: int = 0
    unchanged: int = 0
    profile_rules: int = 0

    @property
    def checked(self) -> int:
        return sum(self.classes.values())


def scan(*, actor: Any, everything: bool = False, tick: Tick | None = None) -> Scan:
    """Measure what is usual here, then look at every rule whose ledger has grown since its last
    report (at all rules with *everything*).

    Memory holds the histories of 500 rules. Killed in the middle nothing is lost: what is filed
    stays, the next scan looks at the rest.
    """
    found = chances()
    known = known_of_all(found)
    _keep_profile(actor, known.profile)
    seen = {} if everything else _seen()
    result = Scan(profile_rules=known.profile.rules)
    batch: list[Check] = []
    for history in _with_news(ledger.histories(ledger.rules(), found), seen, result):
        batch.append(check(history, known))
        if len(batch) >= BATCH:
            _file(actor, batch, result, tick)
            batch = []
    if batch:
        _file(actor, batch, result, tick)
    return result


def _with_news(
    histories: Iterator[History], seen: dict[int, int], result: Scan
) -> Iterator[History]:
    for history in histories:
        if too_little(history):
            result.too_little += 1
        elif seen.get(history.heuristic) == len(history.updates):
            result.unchanged += 1
        else:
            yield history


def _seen() -> dict[int, int]:
    """How many rows of the ledger the last report of each rule has looked at."""
    last = (
        FraudReport.objects.filter(origin__isnull=True)
        .values("heuristic_id")
        .annotate(last=Max("pk"))
        .values("last")
    )
    rows = FraudReport.objects.filter(pk__in=last, updates_seen__isnull=False)
    return dict(rows.values_list("heuristic_id", F("updates_seen")))


def _file(actor: Any, batch: list[Check], result: Scan, tick: Tick | None) -> None:
    file_checks(actor=actor, checks=batch, reason="scan")
    result.classes.update(each.classification for each in batch)
    if tick:
        tick(result.checked)


def _keep_profile(actor: Any, profile: Profile) -> None:
    with write(actor) as w:
        row = FraudProfile.objects.create(rules=profile.rules, data=profile.to_json())
        old = FraudProfile.objects.order_by("-made_at").values_list("pk", flat=True)
        FraudProfile.objects.filter(pk__in=list(old[PROFILES_KEPT:])).delete()
        w.event("fraud", "measured", row, f"{profile.rules} rules say what is usual here")
