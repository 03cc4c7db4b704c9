"""Which places are asked for: a window of time, a folder, a source, a scent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from workflows.trails.queries import MOST, Survey, survey

NOW = "now"
WINDOWS = {"24h": 0, "7d": 1, "30d": 2}  # the number of the sliding window (sums.SPAN_HOURS)


@dataclass(frozen=True)
class Asked:
    """A window, a folder with its slash ("": everywhere), a source (its id or ``ours``), a scent
    ("": all of them)."""

    window: str = NOW
    folder: str = ""
    source: int | str | None = None
    scent: str = ""


def look(asked: Asked, now: dt.datetime | None = None) -> Survey:
    """The strongest places: *now* by what is left, else by what was laid within the window."""
    return survey(
        now,
        limit=MOST,
        source=asked.source,
        under=asked.folder,
        scent=asked.scent,
        span=WINDOWS.get(asked.window),
    )
