"""Who works on a source: one at a time, found dead by its lease or, on this machine, at once."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import socket
import time
from typing import Any

from django.db.models import Q
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.origins.models import Source

LEASE = dt.timedelta(seconds=60)  # renewed every second while rows go in
BEAT_EVERY = 1.0  # seconds


class Lease:
    """The right to write the rows of one source, from ``claim`` to ``release``."""

    def __init__(self, source: Source, state: str) -> None:
        self._source = source
        self._state = state
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._beaten = time.monotonic()

    def claim(self) -> None:
        """Raises Refused ``busy`` while somebody else works on the source."""
        if self._taken(Q(lease_until=None) | Q(lease_until__lt=timezone.now())):
            return
        held = Source.objects.filter(pk=self._source.pk).values_list("lease_holder", "state")
        holder, state = held.first() or ("", "")
        if holder and is_dead(holder) and self._taken(Q(lease_holder=holder)):
            return
        sentence = f"{self._source.name} is being read already."
        if state == "forgetting":
            sentence = f"{self._source.name} is being forgotten; half of its rows may be gone."
        raise Refused("busy", sentence, status=409)

    def _taken(self, free: Q) -> bool:
        if self._state == "reading":
            free &= ~Q(state="forgetting")  # half of its rows may be deleted
        return bool(
            Source.objects.filter(free, pk=self._source.pk).update(
                state=self._state,
                lease_holder=self._holder,
                lease_until=timezone.now() + LEASE,
                progress={},
                error="",
            )
        )

    def beat(self, done: int, total: int, note: str) -> None:
        """Renew the lease and tell how far the work is, at most once a second.

        Raises Refused ``lost`` if somebody took the source, because this process slept too long.
        """
        now = time.monotonic()
        if now - self._beaten < BEAT_EVERY:
            return
        self._beaten = now
        held = self._held().update(
            lease_until=timezone.now() + LEASE,
            progress={"done": done, "total": total, "note": note},
        )
        if not held:
            raise Refused("lost", f"{self._source.name} was taken over by another process.")

    def release(self, state: str, **fields: Any) -> None:
        """End the work in that state; fields of the source are written along."""
        self._held().update(state=state, lease_holder="", lease_until=None, progress={}, **fields)

    def _held(self) -> Any:
        return Source.objects.filter(pk=self._source.pk, lease_holder=self._holder)


def is_dead(holder: str) -> bool:
    """Whether the process that holds the lease ran on this machine and is no more."""
    host, _, rest = holder.partition(":")
    pid = rest.partition(":")[0]
    if host != socket.gethostname() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
