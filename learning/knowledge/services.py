"""What is noted down here: learnings of agents, clean of secrets; and what people have seen."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.utils import timezone

from elfsite.errors import Refused
from elfsite.timeline.log import shorten, write
from learning.heuristics.services.proposals import normal_domain
from learning.knowledge.models import LEARNING_TYPES, Learning, Violation
from learning.reviews.access import only_stewards
from workflows.sessions.redaction import redact

TOPIC = "knowledge"
TITLE_LIMIT, SUMMARY_LIMIT, TAG_LIMIT, TAGS_MOST = 300, 20_000, 50, 20  # characters, number


def record_learning(
    *,
    actor: Any,
    kind: str,
    title: str,
    summary: str = "",
    domain: str = "",
    severity: int = 3,
    tags: tuple[str, ...] = (),
    recorded_by: str = "",
) -> Learning:
    """Note what was learned (seed: elf-schema §3.1).

    *kind* is one of LEARNING_TYPES, *severity* 1 to 5. Secrets are taken out of the texts. The
    seed's ``filepath`` names a file; ours is a name of the same form under which none is kept.
    Raises Refused 400 for what is empty, too long or none of the words.
    """
    fields = {
        "type": _kind(kind),
        "title": redact(_text("title", title, TITLE_LIMIT, needed=True)),
        "summary": redact(_text("summary", summary, SUMMARY_LIMIT)) or None,
        "domain": normal_domain(domain) if domain.strip() else None,
        "severity": _severity(severity),
        "tags": _tags(tags),
    }
    with write(actor) as w:
        row = Learning.objects.create(filepath=_name(kind, str(fields["title"])), **fields)
        by = f" by {recorded_by}" if recorded_by else ""
        words = f"{kind} “{shorten(row.title, 120)}” was recorded{by}"
        w.event(TOPIC, "recorded", row, words, kind=kind, domain=row.domain or "")
    return row


def _kind(kind: str) -> str:
    if kind not in LEARNING_TYPES:
        raise Refused("bad_type", f"A learning is one of {', '.join(LEARNING_TYPES)}.")
    return kind


def _severity(severity: int) -> int:
    if not 1 <= severity <= 5:
        raise Refused("bad_severity", "A severity is 1 to 5.")
    return severity


def _tags(tags: tuple[str, ...]) -> str | None:
    """Tags as the seed keeps them: one text, commas between."""
    if len(tags) > TAGS_MOST:
        raise Refused("many_tags", f"A learning has at most {TAGS_MOST} tags.")
    clean = [re.sub(r"[\s,]+", "-", tag.strip().lower()) for tag in tags]
    if any(not 1 <= len(tag) <= TAG_LIMIT for tag in clean):
        raise Refused("bad_tag", f"A tag has 1 to {TAG_LIMIT} characters.")
    return ",".join(dict.fromkeys(clean)) or None


def _name(kind: str, title: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or kind
    return f"{kind}/{timezone.now():%Y%m%d}_{slug}_{secrets.token_hex(4)}"


def _text(name: str, value: str, limit: int, *, needed: bool = False) -> str:
    text = (value or "").strip()
    if needed and not text:
        raise Refused("empty", f"The {name} is empty.")
    if len(text) > limit:
        raise Refused("too_long", f"The {name} has at most {limit:,} characters.")
    return text


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
        w.event(TOPIC, "acknowledged", row, f"violation acknowledged: {row.rule_name}")
    return row
