"""What sessions leave behind: the context they worked in, as a hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.origins.seedjson import dump
from elfsite.timeline.log import write
from workflows.sessions.matching import called_for
from workflows.sessions.models import SessionContext
from workflows.sessions.redaction import redact

PREVIEW = 100  # characters
KEPT_DAYS = 7
TEXT_LIMIT = 200_000  # characters of a context
NAME_LIMIT = 200
IDS_LIMIT = 200  # rules applied, or called for, in one context
BATCH = 500


def track_context(
    *,
    actor: Any,
    session_id: str,
    context: str,
    heuristics_applied: Sequence[int] = (),
    agent_id: str | None = None,
    at: datetime | None = None,
) -> SessionContext:
    """Record that a session worked in a context and which rules it applied.

    Of the text only its SHA-256 is kept, and the ids of the rules that it calls for. A preview of
    100 characters, secrets taken out, is kept only where ELF_CONTEXT_PREVIEW is on. Raises
    Refused 400 for an empty or too long text or name, and for ids that are none.
    """
    session = _name("session_id", session_id, needed=True)
    agent = _name("agent_id", agent_id or "")
    applied = _ids(heuristics_applied)
    if not context.strip():
        raise Refused("empty", "The context is empty.")
    if len(context) > TEXT_LIMIT:
        raise Refused("too_long", f"A context has at most {TEXT_LIMIT:,} characters.")
    preview = redact(context)[:PREVIEW] if settings.CONTEXT_PREVIEW else None
    offered = called_for(context)[:IDS_LIMIT]
    with write(actor) as w:
        row = SessionContext.objects.create(
            session_id=session,
            agent_id=agent or None,
            context_hash=hashlib.sha256(context.encode()).hexdigest(),
            context_preview=preview,
            heuristics_applied=dump(applied),
            heuristics_offered=dump(offered),
            created_at=at or timezone.now(),
        )
        words = f"{agent or 'a session'} worked in a context, {len(applied)} rules applied"
        w.event("sessions", "context", row, words, applied=len(applied), offered=len(offered))
    return row


def forget_contexts(*, actor: Any, before: datetime) -> int:
    """Delete contexts of ours older than *before*, in short writes; how many they were.

    Those of a source are kept: they are what it recorded.
    """
    deleted = 0
    old = SessionContext.objects.filter(origin__isnull=True, created_at__lt=before)
    while pks := list(old.order_by("created_at").values_list("pk", flat=True)[:BATCH]):
        with write(actor) as w:
            n, _ = SessionContext.objects.filter(pk__in=pks).delete()
            w.event("sessions", "forgot", None, f"{n} contexts are older than {KEPT_DAYS} days")
            deleted += n
    return deleted


def _name(field: str, value: str, *, needed: bool = False) -> str:
    text = (value or "").strip()
    if needed and not text:
        raise Refused("empty", f"{field} is empty.")
    if len(text) > NAME_LIMIT:
        raise Refused("too_long", f"{field} has at most {NAME_LIMIT} characters.")
    return text


def _ids(values: Sequence[int]) -> list[int]:
    if len(values) > IDS_LIMIT:
        raise Refused("too_many", f"At most {IDS_LIMIT} rules are applied in one context.")
    if not all(type(value) is int and value > 0 for value in values):
        raise Refused("bad_ids", "heuristics_applied is a list of ids of rules.")
    return list(dict.fromkeys(values))
