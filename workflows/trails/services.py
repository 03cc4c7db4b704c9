"""What is done to trails: they are laid, and those that nobody can smell any more are deleted."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.timeline.log import Write, name_of, write
from workflows.conductor.models import NodeExecution, WorkflowRun
from workflows.sessions.redaction import redact_keys
from workflows.trails import collisions
from workflows.trails.collisions import Met
from workflows.trails.decay import HORIZON, clamped
from workflows.trails.hours import Hours
from workflows.trails.locations import kind_of, normal
from workflows.trails.models import Collision, PlacesState, Trail

SCENT_MOST, MESSAGE_MOST, NAME_MOST = 50, 500, 200  # characters
TAGS_MOST, TAG_MOST = 20, 50  # tags, characters of one
TTL_HOURS, TTL_MOST = 24.0, 8760.0  # hours (behaviour: elf §5.8); a year
FILE_SCENT, FILE_STRENGTH = "write", 0.9  # of a file that a node changed (behaviour: elf §5.8)
FILES_MOST = 200  # of one node
FILES_SAID = 3
COLLISIONS_MOST = 20_000  # that one cleaning deletes; the rest goes the next day


@dataclass(frozen=True, slots=True)
class Laid:
    """A trail, and who else is there: None where nobody collides."""

    trail: Trail
    collision: Met | None


def lay_trail(
    *,
    actor: Any,
    location: str,
    scent: str,
    strength: float = 1.0,
    ttl_hours: float | None = TTL_HOURS,
    message: str = "",
    tags: Sequence[str] = (),
    agent_id: str | None = None,
    run: WorkflowRun | int | None = None,
    node_id: str | None = None,
    location_type: str = "",
) -> Laid:
    """Leave a scent at a location (behaviour: elf §5.8); who else touched it is in the answer.

    *strength* is clamped to 0–1. *ttl_hours* None: it fades and never expires. *scent* is any
    word; ``Trail.SCENTS`` have a colour. *location_type* is guessed where it is not said.
    Raises Refused 400 for what is out of bounds, 404 for an unknown run.
    """
    now = timezone.now()
    trail = Trail(
        location=_location(location),
        scent=_text("scent", scent, SCENT_MOST, least=1),
        strength=_strength(strength),
        message=redact_keys(_text("message", message, MESSAGE_MOST)) or None,
        tags=_tags(tags) or None,
        agent_id=_text("agent_id", agent_id or "", NAME_MOST) or None,
        node_id=_text("node_id", node_id or "", NAME_MOST) or None,
        run_id=_run(run),
        created_at=now,
        expires_at=_expiry(ttl_hours, now),
    )
    trail.location_type = _kind(location_type, trail.location)
    with write(actor) as w:
        met = _met(w, [trail], now)
        trail.save(force_insert=True)
        said = f": {trail.message}" if trail.message else ""
        who = trail.agent_id or name_of(actor)
        _said(w, trail, f"{who} laid {trail.scent} at {trail.location}{said}")
    return Laid(trail, met.get(trail.location))


def lay_files(w: Write, *, execution: NodeExecution, paths: Iterable[str], agent_id: str) -> None:
    """A trail at each file that a node changed, and one event for all; in the open write.

    A path that is no location is left out: a completed node is not refused for it.
    """
    now = timezone.now()
    trails = [
        Trail(
            location=where,
            location_type="file",
            scent=FILE_SCENT,
            strength=FILE_STRENGTH,
            agent_id=agent_id or None,
            node_id=execution.node_id,
            run_id=execution.run_id,
            created_at=now,
            expires_at=now + dt.timedelta(hours=TTL_HOURS),
        )
        for where in _files(paths)
    ]
    if not trails:
        return
    _met(w, trails, now)
    Trail.objects.bulk_create(trails)
    names = ", ".join(trail.location for trail in trails[:FILES_SAID])
    more = f" and {len(trails) - FILES_SAID} more" if len(trails) > FILES_SAID else ""
    _said(w, trails[0], f"{agent_id or 'somebody'} wrote {names}{more}", trails=len(trails))


def _met(w: Write, trails: Sequence[Trail], now: dt.datetime) -> dict[str, Met]:
    """Who else is where these trails of one agent are laid; told where that is news."""
    first = trails[0]
    if not first.agent_id:
        return {}
    where = [trail.location for trail in trails]
    found = collisions.others_at(where, first.agent_id, first.scent, now)
    # in one order for all agents: two that touch the same files must not wait for one another
    for _, met in sorted(found.items()):
        collisions.tell(w, met, first.scent, now, run=first.run_id)
    return found


def _said(w: Write, trail: Trail, words: str, **more: Any) -> None:
    if trail.run_id:
        more["run"] = trail.run_id
    w.event("trails", "laid", trail, words, location=trail.location, scent=trail.scent, **more)


def _files(paths: Iterable[str]) -> list[str]:
    found: dict[str, None] = {}
    for path in paths:
        try:
            found[normal(str(path))] = None
        except ValueError:
            continue
        if len(found) == FILES_MOST:
            break
    return list(found)


def _bad(sentence: str) -> Refused:
    return Refused("bad_parameter", sentence)


def _location(location: str) -> str:
    if not isinstance(location, str):
        raise _bad("location must be a text.")
    try:
        return normal(location)
    except ValueError as error:
        raise _bad(str(error)) from None


def _text(name: str, value: str, most: int, *, least: int = 0) -> str:
    """A text trimmed, within bounds. NUL is no text on PostgreSQL."""
    if not isinstance(value, str):
        raise _bad(f"{name} must be a text.")
    text = value.strip()
    if len(text) < least:
        raise _bad(f"{name} must not be empty.")
    if len(text) > most:
        raise _bad(f"{name} may have at most {most} characters, not {len(text):,}.")
    if "\x00" in text or (name != "message" and not text.isprintable()):
        raise _bad(f"{name} must not contain control characters.")
    return text


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or math.isnan(value):
        raise _bad(f"{name} must be a number.")
    return float(value)


def _strength(value: Any) -> float:
    return clamped(_number("strength", value))


def _expiry(hours: Any, now: dt.datetime) -> dt.datetime | None:
    if hours is None:
        return None
    if not 0 < (number := _number("ttl_hours", hours)) <= TTL_MOST:
        raise _bad(f"ttl_hours must be above 0 and at most {TTL_MOST:,.0f}, or null for no expiry.")
    return now + dt.timedelta(hours=number)


def _tags(tags: Sequence[str]) -> str:
    """Joined by commas, as the seed keeps them."""
    if isinstance(tags, str) or not isinstance(tags, (list, tuple)):
        raise _bad("tags must be a list of texts.")
    if len(tags) > TAGS_MOST:
        raise _bad(f"tags may be at most {TAGS_MOST}, not {len(tags):,}.")
    words = [_text("a tag", tag, TAG_MOST) for tag in tags]
    if any("," in word for word in words):
        raise _bad("a tag must not contain a comma: tags are kept joined by commas.")
    return ",".join(dict.fromkeys(filter(None, words)))


def _kind(said: str, location: str) -> str:
    if said and said not in Trail.LOCATION_TYPES:
        known = ", ".join(Trail.LOCATION_TYPES)
        raise _bad(f"location_type must be one of {known}, not {str(said)[:60]!r}.")
    return said or kind_of(location)


def _run(run: WorkflowRun | int | None) -> int | None:
    if run is None or isinstance(run, WorkflowRun):
        return run.pk if run else None
    if not WorkflowRun.objects.filter(pk=run).exists():
        raise Refused("not_found", f"No run has the id {run}.", status=404)
    return run


BATCH = 2000  # trails of one transaction


def cleanable(now: dt.datetime, keep: dt.timedelta) -> QuerySet[Trail]:
    """Our own trails, never governed and longer than *keep* laid, of which nothing is left.

    Nothing is left of a trail that has expired, or that is older than HORIZON periods (then less
    than .01). Rows of a source are never ours to delete; a time that cannot be read stays.
    """
    faded = now - dt.timedelta(hours=HORIZON * settings.TRAIL_PERIOD_HOURS)
    nothing = Q(expires_at__lte=now) | Q(created_at__lt=faded)
    ours = Trail.objects.filter(origin__isnull=True, governed_at__isnull=True)
    old = ours.filter(nothing, created_at__lt=now - keep)
    return old.alias(hour=Hours(F("created_at"))).filter(hour__isnull=False)


def clean_trails(
    *, now: dt.datetime, keep: dt.timedelta, check: Callable[[], None] = lambda: None
) -> int:
    """Delete the trails that are ``cleanable``, in short transactions; how many went.

    *keep* is at least the longest window of the map. *check* is called between two transactions
    and may raise to stop. One event tells the number; places are then summed up anew.
    """
    gone = 0
    while True:
        check()
        with write():
            ids = list(
                cleanable(now, keep).order_by("created_at").values_list("pk", flat=True)[:BATCH]
            )
            Trail.objects.filter(pk__in=ids).delete()
        gone += len(ids)
        if len(ids) < BATCH:
            break
    if gone:
        with write() as w:
            PlacesState.objects.update(stale=True, rebuilt_to=None)
            words = (
                f"{gone:,} of our trails older than {keep.days} days were deleted: they had faded"
            )
            w.event("trails", "cleaned", None, words, deleted=gone)
    return gone


def clean_collisions(*, now: dt.datetime, keep: dt.timedelta) -> int:
    """Delete what is kept of pairs that met last more than *keep* ago; how many. Their events go
    with the timeline's own retention."""
    old = Collision.objects.filter(met_at__lt=now - keep).order_by("met_at")
    with write():
        ids = list(old.values_list("pk", flat=True)[:COLLISIONS_MOST])
        Collision.objects.filter(pk__in=ids).delete()
    return len(ids)
