"""Which rules the nightly round asks people about: those to make golden, those to demote."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from elfsite.errors import Refused
from learning.heuristics import hooks
from learning.heuristics.golden import gates, graders_of, unmet, why_demote
from learning.heuristics.lifecycle import GOLDEN_CONFIDENCE, GOLDEN_HELD
from learning.heuristics.models import Heuristic
from learning.heuristics.services.golden import (
    DEMOTION,
    GOLDEN,
    propose_demotion,
    propose_golden,
)
from learning.heuristics.walking import chunks, present
from learning.reviews.models import CeoReview

QUIET = timedelta(days=30)  # after a rejection: the same is not asked again
Tick = Callable[[str], None]


def propose_candidates(actor: Any, now: datetime, tick: Tick) -> int:
    """Ask about every rule that meets all conditions of gold; how many requests are new."""
    rules = present("active").filter(
        is_golden=False,
        frozen_at__isnull=True,
        confidence__gte=GOLDEN_CONFIDENCE,
        times_validated__gte=GOLDEN_HELD,
    )
    made = 0
    for found in chunks(rules):
        asked = already_asked(GOLDEN, found, now)
        graders = graders_of(found)
        for rule in found:
            if rule.pk in asked:
                continue
            if not unmet(gates(rule, len(graders[rule.pk]), hooks.doubts_about(rule))):
                made += _asked(propose_golden, actor, rule)
        tick("looking for gold")
    return made


def propose_demotions(actor: Any, now: datetime, tick: Tick) -> int:
    """Ask about every golden rule that something speaks against; how many requests are new."""
    made = 0
    for found in chunks(present("active").filter(is_golden=True)):
        asked = already_asked(DEMOTION, found, now)
        for rule in found:
            if rule.pk not in asked and why_demote(rule):
                made += _asked(propose_demotion, actor, rule)
        tick("looking at gold")
    return made


def _asked(propose: Callable[..., Any], actor: Any, rule: Heuristic) -> int:
    try:
        propose(actor=actor, heuristic=rule)
    except Refused:  # it changed between the look and the request: the next round looks again
        return 0
    return 1


def already_asked(kind: str, rules: Iterable[Heuristic], now: datetime) -> set[int]:
    """Rules about which the same is pending, or was rejected not long ago."""
    ids = [str(rule.pk) for rule in rules]
    recent = Q(status="rejected", reviewed_at__gte=now - QUIET)
    rows = CeoReview.objects.filter(
        Q(status="pending") | recent,
        kind=kind,
        subject_type=Heuristic._meta.db_table,
        subject_id__in=ids,
    )
    return {int(pk) for pk in rows.values_list("subject_id", flat=True)}
