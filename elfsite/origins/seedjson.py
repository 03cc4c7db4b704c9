"""Reading the JSON that agents keep in text columns: parsed, or raw and flagged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Read:
    """What a JSON text column holds: ``value`` where ``ok``, else ``raw`` as written."""

    value: Any
    ok: bool
    raw: str


def read(text: str | None, *, empty: Any = None) -> Read:
    """Parse a seed's JSON column. NULL and the empty text are ``empty``; nothing raises."""
    if text is None or not text.strip():
        return Read(empty, True, text or "")
    try:
        return Read(json.loads(text), True, text)
    except (ValueError, RecursionError):
        return Read(empty, False, text)


def read_list(text: str | None) -> list[Any]:
    """The list in a JSON column; comma-separated text (``a.py, b.py``) is a list as well."""
    found = read(text, empty=[])
    if found.ok:
        return found.value if isinstance(found.value, list) else [found.value]
    return [part.strip() for part in found.raw.split(",") if part.strip()]


def dump(value: Any) -> str:
    """JSON as we write it into a seed's text column: compact, not ASCII-escaped, no NaN."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
