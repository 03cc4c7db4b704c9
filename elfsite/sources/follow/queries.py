"""What the page of a source says about following it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from elfsite.jobs.services import SILENT_AFTER, seconds_since_worker
from elfsite.origins.models import Source


@dataclass(frozen=True)
class Following:
    """``words`` say how it goes; ``hue`` and ``glyph`` are those of a banner."""

    words: str
    hue: str
    glyph: str
    lag: str = ""
    at: dt.datetime | None = None


def following_of(source: Source) -> Following | None:
    """How following goes; None for a source that nobody follows."""
    runs = source.follow_until is not None and source.follow_until > timezone.now()
    if not source.followed and not runs:
        return None
    if not runs:
        return Following(_waits(), "cold", "pending")
    if source.follow_error:
        return Following(source.follow_error, "warning", "warning")
    if source.follow_state != "ready":
        return Following("Reads the whole file first.", "cold", "pending")
    lag = "" if source.follow_lag is None else words_of_lag(source.follow_lag)
    return Following("Followed: what changes there is here.", "leaf", "running", lag,
                     source.follow_at)  # fmt: skip


def words_of_lag(seconds: float) -> str:
    """``340 ms``, ``2.4 s``."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _waits() -> str:
    silence = seconds_since_worker()
    if silence is None or silence > SILENT_AFTER:
        return "Waits for a worker, and none runs. Start one with manage.py worker."
    return "A worker starts following in a moment."
