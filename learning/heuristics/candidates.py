"""The stage "golden candidate" as a condition that the database can answer."""

from __future__ import annotations

from django.db.models import F, Q
from django.db.models.functions import Greatest

from learning.heuristics.lifecycle import (
    AT_RISK_PART,
    CONTRADICTED_SHARE,
    GOLDEN_CONFIDENCE,
    GOLDEN_HELD,
    GOLDEN_RATIO,
)

DECIDED = ("quarantined", "archived", "deprecated", "dormant")


def candidates() -> Q:
    """Rules whose stage (``evidence.stage_of``) is "golden candidate".

    The risk of failing more often than holding is met by the ratio, that of few outcomes by
    the least number held.
    """
    contradicted = Greatest(F("times_contradicted"), 0)
    total = F("times_validated") + F("times_violated") + contradicted
    most = round(CONTRADICTED_SHARE * AT_RISK_PART * 100)
    return Q(
        ~Q(status__in=DECIDED),
        is_golden=False,
        is_quarantined=False,
        confidence__gte=GOLDEN_CONFIDENCE,
        times_validated__gte=GOLDEN_HELD,
        # held // failed > 10, in whole numbers
        times_validated__gt=(GOLDEN_RATIO + 1) * F("times_violated") - 1,
        times_contradicted__lte=most * total / 100,
    )
