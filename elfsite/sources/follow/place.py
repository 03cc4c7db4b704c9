"""What a file looks like from outside, without opening it: where it lies, when it was written."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from elfsite.errors import Refused
from elfsite.sources.opening import check_path

SETTLED = 0.05  # seconds: a file written twice within a tick of the clock keeps its time

Stamp = tuple[int, int, int, int]  # device, number, nanoseconds of the last write, size


@dataclass(frozen=True)
class Look:
    """The file, its log and its journal at one moment; None for one that is not there."""

    file: Stamp | None
    log: Stamp | None
    journal: Stamp | None
    settled: bool  # nothing was written just now: an equal look means an equal file
    newest: int = 0  # nanoseconds since 1970 of the last write to any of them

    @property
    def identity(self) -> tuple[int, int] | None:
        return self.file[:2] if self.file else None

    def same(self, other: Look | None) -> bool:
        """Whether nothing was written between the two; False where that is not sure."""
        return (
            other is not None
            and other.settled
            and (self.file, self.log, self.journal) == (other.file, other.log, other.journal)
        )


def look_at(path: Path) -> Look:
    """How the file looks now."""
    file, log, journal = (_stamp(f"{path}{suffix}") for suffix in ("", "-wal", "-journal"))
    newest = max((stamp[2] for stamp in (file, log, journal) if stamp), default=0)
    return Look(file, log, journal, time.time_ns() - newest > SETTLED * 1e9, newest)


def _stamp(path: str) -> Stamp | None:
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size


def may_open(path: Path) -> None:
    """Raises Refused where opening the file in place could leave files that its writers cannot
    write: SQLite makes ``-shm`` and ``-wal`` beside it, and they would be ours."""
    check_path(path)
    found = path.stat()
    ours = os.geteuid() in {0, found.st_uid}
    if not ours and not Path(f"{path}-shm").exists():
        raise Refused(
            "other_user",
            f"{path} belongs to another user. Run this as that user: what SQLite makes beside the "
            "file has to be writable for those who write it.",
        )
