"""The team's data as foes and gifts: what is really there to be fixed today, each with its page.

Each kind is one bounded query over an index. Rows that cannot be read are passed by.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from urllib.parse import urlencode

from django.urls import reverse

from elfsite.listings.links import row_path, url_of
from elfsite.listings.registry import of_model
from game.arena.manifest import MOST_FOES, MOST_GIFTS, Thing
from learning.fraud.models import FraudReport
from learning.fraud.services.checks import open_reports
from learning.heuristics.models import Heuristic
from learning.knowledge.models import Violation
from learning.observer.models import MetaAlert
from workflows.trails.models import Trail

LOOKED_AT = 400  # newest rows of a kind; many of them are about one place
TRAIL_DAYS = dt.timedelta(days=30)  # as far as the map of trails looks back
BY_SEVERITY = {"info": 1, "warning": 2, "critical": 3}
BY_CLASS = {"suspicious": 1, "fraud_likely": 2, "fraud_confirmed": 3}


def foes(now: dt.datetime) -> dict[str, list[Thing]]:
    """Every kind of foe, newest first."""
    return {
        "blocker": places("blocker", now),
        "bug": places("warning", now, word="bug"),
        "drone": alerts(),
        "impostor": reports(),
        "rammer": violations(),
    }


def gifts(now: dt.datetime) -> list[Thing]:
    """Discoveries, newest first."""
    return places("discovery", now)[:MOST_GIFTS]


def places(scent: str, now: dt.datetime, *, word: str = "") -> list[Thing]:
    """Places with trails of *scent* of the last 30 days that have not expired; the more trails
    lie there, the larger."""
    rows = (
        Trail.objects.filter(
            scent=scent, created_at__gte=now - TRAIL_DAYS, created_at__lte=now, gone_at__isnull=True
        )
        .exclude(expires_at__lte=now)
        .order_by("-created_at", "-pk")
        .values_list("location", flat=True)[:LOOKED_AT]
    )
    laid = Counter(rows)  # in the order of the newest trail
    return [
        Thing(f"{_last(place)} · {word or scent}", 1 + (many > 1) + (many > 4), _map(place))
        for place, many in list(laid.items())[:MOST_FOES]
    ]


def _last(location: str) -> str:
    return location.rstrip("/").rsplit("/", 1)[-1] or location


def _map(location: str) -> str:
    return f"{reverse('trail_place')}?{urlencode({'at': location})}"


def alerts() -> list[Thing]:
    """Alerts that nobody has resolved."""
    rows = MetaAlert.objects.filter(state__in=("new", "active", "ack"), gone_at__isnull=True)
    return [
        Thing(
            f"{row.metric_name or row.alert_type} · alert",
            BY_SEVERITY.get(row.severity, 1),
            url_of(row),
        )
        for row in rows.order_by("-last_seen")[:MOST_FOES]
    ]


def reports() -> list[Thing]:
    """Fraud reports that wait for a verdict, one for each rule."""
    waiting = open_reports().order_by("-created_at")[:LOOKED_AT]
    newest: dict[int, FraudReport] = {}
    for row in waiting:
        newest.setdefault(row.heuristic_id, row)
    chosen = list(newest.values())[:MOST_FOES]
    rules = Heuristic.objects.in_bulk([row.heuristic_id for row in chosen])
    return [
        Thing(
            f"{rules[row.heuristic_id].rule if row.heuristic_id in rules else 'a gone rule'}",
            BY_CLASS.get(row.classification, 1),
            reverse("fraud_report", args=[row.pk]),
        )
        for row in chosen
    ]


def violations() -> list[Thing]:
    """Violations of golden rules that nobody acknowledged; the more of one rule, the larger."""
    listing = of_model(Violation)
    rows = (
        Violation.objects.filter(acknowledged=False, gone_at__isnull=True)
        .order_by("-violation_date")
        .values_list("pk", "rule_id", "rule_name")[:LOOKED_AT]
    )
    found = list(rows)
    broken = Counter(rule for _, rule, _ in found)
    return [
        Thing(
            f"{name} · violation",
            1 + (broken[rule] > 1) + (broken[rule] > 4),
            row_path(listing, pk) if listing else "",
        )
        for pk, rule, name in found[:MOST_FOES]
    ]
