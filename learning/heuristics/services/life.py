"""The life of a rule: it fades without use, rests, comes back, is given up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.origins.seedjson import dump
from elfsite.timeline.log import Write, write
from learning.heuristics import clock
from learning.heuristics.confidence import DECAY, REVIVAL, REVIVED_AT, Step, step
from learning.heuristics.evidence import tally_of
from learning.heuristics.keywords import MOST, keywords
from learning.heuristics.lifecycle import RESTS_BELOW, Verdict, deprecation, fade
from learning.heuristics.models import Heuristic
from learning.heuristics.services.rules import (
    Said,
    arrow,
    bounded,
    carry,
    change,
    locked,
    note,
    now_or,
    numbers,
    open_to_outcomes,
    state_of,
)
from learning.reviews.access import only_stewards
from learning.reviews.access import said as reason_of

CLOCKS = 500  # rows in one transaction
FADED = "idle since {start:%Y-%m-%d}, {steps} × {factor}"


def decay(*, actor: Any, heuristic: Heuristic | int, at: datetime | None = None) -> Step | None:
    """Take the steps of decay that a rule owes for its idle time; None when it owes none.

    Once per full 14 idle days, however often it is called; below 0.20 the rule rests. Raises
    Refused 404 for an unknown rule.
    """
    now = now_or(at)
    with write(actor) as w:
        rule = locked(heuristic)
        source = rule.origin
        taken = fade_locked(rule, source, now)
        if taken is None:
            return None
        note(w, "faded", rule, f"faded, {arrow(taken)}", **numbers(taken))
        if rests_now(rule):
            rest(w, rule, "faded below 0.20", now, governs=False)
        return taken


def fade_locked(rule: Heuristic, source: Source | None, now: datetime) -> Step | None:
    """Let a locked rule fade as far as it owes; None when nothing moved."""
    if rule.status != "active" or rule.frozen_at or rule.is_quarantined:
        return None
    if clock.lives_elsewhere(rule, source):
        return None
    start = clock.idle_start(rule, source)
    if start is None:  # no readable time says since when: the clock starts here
        change(rule, now, governs=False, idle_since=now, decay_steps=0)
        return None
    due = clock.steps_due(rule, start, now)
    if not due:
        return None
    old = state_of(rule).carried
    new, steps = fade(old, due, rests=not rule.is_golden)
    before = rule.decay_steps if rule.idle_since == start else 0
    columns = {"idle_since": start, "decay_steps": before + steps}
    taken = Step(DECAY, rule.confidence, new, new, 1.0, rule.ema_warmup_remaining)
    if new == rule.confidence == rule.confidence_ema:  # on the floor there is nothing to enter
        change(rule, now, governs=False, **columns)
        return taken
    why = FADED.format(start=start, steps=steps, factor=0.92)
    carry(rule, taken, Said(why), now, governs=False, **columns)
    return taken


def rests_now(rule: Heuristic) -> bool:
    """Whether a rule that has just faded is too weak to stay active. Golden ones are asked about
    instead, never put to rest silently."""
    return rule.status == "active" and not rule.is_golden and rule.confidence < RESTS_BELOW


def make_dormant(
    *, actor: Any, heuristic: Heuristic | int, reason: str, at: datetime | None = None
) -> Heuristic:
    """Let an active rule rest until words of its own wake it.

    Raises Refused: 404 unknown; 403 for a person who does not govern; 409 not active, golden.
    """
    only_stewards(actor, "put a rule to rest")
    why = reason_of(reason)
    now = now_or(at)
    with write(actor) as w:
        rule = locked(heuristic)
        in_state(rule, "active")
        not_golden(rule)
        rest(w, rule, why, now)
    return rule


def rest(w: Write, rule: Heuristic, why: str, now: datetime, *, governs: bool = True) -> None:
    """Put a locked, active rule to rest with what can wake it."""
    conditions = {
        "keywords": keywords(rule.rule)[:MOST],
        "domain": rule.domain,
        "min_confidence_for_revival": REVIVED_AT,
        "created_at": now.isoformat(),
    }
    change(
        rule,
        now,
        governs=governs,
        status="dormant",
        dormant_since=now,
        revival_conditions=dump(conditions),
        revival_offered_at=None,
    )
    note(w, "rests", rule, f"rests. {why}" if why else "rests")


def revive(
    *,
    actor: Any,
    heuristic: Heuristic | int,
    reason: str,
    session_id: str | None = None,
    agent_id: str | None = None,
    at: datetime | None = None,
) -> Step:
    """Wake a dormant rule: active again, with a confidence of at least 0.35.

    It does not count as an update of the day. Raises Refused: 404 unknown; 403 for a person who
    does not govern; 409 for a rule that is not dormant, or frozen.
    """
    only_stewards(actor, "revive a rule")
    session, agent = bounded("session_id", session_id), bounded("agent_id", agent_id)
    told = Said(reason_of(reason), session_id=session, agent_id=agent)
    now = now_or(at)
    with write(actor) as w:
        rule = locked(heuristic)
        in_state(rule, "dormant")
        open_to_outcomes(rule)
        woken = step(state_of(rule), REVIVAL)
        carry(
            rule,
            woken,
            told,
            now,
            status="active",
            dormant_since=None,
            revival_offered_at=None,
            times_revived=rule.times_revived + 1,
            last_used_at=now,
            **_awake(now),
        )
        note(w, "revived", rule, f"revived, {arrow(woken)}", **numbers(woken))
    return woken


def _awake(now: datetime) -> dict[str, Any]:
    """The idle clock as it starts anew."""
    return {"idle_since": now, "decay_steps": 0}


def deprecate(
    *, actor: Any, heuristic: Heuristic | int, reason: str, at: datetime | None = None
) -> Heuristic:
    """Give up a rule that is wrong: it takes no outcomes any more.

    Raises Refused: 404 unknown; 403 for a person who does not govern; 409 when it is neither
    active nor dormant, or golden.
    """
    return _give_up(actor, heuristic, "deprecated", reason_of(reason, least="why it is wrong"), at)


def archive(
    *, actor: Any, heuristic: Heuristic | int, reason: str, at: datetime | None = None
) -> Heuristic:
    """Lay a rule aside: it stays to be read. Refusals as ``deprecate``."""
    return _give_up(actor, heuristic, "archived", reason_of(reason), at)


def _give_up(
    actor: Any, heuristic: Heuristic | int, status: str, why: str, at: datetime | None
) -> Heuristic:
    only_stewards(actor, "give up a rule")
    now = now_or(at)
    with write(actor) as w:
        rule = locked(heuristic)
        in_state(rule, "active", "dormant")
        not_golden(rule)
        give_up(w, rule, status, why, now)
    return rule


def give_up(
    w: Write, rule: Heuristic, status: str, why: str, now: datetime, *, governs: bool = True
) -> None:
    """Move a locked rule to *status*, with its event."""
    was = rule.status
    change(rule, now, governs=governs, status=status)
    note(w, status, rule, f"{status}. {why}" if why else status, was=was)


def restore(
    *,
    actor: Any,
    heuristic: Heuristic | int,
    reason: str,
    status: str = "active",
    at: datetime | None = None,
) -> Heuristic:
    """Take back a deprecation or an archive: the rule is active (or dormant) as before.

    Its idle clock starts anew. Raises Refused: 404 unknown; 403 for a person who does not govern;
    409 for a rule in another state; 400 for a status that is neither.
    """
    only_stewards(actor, "restore a rule")
    if status not in {"active", "dormant"}:
        raise Refused("bad_status", "A rule is restored as active or dormant.")
    why = reason_of(reason)
    now = now_or(at)
    with write(actor) as w:
        rule = locked(heuristic)
        was = in_state(rule, "archived", "deprecated")
        since = now if status == "dormant" else None
        change(
            rule,
            now,
            status=status,
            dormant_since=since,
            revival_offered_at=None,
            **_awake(now),
        )
        note(w, "restored", rule, f"{status} again. {why}", was=was)
    return rule


def start_idle_clocks(source: Source) -> None:
    """Rules that *source* has just brought are idle from now on: a history of long ago does not
    put them to rest in their first night. Bookkeeping of the import, hence without event."""
    fresh = Heuristic.objects.filter(origin=source, idle_since__isnull=True)
    while pks := list(fresh.values_list("pk", flat=True)[:CLOCKS]):
        with write("import"):
            Heuristic.objects.filter(pk__in=pks).update(idle_since=now_or(None))


def deprecate_if_contradicted(
    *, actor: Any, heuristic: Heuristic | int, at: datetime | None = None
) -> Verdict:
    """Deprecate an active rule whose outcomes contradict it too often; the verdict either way.

    A golden rule is left alone: its demotion is asked about. Raises Refused 404 unknown.
    """
    now = now_or(at)
    with write(actor) as w:
        rule = locked(heuristic)
        verdict = deprecation(tally_of(rule), rule.min_applications)
        if verdict.holds and rule.status == "active" and not rule.is_golden:
            give_up(w, rule, "deprecated", verdict.reason, now, governs=False)
    return verdict


def in_state(rule: Heuristic, *allowed: str) -> str:
    """The state of *rule*; raises Refused 409 when it is none of *allowed*."""
    state = "quarantined" if rule.is_quarantined else rule.status
    if state not in allowed:
        raise Refused(
            f"not_{allowed[0]}", f"Heuristic is {state}, not {' or '.join(allowed)}", status=409
        )
    return state


def not_golden(rule: Heuristic) -> None:
    """Raises Refused 409 for a golden rule: what people signed is not undone by the way."""
    if rule.is_golden:
        raise Refused("golden", "A golden rule is demoted first, by consent.", status=409)
