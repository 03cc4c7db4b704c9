"""How often a key may ask: a bucket of tokens in the database, of which processes take a handful.

A token a request would be a write a request. A process takes up to a thirtieth of a minute's
tokens at once and spends them from memory; what it has taken is counted, whatever becomes of it.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from elfsite.doors.models import KeyBucket
from elfsite.errors import Refused

HANDFUL = 30  # of these make a minute's tokens


class TooOften(Refused):
    """Refused 429; ``retry_after`` is in seconds."""

    def __init__(self, sentence: str, retry_after: int) -> None:
        super().__init__("too_often", sentence, status=429)
        self.retry_after = retry_after


@dataclass
class Held:
    """What this process has in hand of one bucket."""

    tokens: int = 0
    empty_until: datetime | None = None


_held: dict[tuple[int, str], Held] = {}
_lock = threading.Lock()


def forget() -> None:
    """Drop what this process has in hand: for tests."""
    _held.clear()


def rates() -> dict[str, int]:
    """Requests a minute, by kind."""
    return {"all": settings.API_RATE, "write": settings.API_WRITE_RATE}


def spend(key_id: int, kind: str) -> None:
    """Take one token of a key's bucket. Raises TooOften where none is left."""
    rate = rates()[kind]
    now = timezone.now()
    with _lock:
        held = _held.setdefault((key_id, kind), Held())
        if held.tokens > 0:
            held.tokens -= 1
            return
        if held.empty_until and now < held.empty_until:
            raise _too_often(rate, kind, (held.empty_until - now).total_seconds())
    taken, wait = _draw(key_id, kind, rate, now)
    with _lock:
        if taken:
            held.tokens += taken - 1
            held.empty_until = None
            return
        held.empty_until = now + timedelta(seconds=wait)
    raise _too_often(rate, kind, wait)


def _draw(key_id: int, kind: str, rate: int, now: datetime) -> tuple[int, float]:
    """Take a handful out of the bucket: (tokens, seconds until there is one)."""
    with transaction.atomic():
        KeyBucket.objects.get_or_create(
            key_id=key_id, kind=kind, defaults={"tokens": rate, "filled_at": now}
        )
        bucket = KeyBucket.objects.select_for_update().get(key_id=key_id, kind=kind)
        since = max(0.0, (now - bucket.filled_at).total_seconds())
        full = min(float(rate), bucket.tokens + since * rate / 60)
        taken = min(max(1, rate // HANDFUL), math.floor(full))
        KeyBucket.objects.filter(pk=bucket.pk).update(tokens=full - taken, filled_at=now)
    return taken, 0.0 if taken else (1 - full) * 60 / rate


def _too_often(rate: int, kind: str, seconds: float) -> TooOften:
    word = "requests" if kind == "all" else "writing requests"
    return TooOften(f"A key has {rate:,} {word} a minute.", max(1, math.ceil(seconds)))
