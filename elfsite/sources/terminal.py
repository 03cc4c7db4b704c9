"""What long commands say on a terminal: a bar that fills, and nothing where no terminal is."""

from __future__ import annotations

import time

from django.core.management.base import OutputWrapper

WIDTH = 30  # characters of the bar
EVERY = 0.1  # seconds


class Bar:
    """A progress callback ``f(done, total, note)`` that draws one line over and over."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._shown = out.isatty()
        self._drawn = 0.0

    def __call__(self, done: int, total: int, note: str) -> None:
        now = time.monotonic()
        if not self._shown or (now - self._drawn < EVERY and done < total):
            return
        self._drawn = now
        share = min(done / total, 1.0) if total else 1.0
        bar = ("█" * round(share * WIDTH)).ljust(WIDTH, "·")
        self._out.write(f"\r{bar} {share:4.0%} {done:,} of {total:,} rows, {note}\033[K", ending="")
        self._out.flush()

    def end(self) -> None:
        """Take the bar away."""
        if self._shown:
            self._out.write("\r\033[K", ending="")
            self._out.flush()
