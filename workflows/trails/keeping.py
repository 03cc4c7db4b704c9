"""The rows of places and of their scents, as sums and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from workflows.trails.hours import hours_at, moment_at
from workflows.trails.meeting import NEVER
from workflows.trails.models import Kept, Place, PlaceScent
from workflows.trails.sums import Key, PlaceSum, Sums

CHUNK = 500  # rows per statement
SPANS = ("day", "week", "month")  # the columns of the windows, in the order of SPAN_HOURS


def key_of(row: Kept) -> Key:
    """The key of the sum that a row keeps."""
    return row.origin_id, row.location, row.scent if isinstance(row, PlaceScent) else ""


def loaded(row: Kept) -> PlaceSum:
    """The sum that a row keeps."""
    crossed = None
    if isinstance(row, Place) and row.crossed_at is not None and row.crossed_gap is not None:
        crossed = (hours_at(row.crossed_at), row.crossed_gap / 3600)
    last = hours_at(row.last_at) if row.last_at else None
    return PlaceSum(
        heat=row.heat,
        trails=row.trails,
        # rows of before the windows know two numbers of each; a rebuild is owed then
        scents={name: [*seen, last or NEVER][:3] for name, seen in row.scents.items()},
        agents={name: [*seen, NEVER][:3] for name, seen in row.agents.items()},
        last=last,
        crossed=crossed,
        spans=[[getattr(row, span), getattr(row, f"{span}_trails")] for span in SPANS],
    )


def _row(key: Key, total: PlaceSum, pk: int | None = None) -> Kept:
    origin, location, scent = key
    values: dict[str, Any] = {
        "pk": pk,
        "origin_id": origin,
        "location": location,
        "heat": total.heat,
        "trails": total.trails,
        "scents": total.scents,
        "agents": total.agents,
        "last_at": None if total.last is None else moment_at(total.last),
    }
    for span, (strength, trails) in zip(SPANS, total.spans, strict=True):
        values |= {span: strength, f"{span}_trails": int(trails)}
    if scent:
        return PlaceScent(scent=scent, **values)
    crossed = total.crossed
    return Place(
        crossed_at=None if crossed is None else moment_at(crossed[0]),
        crossed_gap=None if crossed is None else round(crossed[1] * 3600),
        **values,
    )


def at_places(keys: Iterable[Key]) -> dict[Key, Kept]:
    """The rows that are kept already of those keys."""
    wanted = set(keys)
    found: dict[Key, Kept] = {}
    for model in (Place, PlaceScent):
        mine = sorted({where for _, where, scent in wanted if bool(scent) is (model is PlaceScent)})
        for start in range(0, len(mine), CHUNK):
            for row in model._default_manager.filter(location__in=mine[start : start + CHUNK]):
                if (key := key_of(row)) in wanted:
                    found[key] = row
    return found


def save(sums: Sums, present: Mapping[Key, Kept]) -> None:
    """Store sums: rows that are there keep their id, because pages link to it."""
    rows: defaultdict[tuple[type[Kept], bool], list[Kept]] = defaultdict(list)
    for key, total in sums.items():
        row = _row(key, total, present[key].pk if key in present else None)
        rows[type(row), row.pk is None].append(row)
    for (model, is_new), each in rows.items():
        manager: Any = model._default_manager
        if is_new:
            manager.bulk_create(each, batch_size=CHUNK)
            continue
        manager.bulk_create(
            each,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[f.name for f in model._meta.concrete_fields if not f.primary_key],
            batch_size=CHUNK,
        )


def replace(sums: Sums, **where: Any) -> None:
    """Make the rows *where* what *sums* says; rows without a sum go."""
    present: dict[Key, Kept] = {}
    for model in (Place, PlaceScent):
        gone = []
        for row in model._default_manager.filter(**where):
            key = key_of(row)
            if key in sums:
                present[key] = row
            else:
                gone.append(row.pk)
        for start in range(0, len(gone), CHUNK):
            model._default_manager.filter(pk__in=gone[start : start + CHUNK]).delete()
    save(sums, present)
