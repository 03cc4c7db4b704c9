"""The life of a process that follows one source: look, compare, take, rest.

Runs alone in its process: closing any other descriptor of the file here would drop the locks that
SQLite holds on it. What reads a copy of the file (the importer) is started as a child.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from elfsite import serve
from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.sources.follow.holding import Hold
from elfsite.sources.follow.passing import count_added, take_pending
from elfsite.sources.follow.taking import Busy, Taker
from elfsite.sources.follow.watched import Replaced, Watched
from elfsite.sources.follow.writeback import WriteBack
from elfsite.timeline.log import write

EVERY = 0.1  # seconds between two looks
SHARE = 0.2  # of one core, at most
RESTS_AFTER = 5.0  # seconds without a write after which the file is let go
COMPARE_ALL_EVERY = 180.0  # seconds: every row, whatever the log said
TURN = 0.15  # seconds of comparing in one turn
RETRY = 5.0  # seconds before the whole file is read again after that failed
CHORES_EVERY = 2.0  # seconds
SAY_AFTER = 3.0  # seconds for which a file may be locked before it is said


class Stop:
    """Asked to end: by a signal, or because the parent is gone."""

    def __init__(self) -> None:
        self.asked = False
        self._parent = os.getppid()

    def ask(self, *_: object) -> None:
        self.asked = True

    def wait(self, seconds: float) -> None:
        """Until *seconds* are over or the end is near; a signal ends the sleep early."""
        end = time.monotonic() + seconds
        while not self.asked and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, EVERY))
            if os.getppid() != self._parent:
                self.asked = True


class Follower:
    """Follows one source until it is told to stop."""

    def __init__(
        self,
        source: Source,
        stop: Stop,
        say: Callable[[str], None],
        writes_back: Callable[[], bool],
    ) -> None:
        self.source = source
        self._writes_back = writes_back
        self._write_back = WriteBack(source)
        self._chores_at = 0.0
        self.stop = stop
        self._say = say
        self._hold = Hold(source)
        self._watched = Watched(source)
        self._taker = Taker(source)
        self._child: subprocess.Popen[bytes] | None = None
        self._whole_at: float | None = 0.0  # when the whole file is to be read; None: never
        self._all_at = time.monotonic() + COMPARE_ALL_EVERY
        self._trouble = ""  # the code of what is wrong
        self._trouble_since = 0.0
        self._told = False  # whether that was said

    def run(self) -> None:
        """Raises Refused ``followed`` where another process follows the source."""
        self._hold.claim()
        try:
            while not self.stop.asked:
                before = time.process_time()
                self._turn()
                used = time.process_time() - before
                self.stop.wait(max(EVERY, used / SHARE - used))
        except Refused as refusal:
            self._say(refusal.sentence)
        finally:
            self._end()

    def _end(self) -> None:
        if self._child:
            serve.end([self._child])
        if self._watched.connection is not None:
            self._watched.release()
        try:
            self._hold.release()
        except DatabaseError:
            connection.close()

    def _turn(self) -> None:
        """One look; a database of ours that does not answer leaves everything pending."""
        try:
            self._attempt()
        except DatabaseError as error:
            connection.close()
            self._say(f"The site's own database does not answer: {error}")
            self.stop.wait(1.0)

    def _attempt(self) -> None:
        """What is wrong with the file is said and never ends the process."""
        try:
            self._look()
        except Replaced:
            self._start_over("replaced", f"Another file lies at {self.source.path}.")
        except Refused as refusal:
            if refusal.code in {"lost", "followed"}:
                raise
            self._start_over(refusal.code, refusal.sentence)
        except (sqlite3.Error, OSError) as error:
            self._stumbled(error)

    def _stumbled(self, error: Exception) -> None:
        words = str(error)
        if "locked" in words or "busy" in words:
            self._trouble_with("locked", f"{self.source.path} is locked by another program.")
        elif "unable to open" in words or "readonly" in words or "no such table" in words:
            self._watched.close()
            self._trouble_with("unreadable", f"{self.source.path} cannot be read: {words}.")
        else:
            self._start_over("damaged", f"{self.source.path} cannot be read: {words}.")

    def _look(self) -> None:
        if self._reads_whole():
            self._calm("waiting" if self._trouble else "reading")
            return
        self._watched.notice()
        now = time.monotonic()
        if now > self._all_at:
            self._all_at = now + COMPARE_ALL_EVERY
            self._watched.compare_all()
        over = self._watched.compare(TURN, lambda: self.stop.asked)
        self._take()
        self._recovered()
        self._calm("ready")
        self._chores(now)
        if over:
            self._watched.rest(RESTS_AFTER)

    # the whole file

    def _reads_whole(self) -> bool:
        """Whether the whole file is being read by the importer; starts it when that is owed.

        What rows look like is noted before the copy is made: what changes from then on is seen.
        """
        if self._child is not None:
            return self._child.poll() is None or not self._child_ended(self._child)
        if self._whole_at is None or time.monotonic() < self._whole_at:
            return self._whole_at is not None
        self._watched.close()
        self._watched.tables = {}
        self._watched.open()
        self._watched.note_all(lambda: self.stop.asked)
        if not self.stop.asked:
            self._child = serve.start([*serve.MANAGE, "import", "elf", self.source.path])
        return True

    def _child_ended(self, child: subprocess.Popen[bytes]) -> bool:
        self._child = None
        if child.returncode:
            self._whole_at = time.monotonic() + RETRY
            return False
        self._whole_at = None
        self.source.refresh_from_db()
        self._taker = Taker(self.source)
        if self._watched.layout:
            self._taker.load_waiting(self._watched.layout.plans)
        return True

    def _start_over(self, code: str, sentence: str) -> None:
        """Let go of the file; read all of it as soon as it can be opened again."""
        self._watched.close()
        self._watched.tables = {}
        self._whole_at = time.monotonic() + (0.5 if code in {"missing", "replaced"} else RETRY)
        self._trouble_with(code, sentence)

    # taking rows

    def _take(self) -> None:
        if not self._taker.after_a_run(self._watched.tables):
            self._whole_at = 0.0
        try:
            lag = take_pending(self._watched, self._taker, lambda: self.stop.asked)
        except Busy:
            return
        if lag is not None:
            self._hold.tell(follow_at=timezone.now(), follow_lag=round(lag, 3))

    def _chores(self, now: float) -> None:
        """What need not happen at every look."""
        if now < self._chores_at:
            return
        self._chores_at = now + CHORES_EVERY
        added, self._taker.added = self._taker.added, {}
        if added:
            count_added(self.source, added)
        if self._writes_back():
            with suppress(sqlite3.OperationalError):  # somebody writes there: later
                self._write_back.carry(self._watched.tables)

    # what is said

    def _calm(self, state: str) -> None:
        error = self.source.follow_error if self._trouble else ""
        self._hold.tell(follow_state=state, follow_error=error)

    def _trouble_with(self, code: str, sentence: str) -> None:
        now = time.monotonic()
        if code != self._trouble:
            self._trouble, self._trouble_since, self._told = code, now, False
        if self._told or (code == "locked" and now - self._trouble_since < SAY_AFTER):
            self._hold.beat()
            return
        self._told = True
        self.source.follow_error = sentence
        self._say(sentence)
        self._hold.tell(follow_state="waiting", follow_error=sentence)
        with write("follow") as w:
            w.event("sources", "follow_stopped", self.source, f"{self.source.name}: {sentence}")

    def _recovered(self) -> None:
        if not self._trouble:
            return
        self._trouble = ""
        self.source.follow_error = ""
        if self._told:
            sentence = f"{self.source.name} can be read again and is followed."
            self._say(sentence)
            with write("follow") as w:
                w.event("sources", "follow_goes_on", self.source, sentence)


def follow(
    source: Source, say: Callable[[str], None], stop: Stop, *, write_back: bool | None = None
) -> None:
    """Follow *source* in this process until *stop* is asked. *write_back* None: as the source
    says, which may change meanwhile."""

    def writes_back() -> bool:
        if write_back is not None:
            return write_back
        return Source.objects.filter(pk=source.pk, write_back=True).exists()

    os.environ["ELF_DATA_DIR"] = str(settings.DATA_DIR)  # children run in another folder
    Follower(source, stop, say, writes_back).run()


def command_for(source: Source) -> list[str]:
    """The command that follows a source in a process of its own."""
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), "follow", "elf", "--source",
            str(source.pk)]  # fmt: skip
