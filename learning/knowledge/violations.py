"""Violations of golden rules that a person has seen."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from elfsite.errors import Refused
from elfsite.timeline.log import write
from learning.knowledge.models import Violation
from learning.reviews.access import only_stewards


def acknowledge_violation(*, actor: Any, violation: int) -> Violation:
    """Note that somebody has seen a violation (seed: elf-schema §3.6); from then on that is ours.

    Raises Refused: 403 for people who do not govern, 404 for an unknown one, 409 when it was
    acknowledged before.
    """
    only_stewards(actor, "acknowledge violations")
    with write(actor) as w:
        row = Violation.objects.filter(pk=violation, gone_at__isnull=True).first()
        if row is None:
            raise Refused("not_found", f"There is no violation {violation}.", status=404)
        open_ones = Violation.objects.filter(pk=row.pk, acknowledged=False)
        if not open_ones.update(acknowledged=True, governed_at=timezone.now()):
            raise Refused("acknowledged", "Somebody acknowledged it before.", status=409)
        row.refresh_from_db()
        w.event("knowledge", "acknowledged", row, f"violation acknowledged: {row.rule_name}")
    return row
