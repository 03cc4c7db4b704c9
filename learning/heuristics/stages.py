"""The stage of a rule (``evidence.stage_of``) as the database answers it, for lists and counts."""

from __future__ import annotations

from django.db.models import Case, F, Q, TextField, Value, When
from django.db.models.functions import Greatest
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual

from learning.heuristics.evidence import RISK_OUTCOMES, VALIDATED_HELD
from learning.heuristics.lifecycle import (
    AT_RISK_APPLICATIONS,
    AT_RISK_PART,
    CONTRADICTED_SHARE,
    GOLDEN_CONFIDENCE,
    GOLDEN_HELD,
    GOLDEN_RATIO,
)

PUT_AWAY = ("archived", "deprecated", "dormant")


def stage() -> Case:
    """The word of ``evidence.STAGES`` that fits a rule: decisions first, then its outcomes."""
    held, failed, contradicted = (
        Greatest(F(name), 0) for name in ("times_validated", "times_violated", "times_contradicted")
    )
    total = held + failed + contradicted
    percent = round(CONTRADICTED_SHARE * AT_RISK_PART * 100)
    hundredfold = contradicted * 100
    return Case(
        When(Q(is_quarantined=True) | Q(status="quarantined"), then=Value("quarantined")),
        *(When(status=word, then=Value(word)) for word in PUT_AWAY),
        When(is_golden=True, then=Value("golden")),
        When(
            _at_least(total, AT_RISK_APPLICATIONS) & _above(hundredfold, total * percent)
            | _at_least(total, RISK_OUTCOMES) & _above(failed, held),
            then=Value("at risk"),
        ),
        When(
            Q(confidence__gte=GOLDEN_CONFIDENCE, times_validated__gte=GOLDEN_HELD)
            # held // failed > 10, in whole numbers
            & _above(held, failed * (GOLDEN_RATIO + 1) - 1),
            then=Value("golden candidate"),
        ),
        When(times_validated__gte=VALIDATED_HELD, then=Value("validated")),
        When(ema_warmup_remaining__gt=0, then=Value("warm-up")),
        default=Value("learning"),
        output_field=TextField(),
    )


def at_stage(word: str) -> Q:
    """Rules at that stage."""
    return Q(Exact(stage(), Value(word)))


def _above(left: object, right: object) -> Q:
    return Q(GreaterThan(left, right))


def _at_least(left: object, right: int) -> Q:
    return Q(GreaterThanOrEqual(left, right))
