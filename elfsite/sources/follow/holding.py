"""Which process follows a source, and how that goes: kept on the Source."""

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
from elfsite.sources.lease import is_dead

HELD_FOR = dt.timedelta(seconds=20)
BEAT_EVERY = 2.0  # seconds


class Hold:
    """The right to follow one source, from ``claim`` to ``release``."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._told: dict[str, Any] = {}
        self._beaten = 0.0

    def claim(self) -> None:
        """Raises Refused ``followed`` while another process follows the source."""
        now = timezone.now()
        free = Q(follow_until=None) | Q(follow_until__lt=now)
        if self._taken(free):
            return
        holder = (
            Source.objects.filter(pk=self._source.pk)
            .values_list("follow_holder", flat=True)
            .first()
        )
        if holder and is_dead(holder) and self._taken(Q(follow_holder=holder)):
            return
        raise Refused(
            "followed", f"{self._source.name} is followed by another process.", status=409
        )

    def _taken(self, free: Q) -> bool:
        return bool(
            Source.objects.filter(free, pk=self._source.pk).update(
                follow_holder=self.holder, follow_until=timezone.now() + HELD_FOR
            )
        )

    def tell(self, **fields: Any) -> None:
        """Columns of the source to be written with the next beat; a new state is written at once.

        Raises Refused as ``beat`` does.
        """
        urgent = any(
            self._told.get(name) != fields[name]
            for name in ("follow_state", "follow_error")
            if name in fields
        )
        self._told |= fields
        self.beat(now=urgent)

    def beat(self, *, now: bool = False) -> None:
        """Say that this process lives, every BEAT_EVERY seconds. Raises Refused ``lost`` where
        another process follows the source, or it is forgotten."""
        if not now and time.monotonic() - self._beaten < BEAT_EVERY:
            return
        self._beaten = time.monotonic()
        if not self._held().update(follow_until=timezone.now() + HELD_FOR, **self._told):
            raise Refused("lost", f"{self._source.name} is not followed here any more.")

    def release(self) -> None:
        """Let go; what is told stays except for the state."""
        self._held().update(follow_holder="", follow_until=None, follow_state="")

    def _held(self) -> Any:
        return Source.objects.filter(pk=self._source.pk, follow_holder=self.holder)
