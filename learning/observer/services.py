"""What people do about alerts: new or active, acknowledged, resolved (behaviour: elf §4.4)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from elfsite.errors import Refused
from elfsite.timeline.log import write
from learning.observer.models import MetaAlert
from learning.reviews.access import only_stewards

# the states that an act may find, the state that it leaves, and the column of its time
ACTS = {
    "acknowledge": (("new", "active"), "ack", "acknowledged_at"),
    "resolve": (("new", "active", "ack"), "resolved", "resolved_at"),
}
SAID = {"ack": "acknowledged", "resolved": "resolved"}


def acknowledge_alert(*, actor: Any, alert: int) -> MetaAlert:
    """Somebody has seen it and looks after it. Raises Refused 403, 404, 409 (not new or active)."""
    return _move(actor, alert, "acknowledge")


def resolve_alert(*, actor: Any, alert: int) -> MetaAlert:
    """Its cause is gone. Raises Refused 403, 404, 409 (resolved before)."""
    return _move(actor, alert, "resolve")


def _move(actor: Any, alert: int, act: str) -> MetaAlert:
    only_stewards(actor, f"{act} alerts")
    found, left, column = ACTS[act]
    now = timezone.now()
    with write(actor) as w:
        row = MetaAlert.objects.filter(pk=alert, gone_at__isnull=True).first()
        if row is None:
            raise Refused("not_found", f"There is no alert {alert}.", status=404)
        moved = MetaAlert.objects.filter(pk=row.pk, state__in=found).update(
            state=left, governed_at=now, **{column: now}
        )
        if not moved:
            raise Refused("wrong_state", f"This alert is {row.state} now.", status=409)
        row.refresh_from_db()
        w.event("observer", left, row, f"alert {SAID[left]}: {row.message}")
    return row
