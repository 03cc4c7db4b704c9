"""The events of one pass: a line for each row while they are few, one with the count beyond."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from elfsite.origins.models import Recorded, Source
from elfsite.origins.speaking import Voice
from elfsite.sources import registry
from elfsite.sources.candidates import Candidate
from elfsite.sources.plans import Plan
from elfsite.timeline.log import Write

MOST_EVENTS = 50  # of one table in one pass
ENDS = {"recorded": "", "changed": " (changed)", "gone": " (gone at its source)"}


def voice_of(plan: Plan) -> Voice:
    """How the area of a table speaks; by the table's name where it says nothing."""
    return registry.voices().get(plan.table) or Voice(plan.table)


def speak(
    w: Write, source: Source, plan: Plan, verb: str, rows: Mapping[Any, Mapping[str, Any]]
) -> None:
    """One event for each of *rows*, primary key -> values."""
    voice = voice_of(plan)
    for pk, row in rows.items():
        words = _words(plan, pk, row)
        data = {name: _small(row.get(name)) for name in voice.data}
        actor = str(row.get("agent_id") or "") or source.name
        w.event(
            voice.topic,
            verb,
            _subject(plan, pk),
            words + ENDS[verb],
            actor=actor,
            source=source.name,
            **data,
        )


def _subject(plan: Plan, pk: Any) -> Recorded:
    row = plan.model()
    row.pk = pk
    return row


def _words(plan: Plan, pk: Any, row: Mapping[str, Any]) -> str:
    say = voice_of(plan).say
    if say:
        with suppress(KeyError, TypeError, ValueError):  # a column that this file leaves empty
            return say(row)
    return f"{plan.model._meta.verbose_name} {pk}"


def speak_of_many(w: Write, source: Source, plan: Plan, counts: Mapping[str, int]) -> None:
    """One event for all rows of a table."""
    words = ", ".join(f"{count:,} {verb}" for verb, count in counts.items() if count)
    if words:
        w.event(
            voice_of(plan).topic,
            "changed",
            None,
            f"{source.name}: {plan.model._meta.verbose_name_plural}: {words}",
            table=plan.table,
            counts=dict(counts),
        )


def values_of(plan: Plan, rows: list[Candidate]) -> dict[str, dict[str, Any]]:
    """Key of the file -> values as they are stored."""
    return {row.row.key: dict(zip(plan.names, row.values, strict=True)) for row in rows}


def _small(value: Any) -> Any:
    return value if isinstance(value, int | float | None) else str(value)[:80]
