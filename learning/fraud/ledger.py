"""Histories out of the database: rules by primary key, each with its part of the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, F, FloatField, Func, QuerySet

from learning.fraud.history import OUTCOMES, Chance, History, Update
from learning.heuristics.models import ConfidenceUpdate, Heuristic

CHUNK = 500  # rules whose histories are in memory at once
MOST_UPDATES = 2000  # of one rule, the latest: beyond, the window of 60 days is long full
MOST_AGENTS = 20_000

Chances = Mapping[int, Sequence[Chance]]
RULE = (
    "pk", "domain", "is_golden", "status", "is_quarantined",
    "times_validated", "times_violated", "times_contradicted", "times_revived",
)  # fmt: skip
ROW = (
    "heuristic_id", "second", "update_type", "old_confidence", "new_confidence",
    "agent_id", "session_id", "rate_limited", "grader",
)  # fmt: skip


class Second(Func):
    """``created_at`` as seconds since 1970, NULL where it is no time.

    Told by the database: making a hundred thousand datetimes costs a third of a scan.
    """

    output_field = FloatField()

    def __init__(self) -> None:
        super().__init__(F("created_at"))

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "round((julianday(%(expressions)s) - 2440587.5) * 86400.0, 3)"
        return self.as_sql(compiler, connection, template=template, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "EXTRACT(EPOCH FROM %(expressions)s)::float8"
        return self.as_sql(compiler, connection, template=template, **extra)


class Peer(NamedTuple):
    """What a rule contributes to the baseline of its domain."""

    heuristic: int
    domain: str
    success_rate: float


def rules() -> QuerySet[Heuristic]:
    """Rules that can be looked at: present here, and not laid aside."""
    return Heuristic.objects.filter(gone_at__isnull=True).exclude(status="archived")


def histories(found: QuerySet[Heuristic], chances: Chances | None = None) -> Iterator[History]:
    """The histories of *found* in order of their ids; memory holds CHUNK of them."""
    known, last = chances or {}, 0
    while rows := list(found.filter(pk__gt=last).order_by("pk").values_list(*RULE)[:CHUNK]):
        last = rows[-1][0]
        ledger = _ledger([row[0] for row in rows])
        for row in rows:
            yield _history(row, ledger.get(row[0], []), known.get(row[0], ()))


def history_of(heuristic: int, chances: Sequence[Chance] = ()) -> History | None:
    """One rule's history; None for an id that is none."""
    row = Heuristic.objects.filter(pk=heuristic).values_list(*RULE).first()
    return _history(row, _ledger([heuristic]).get(heuristic, []), chances) if row else None


def _history(row: Any, updates: list[Update], chances: Sequence[Chance]) -> History:
    pk, domain, golden, status, quarantined, held, failed, contradicted, revived = row
    bare = not (held or failed or contradicted)  # a raw ledger without counters
    if bare:
        kinds = [update.kind for update in updates if not update.limited]
        held = sum(kind in {"success", "validation"} for kind in kinds)
        failed = sum(kind in {"failure", "violation"} for kind in kinds)
        contradicted = kinds.count("contradiction")
    return History(
        pk, domain or "", bool(golden), "quarantined" if quarantined else status,
        held, failed, contradicted, revived, updates[-MOST_UPDATES:], chances, bare,
    )  # fmt: skip


def _ledger(ids: Sequence[int]) -> dict[int, list[Update]]:
    """Updates by rule in order of time; rows without a readable time tell no clock."""
    rows = ConfidenceUpdate.objects.filter(gone_at__isnull=True)
    if len(ids) == 1:
        rows = rows.filter(heuristic_id=ids[0])
    else:
        rows = rows.filter(heuristic_id__gte=ids[0], heuristic_id__lte=ids[-1])
    found: dict[int, list[Update]] = {pk: [] for pk in ids}
    ordered = rows.order_by("heuristic_id", "created_at", "id").annotate(second=Second())
    for pk, at, kind, old, new, agent, session, limited, grader in ordered.values_list(
        *ROW
    ).iterator(2000):
        mine = found.get(pk)
        if mine is not None and at is not None:
            mine.append(Update(at, kind, old, new, agent or grader, session, limited))
    for mine in found.values():
        mine.sort(key=_at)  # raw rows may write their times in another form
    return found


def _at(update: Update) -> float:
    return update.at


def totals(agents: Sequence[str] | None = None) -> dict[str, int]:
    """Outcomes that each agent graded anywhere; of the busiest MOST_AGENTS, or of *agents*."""
    rows = ConfidenceUpdate.objects.filter(
        update_type__in=OUTCOMES, rate_limited=False, gone_at__isnull=True
    )
    rows = rows.filter(agent_id__in=agents) if agents else rows.filter(agent_id__isnull=False)
    counted = rows.values_list("agent_id").annotate(n=Count("pk")).order_by("-n")
    return {str(agent): n for agent, n in counted[:MOST_AGENTS]}


def peers(domain: str | None = None) -> Iterator[Peer]:
    """Active rules with ten applications or more, not quarantined; of one domain or of all."""
    found = Heuristic.objects.filter(status="active", is_quarantined=False, gone_at__isnull=True)
    if domain is not None:
        found = found.filter(domain=domain)
    columns = ("pk", "domain", "times_validated", "times_violated", "times_contradicted")
    for pk, name, held, failed, contradicted in found.values_list(*columns).iterator(2000):
        total = held + failed + contradicted
        if total >= 10:
            yield Peer(pk, name, held / total)


__all__ = ["Chances", "Peer", "histories", "history_of", "peers", "rules", "totals"]
