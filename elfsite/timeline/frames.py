"""An event as the live pages get it: rendered once, for everybody who may see its topic."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from elfsite.charts.clock import span
from elfsite.listings import links, registry

CATCH_UP = 1000  # events that a returning browser is given; beyond it reloads

# What a verb says at a glance: the sign and its hue (the house's legend, never a hue alone).
SIGNS: dict[str, tuple[str, str]] = {
    "failed": ("failed", "blocker"),
    "refused": ("skipped", "ink"),
    "completed": ("completed", "leaf"),
    "started": ("running", "accent"),
    "laid": ("discovery", "discovery"),
    "promoted": ("stage-golden", "gold"),
    "quarantined": ("stage-quarantined", "blocker"),
    "conflict": ("contested", "blocker"),
    "collided": ("contested", "blocker"),
    "gone": ("skipped", "ink"),
    # rules
    "held": ("completed", "leaf"),
    "contradicted": ("square", "blocker"),
    "held_back": ("skipped", "ink"),
    "faded": ("cold", "cold"),
    "rests": ("stage-dormant", "cold"),
    "revived": ("stage-learning", "leaf"),
    "golden": ("stage-golden", "gold"),
    "demoted": ("stage-risk", "hot"),
    "frozen": ("lock", "cold"),
    "archived": ("stage-archived", "ink"),
    "deprecated": ("cancelled", "ink"),
    "merged": ("merge", "ink"),
    # the game
    "earned": ("completed", "leaf"),
    "achieved": ("stage-golden", "gold"),
    # requests
    "asked": ("tray", "read"),
    "rejected": ("cancelled", "ink"),
    "deferred": ("pending", "ink"),
    "taken_back": ("undo", "ink"),
}


@dataclass(frozen=True)
class Event:
    """One row of ``timeline_events`` as plain values."""

    id: int
    at: dt.datetime
    topic: str
    verb: str
    subject_type: str
    subject_id: str
    actor: str
    summary: str
    data: dict[str, Any]

    @property
    def subject(self) -> str:
        """``table:key``, the name under which pages mark the row; empty without a subject."""
        return f"{self.subject_type}:{self.subject_id}" if self.subject_type else ""

    @property
    def address(self) -> str:
        """Where the subject stands; the event itself where that has no page."""
        target = registry.by_table(self.subject_type)
        if target is None:
            return f"/timeline-events/{self.id}/"
        return links.row_path(target, self.subject_id)

    @property
    def concerns(self) -> list[str]:
        """Whom it concerns: roles, and logins as ``@ada``; what raw SQL wrote there is ignored."""
        said = self.data.get("concerns") if isinstance(self.data, dict) else None
        return [name for name in said if isinstance(name, str)] if isinstance(said, list) else []


def sign_of(event: Event) -> tuple[str, str]:
    """(glyph, hue): the scent of a trail, else what the verb says, else a plain dot."""
    scent = event.data.get("scent") if isinstance(event.data, dict) else None
    if isinstance(scent, str) and scent:
        return scent, scent
    return SIGNS.get(event.verb, ("completed", "ink"))


def line_of(event: Event, *, new: bool = True) -> SafeString:
    """The event as a line of the feed; a *new* one settles."""
    glyph, hue = sign_of(event)
    return format_html(
        '<li id="event-{}" data-hue="{}"{}><time datetime="{}" data-rel="short">{}</time>'
        '<svg class="glyph" aria-hidden="true" viewBox="0 0 16 16"><use href="#g-{}"/></svg>'
        '<span><a href="{}">{}</a> <span class="meta">{}</span></span></li>',
        event.id,
        hue,
        SafeString(' class="new"') if new else "",
        event.at.isoformat(timespec="seconds"),
        span((timezone.now() - event.at).total_seconds()),
        glyph,
        event.address,
        event.summary,
        event.actor,
    )


def frame_of(event: Event, row: str = "") -> dict[str, Any]:
    """What a browser receives; ``row`` is the list row of the subject, where one is wanted."""
    return {
        "id": event.id,
        "at": event.at.isoformat(timespec="milliseconds"),
        "topic": event.topic,
        "verb": event.verb,
        "subject": event.subject,
        "actor": event.actor,
        "summary": event.summary,
        "href": event.address,
        "concerns": event.concerns,
        "hue": sign_of(event)[1],
        "line": line_of(event),
        "row": row,
    }
