"""How an area says that a row came, changed or went at its source, in one line.

Each area's ``importing.py`` may hold ``VOICES``: table name -> ``Voice``. A table without one is
spoken of by its name and the number of the row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Voice:
    """``topic`` is the area's in the timeline, ``say(row)`` one line about the row as it is now,
    ``data`` the columns that the event carries along."""

    topic: str
    say: Callable[[Row], str] | None = None
    data: tuple[str, ...] = ()


def short(value: Any, most: int = 80) -> str:
    """A text on one line, cut."""
    text = " ".join(str(value or "").split())
    return text if len(text) <= most else text[: most - 1] + "…"
