"""Keeps a process alive for each source that is marked as followed."""

from __future__ import annotations

import subprocess
import time
from threading import Event

from elfsite import serve
from elfsite.origins.models import Source
from elfsite.sources.follow.process import command_for

LOOK_EVERY = 1.0  # seconds between two looks at which sources are followed
MOST = 20  # sources followed at once on one machine; each is a process of about 90 MB


class Followers:
    """The processes of one worker, by source."""

    def __init__(self) -> None:
        self._children: dict[int, serve.Child] = {}

    def look(self) -> None:
        """Start what is wanted and has not started, start again what ended, end the rest."""
        wanted = {
            source.pk: source
            for source in Source.objects.filter(followed=True).order_by("pk")[:MOST]
        }
        for number in self._children.keys() - wanted.keys():
            self._end([self._children.pop(number)])
        for number, source in wanted.items():
            if number not in self._children:
                name = f"follower of {source.name}"
                self._children[number] = serve.Child(name, command_for(source))
            self._children[number].look_after(time.monotonic())

    def end(self) -> None:
        """End every process; they let go of their files."""
        self._end(list(self._children.values()))
        self._children = {}

    def _end(self, children: list[serve.Child]) -> None:
        running: list[subprocess.Popen[bytes]] = [c.process for c in children if c.process]
        serve.end(running)


def run_followers(ends: Event) -> None:
    """Follow every source marked so until *ends* is set. The thread lives as long as the process:
    Linux ends children when the thread that started them ends."""
    followers = Followers()
    try:
        while not ends.is_set():
            followers.look()
            ends.wait(LOOK_EVERY)
    finally:
        followers.end()
