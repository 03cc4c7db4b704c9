"""Marking sources as followed; a worker starts and ends the processes."""

from __future__ import annotations

from typing import Any

from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.timeline.log import write


def follow_source(*, actor: Any, source: Source) -> None:
    """Follow the source from now on. Raises Refused ``followed`` where that is so already,
    ``sample`` for the sample, which nobody writes to, ``forgetting``."""
    if source.is_sample:
        raise Refused("sample", "Nobody writes to the sample.", status=409)
    with write(actor) as w:
        marked = (
            Source.objects.filter(pk=source.pk, followed=False)
            .exclude(state="forgetting")
            .update(followed=True, follow_error="")
        )
        if marked != 1:
            raise Refused("followed", f"{source.name} is followed already.", status=409)
        w.event("sources", "followed", source, f"{source.name} is followed from now on")
    source.refresh_from_db()


def unfollow_source(*, actor: Any, source: Source) -> None:
    """Follow it no longer; its rows stay. Raises Refused ``not_followed``."""
    with write(actor) as w:
        marked = Source.objects.filter(pk=source.pk, followed=True).update(
            followed=False, write_back=False, follow_error=""
        )
        if marked != 1:
            raise Refused("not_followed", f"{source.name} is not followed.", status=409)
        w.event("sources", "unfollowed", source, f"{source.name} is not followed any more")
    source.refresh_from_db()


def set_write_back(*, actor: Any, source: Source, on: bool) -> None:
    """Carry what people decide here back to the file, or no longer. Raises Refused
    ``not_changed``."""
    with write(actor) as w:
        if Source.objects.filter(pk=source.pk, write_back=not on).update(write_back=on) != 1:
            raise Refused("not_changed", "That is so already.", status=409)
        words = "is carried back to the file" if on else "is not carried back any more"
        verb = "writes_back" if on else "reads_only"
        w.event("sources", verb, source, f"{source.name}: what is decided here {words}")
    source.refresh_from_db()
