"""Which pages of a file changed, as its write-ahead log tells: read without any lock.

The log only says where to look; what is there is asked through SQLite afterwards. So a page too
many costs time, and a page too few is the one mistake to avoid: whatever is not certain is *lost*,
and a lost log means that every row is compared.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from pathlib import Path

HEAD = 32  # bytes before the first frame
FRAME = 24  # bytes before the page of a frame
INDEX = 136  # bytes of the index's head: two copies of 48, what a checkpoint did, the locks
COPY = 48
MOST_FRAMES = 200_000  # in one look; beyond it comparing every row is cheaper


@dataclass(frozen=True)
class Head:
    """How far the log can be read: frames that readers may see, the salt of its generation."""

    frames: int
    salt: bytes
    folded: int  # frames that a checkpoint has written back

    @property
    def generation(self) -> int:
        return int(struct.unpack(">I", self.salt[:4])[0])


class LogReader:
    """Reads ``-shm`` and ``-wal`` beside a database that is open in SQLite in this process.

    Closing any descriptor of the database or of its ``-shm`` would drop the locks that SQLite
    holds on them, so ``close`` comes after the connection's.
    """

    def __init__(self, path: Path, page_size: int) -> None:
        self._wal_path = f"{path}-wal"
        self._page_size = page_size
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._index = -1
        self._wal = -1
        self._unfolded = False  # no checkpoint wrote to the file since the last look
        self._wal_is: tuple[int, int] = (0, 0)
        self._head: Head | None = None  # what was looked at last
        self._stamp = (0, 0)  # the file's time and size when that look began
        self._where: dict[int, int] = {}  # page -> its last frame in this generation
        self._open_index(path)

    def _open_index(self, path: Path) -> None:
        try:
            self._index = os.open(f"{path}-shm", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Only after the connection to the database is closed."""
        for number in (self._file, self._index, self._wal):
            if number >= 0:
                os.close(number)
        self._file = self._index = self._wal = -1

    @property
    def identity(self) -> tuple[int, int]:
        """Device and number of the file that is open, whatever lies at its path now."""
        found = os.fstat(self._file)
        return found.st_dev, found.st_ino

    @property
    def ready(self) -> bool:
        """Whether ``page`` knows of every frame of the log."""
        return self._head is not None

    def head(self) -> Head | None:
        """What the index says; None while a writer is changing it, or where none is."""
        raw = os.pread(self._index, INDEX, 0)
        if len(raw) < INDEX or raw[:COPY] != raw[COPY : 2 * COPY] or not raw[12]:
            return None
        frames = struct.unpack_from("=I", raw, 16)[0]
        return Head(frames, raw[32:40], struct.unpack_from("=I", raw, 2 * COPY)[0])

    def changed(self) -> set[int] | None:
        """Pages written since the last call; None: lost, or the first call."""
        found = os.fstat(self._file)
        old, self._stamp = self._stamp, (found.st_mtime_ns, found.st_size)
        head = self.head()
        before, self._head = self._head, None
        if head is None:
            return None
        self._unfolded = old == self._stamp
        pages = self._since(before, head) if self._same_log() and before else None
        if pages is None:
            self._where = {}
            if self._frames(0, head) is None:
                return None
        self._head = head
        return pages

    def _same_log(self) -> bool:
        """Open the log, again if it was made anew; False where it is another one than before."""
        try:
            found = os.stat(self._wal_path)  # noqa: PTH116
        except OSError:
            return False
        now = (found.st_dev, found.st_ino)
        if now == self._wal_is:
            return True
        if self._wal >= 0:
            os.close(self._wal)  # no locks lie on the log itself
        self._wal = os.open(self._wal_path, os.O_RDONLY | os.O_CLOEXEC)
        first, self._wal_is = self._wal_is == (0, 0), now
        return first

    def _since(self, before: Head, head: Head) -> set[int] | None:
        if head.salt == before.salt:
            return self._frames(before.frames, head) if head.frames >= before.frames else None
        rest = self._tail_of(before, head)
        self._where = {}
        new = self._frames(0, head)
        return None if rest is None or new is None else rest | new

    def _frames(self, after: int, head: Head) -> set[int] | None:
        """Pages of the frames behind *after*, noted as the newest; None if one is not there."""
        if head.frames - after > MOST_FRAMES:
            return None
        pages = set()
        for number in range(after + 1, head.frames + 1):
            page = self._page_of(number, head.salt)
            if page is None:
                return None
            self._where[page] = number
            pages.add(page)
        return pages

    def _tail_of(self, before: Head, head: Head) -> set[int] | None:
        """Frames of the old generation behind our mark.

        There are none if no checkpoint wrote to the file since. Otherwise they survive a restart
        of the log only if it was one restart, the new frames have not reached them and the log
        did not shrink.
        """
        if self._unfolded:
            return set()
        if head.generation != before.generation + 1 or head.frames >= before.frames:
            return None
        if os.fstat(self._wal).st_size < self._offset(before.frames + 1):
            return None
        pages, number = set(), before.frames + 1
        while (page := self._page_of(number, before.salt)) is not None:
            pages.add(page)
            number += 1
        return pages

    def _offset(self, frame: int) -> int:
        return HEAD + (frame - 1) * (FRAME + self._page_size)

    def _page_of(self, frame: int, salt: bytes) -> int | None:
        raw = os.pread(self._wal, FRAME, self._offset(frame))
        if len(raw) < FRAME or raw[8:16] != salt:
            return None
        return int(struct.unpack_from(">I", raw)[0])

    def page(self, number: int) -> bytes:
        """A page as of the last ``changed``; right only while SQLite holds a snapshot that is not
        newer. Raises LookupError where it is not there."""
        frame = self._where.get(number)
        if frame is None:
            raw = os.pread(self._file, self._page_size, (number - 1) * self._page_size)
        else:
            at = self._offset(frame)
            raw = os.pread(self._wal, FRAME + self._page_size, at)
            if self._head is not None and raw[8:16] != self._head.salt:
                raise LookupError(number)
            raw = raw[FRAME:]
        if len(raw) < self._page_size:
            raise LookupError(number)
        return raw
