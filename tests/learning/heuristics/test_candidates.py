"""The database and the pure judgement agree on who is a golden candidate."""

from __future__ import annotations

import itertools

import pytest

from learning.heuristics.candidates import candidates
from learning.heuristics.evidence import stage_of
from learning.heuristics.models import Heuristic

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_every_combination_has_the_stage_that_the_query_finds() -> None:
    outcomes = itertools.product((9, 10, 11, 22, 33), (0, 1, 2, 3), (0, 2, 3, 9))
    standing = [
        {},
        {"confidence": 0.89},
        {"is_golden": True},
        {"is_quarantined": True},
        {"status": "dormant"},
    ]
    Heuristic.objects.bulk_create(
        Heuristic(
            **{
                "domain": "d",
                "rule": "r",
                "confidence": 0.9,
                "times_validated": held,
                "times_violated": failed,
                "times_contradicted": contradicted,
            }
            | more
        )
        for (held, failed, contradicted), more in itertools.product(outcomes, standing)
    )
    found = set(Heuristic.objects.filter(candidates()).values_list("pk", flat=True))
    judged = {r.pk for r in Heuristic.objects.all() if stage_of(r) == "golden candidate"}
    assert found == judged
    assert 0 < len(found) < Heuristic.objects.count()
