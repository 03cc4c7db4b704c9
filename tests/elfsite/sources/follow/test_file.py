"""What may happen to a followed file, and that its writers never notice us."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from elfsite.errors import Refused
from elfsite.sources.follow.watched import Replaced
from learning.heuristics.models import Heuristic
from tests.elfsite.sources.elf_files import ElfFile
from tests.elfsite.sources.follow.conftest import Following, write_to
from tests.elfsite.sources.follow.test_rows import trails
from workflows.trails.models import Trail

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

Begin = Callable[[], Following]


def live() -> int:
    return Trail.objects.filter(gone_at__isnull=True).count()


@pytest.mark.parametrize(
    "statements",
    [
        ("VACUUM",),
        ("PRAGMA wal_checkpoint(TRUNCATE)",),
        ("PRAGMA wal_checkpoint(RESTART)",),
        ("CREATE TABLE other (id INTEGER PRIMARY KEY)", "CREATE INDEX i ON trails(scent)"),
        ("ALTER TABLE trails ADD COLUMN message TEXT",),
        ("ALTER TABLE trails ADD COLUMN unknown TEXT", "REINDEX"),
    ],
    ids=lambda words: words[0].partition(" (")[0],
)
def test_upkeep_by_others_loses_nothing(
    elf: ElfFile, following: Begin, statements: tuple[str, ...]
) -> None:
    trails(elf, 300)
    follower = following()
    follower.look()
    other = sqlite3.connect(elf.path, timeout=10, isolation_level=None)
    other.execute("UPDATE trails SET strength = 0.5 WHERE id = 3")
    for statement in statements:
        other.execute(statement).fetchall()
    other.execute("DELETE FROM trails WHERE id = 5")
    other.close()
    follower.look()
    assert Trail.objects.get(origin_key="3").strength == 0.5
    assert live() == 299


def test_a_dropped_table_takes_its_rows_along(elf: ElfFile, following: Begin) -> None:
    trails(elf, 3)
    follower = following()
    write_to(elf.path, "DROP TABLE trails")
    follower.look()
    assert live() == 0


def test_a_new_table_is_followed(elf: ElfFile, following: Begin) -> None:
    write_to(elf.path, "DROP TABLE trails")
    follower = following()
    write_to(
        elf.path,
        "CREATE TABLE trails (id INTEGER PRIMARY KEY, location TEXT NOT NULL, scent TEXT NOT NULL)",
        "INSERT INTO trails (location, scent) VALUES ('a.py', 'hot')",
    )
    assert follower.look() == {"trails": [1]}
    assert live() == 1


def test_another_file_at_the_path_is_noticed(
    elf: ElfFile, following: Begin, tmp_path: Path
) -> None:
    write_to(elf.path, "SELECT 1")
    follower = following()
    ElfFile(tmp_path / "new.db").path.rename(elf.path)
    with pytest.raises(Replaced):
        follower.watched.notice()


def test_a_deleted_file_is_noticed(elf: ElfFile, following: Begin) -> None:
    follower = following()
    elf.path.unlink()
    with pytest.raises(Refused, match="There is no file"):
        follower.watched.notice()


def test_a_file_that_was_copied_over_is_noticed(
    elf: ElfFile, following: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("elfsite.sources.follow.watched.ODD_FOR", 0.0)
    write_to(elf.path, "SELECT 1")
    follower = following()
    follower.look()
    with elf.path.open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\0")
    with pytest.raises((Replaced, sqlite3.DatabaseError)):
        for _ in range(3):
            follower.watched.notice()


def test_a_file_that_rested_and_was_folded_is_no_other_file(
    elf: ElfFile, following: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("elfsite.sources.follow.watched.ODD_FOR", 0.0)
    write_to(elf.path, "SELECT 1")
    follower = following()
    follower.look()
    for _round in range(3):  # each rest folds the log in: the file changes, its versions start anew
        follower.watched.notice()
        trails(elf, 1)
        follower.watched.release()
        follower.watched.open()
        for _ in range(4):
            follower.watched.notice()
    follower.look()
    assert live() == 3, "none of the rounds was taken for another file, and no row was missed"


def test_a_rested_file_leaves_nothing_beside_it(elf: ElfFile, following: Begin) -> None:
    trails(elf, 3)
    follower = following()
    write_to(elf.path, "UPDATE trails SET strength = 0.5")
    follower.look()
    follower.watched.rest(after=0.0)
    assert [path.name for path in elf.path.parent.glob(f"{elf.path.name}*")] == [elf.path.name]
    write_to(elf.path, "DELETE FROM trails WHERE id = 1")
    follower.look()
    assert live() == 2


def test_a_write_while_it_is_let_go_is_not_missed(elf: ElfFile, following: Begin) -> None:
    trails(elf, 3)
    follower = following()
    follower.look()
    write_to(elf.path, "DELETE FROM trails WHERE id = 2")
    follower.watched.rest(after=0.0)
    assert follower.look() == {"trails": [2]}


def test_a_file_without_a_log_is_open_only_while_it_is_read(elf: ElfFile, following: Begin) -> None:
    write_to(elf.path, "SELECT 1", journal="delete")
    follower = following()
    follower.look()
    follower.watched.rest(after=60.0)
    assert follower.watched.connection is None


def test_a_writer_that_does_not_wait_is_never_refused(elf: ElfFile, following: Begin) -> None:
    follower = following()
    writer = sqlite3.connect(elf.path, timeout=0, isolation_level=None)
    writer.execute("PRAGMA journal_mode=wal")
    for number in range(40):
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO heuristics (domain, rule) VALUES ('d', ?)", (str(number),))
        follower.look()
        writer.execute("COMMIT")
    writer.close()
    follower.look()
    assert Heuristic.objects.count() == 40
