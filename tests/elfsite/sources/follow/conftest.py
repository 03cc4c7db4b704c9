from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from elfsite.origins.models import Source
from elfsite.sources.follow.passing import take_pending
from elfsite.sources.follow.taking import Taker
from elfsite.sources.follow.watched import Watched
from elfsite.sources.services import import_elf
from tests.elfsite.sources.elf_files import ElfFile


class Following:
    """What a follower does between two looks, without its process."""

    def __init__(self, file: ElfFile, monkeypatch: pytest.MonkeyPatch) -> None:
        # a test does not wait until large tables and long rows are due
        monkeypatch.setattr("elfsite.sources.follow.table.LARGE_EVERY", 0.0)
        monkeypatch.setattr("elfsite.sources.follow.watched.WIDE_EVERY", 0.0)
        self.file = file
        import_elf(path=file.path, actor="test", time_zone="UTC")
        self.source = Source.objects.get(path=str(file.path))
        self.watched = Watched(self.source)
        self.watched.open()
        self.watched.note_all(lambda: False)
        self.taker = Taker(self.source)
        self.taker.load_waiting(self.watched.layout.plans if self.watched.layout else ())

    def look(self) -> dict[str, list[int]]:
        """One look: table -> rowids that were found to differ; they are taken."""
        self.watched.notice()
        while not self.watched.compare(10.0):
            pass
        found = {name: sorted(t.pending) for name, t in self.watched.tables.items() if t.pending}
        self.take()
        return found

    def take(self) -> None:
        take_pending(self.watched, self.taker, lambda: False)  # at least once, for dropped tables
        while any(table.pending for table in self.watched.tables.values()):
            take_pending(self.watched, self.taker, lambda: False)


@pytest.fixture
def following(elf: ElfFile, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Following]]:
    """Makes a follower of the file as it is by then."""
    made: list[Following] = []

    def begin() -> Following:
        made.append(Following(elf, monkeypatch))
        return made[-1]

    yield begin
    for one in made:
        one.watched.close()


def write_to(path: Path, *statements: str, journal: str = "wal") -> None:
    """What a program of an agent does: open, write, close."""
    connection = sqlite3.connect(path, timeout=10)
    connection.execute(f"PRAGMA journal_mode={journal}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
