"""The limits of a domain, as stewards set them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from elfsite.errors import Refused
from elfsite.timeline.log import write
from learning.domains.models import DomainMetadata
from learning.domains.services.counting import TOPIC, carry, locked, save
from learning.heuristics.services.rules import now_or
from learning.heuristics.walking import present
from learning.reviews.access import only_stewards
from learning.reviews.access import said as reason_of

RULES_MOST, DAYS_MOST = 10_000, 3_650
SHARES = ("expansion_min_confidence", "expansion_min_novelty")
DAYS = ("grace_period_days", "max_overflow_days")
Number = int | float | None


def version_of(row: DomainMetadata) -> str:
    """The limits as a person saw them."""
    return "/".join(str(getattr(row, name)) for name in DomainMetadata.EDITABLE)


def set_limits(
    *,
    actor: Any,
    domain: str,
    limits: Mapping[str, Number],
    reason: str = "",
    seen: str | None = None,
    at: datetime | None = None,
) -> DomainMetadata:
    """Change limits and gate of a domain; its state follows at once.

    *limits* names columns of ``DomainMetadata.EDITABLE``; *seen* is the ``version_of`` that the
    person looked at. Raises Refused: 403 for a person who does not govern; 400 for a limit that
    contradicts another, in words; 409 ``stale``.
    """
    only_stewards(actor, "set limits")
    why = reason_of(reason)
    unknown = sorted(set(limits) - set(DomainMetadata.EDITABLE))
    if unknown:
        raise Refused("unknown_limit", f"A domain has no limit {unknown[0]!r}.")
    now = now_or(at)
    with write(actor) as w:
        row = locked(domain)
        if seen is not None and seen != version_of(row):
            raise Refused("stale", "The limits have changed since you looked.", status=409)
        wanted = {name: getattr(row, name) for name in DomainMetadata.EDITABLE} | dict(limits)
        check(wanted)
        changed = {name: value for name, value in wanted.items() if getattr(row, name) != value}
        if changed:
            said = ", ".join(
                f"{name.replace('_', ' ')} {_word(getattr(row, name))} → {_word(value)}"
                for name, value in changed.items()
            )
            save(row, now, **changed)
            w.event(TOPIC, "limits", row, f"{domain}: {said}. {why}".rstrip(), **changed)
        carry(w, row, present("active").filter(domain=domain).count(), now)
    return row


def _word(value: Number) -> str:
    return "none" if value is None else f"{value:g}"


def check(limits: Mapping[str, Any]) -> None:
    """The rules that the table checks, too, in words. Raises Refused 400."""
    soft, hard = limits["soft_limit"], limits["hard_limit"]
    override = limits["ceo_override_limit"]
    _within("soft limit", soft, 1, RULES_MOST)
    _within("hard limit", hard, 1, RULES_MOST)
    if hard < soft:
        raise Refused("bad_limit", f"The hard limit is at least the soft limit, {soft}.")
    if override is not None:
        _within("override", override, 1, RULES_MOST)
        if override < hard:
            raise Refused(
                "bad_limit", f"The override is at least the hard limit, {hard}, or empty."
            )
    for name in SHARES:
        _within(name.removeprefix("expansion_min_") + " asked for", limits[name], 0, 1)
    _within("number of validations", limits["expansion_min_validations"], 0, RULES_MOST)
    for name in DAYS:
        _within(name.replace("_", " "), limits[name], 0, DAYS_MOST)
    if limits["max_overflow_days"] < limits["grace_period_days"]:
        raise Refused("bad_limit", "The grace period ends before the time is up, not after.")


def _within(name: str, value: Any, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise Refused("bad_limit", f"The {name} is a number from {least} to {most:,}.")
