"""What may be opened, and that opening leaves no trace."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.sources import opening
from elfsite.sources.opening import opened
from tests.elfsite.sources.conftest import read
from tests.elfsite.sources.elf_files import LIFE_CYCLE, ElfFile

pytestmark = pytest.mark.django_db


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as refused, opened(path):
        pass
    assert str(path) in refused.value.sentence
    return refused.value.code


def rules(path: Path) -> int:
    with opened(path) as file:
        return int(file.connection.execute("SELECT count(*) FROM heuristics").fetchone()[0])


def test_what_is_no_database_of_elf_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    (tmp_path / "text.db").write_text("No database. " * 200)
    with sqlite3.connect(tmp_path / "shop.db") as shop:
        shop.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
    assert refusal(tmp_path / "nowhere.db") == "missing"
    assert refusal(tmp_path / "text.db" / "below.db") == "missing"
    assert refusal(tmp_path) == "directory"
    assert refusal(tmp_path / "empty.db") == "empty_file"
    assert refusal(tmp_path / "text.db") == "not_a_database"
    assert refusal(tmp_path / "shop.db") == "not_elf"
    assert refusal(Path("/dev/null")) == "not_a_file"


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.db")
    assert refusal(tmp_path / "pipe.db") == "not_a_file"


def test_a_damaged_file_is_refused(elf: ElfFile) -> None:
    for number in range(400):
        elf.rule(f"Rule {number} " + "x" * 200)
    raw = bytearray(elf.path.read_bytes())
    raw[8 * 4096 : 20 * 4096] = b"\xff" * (12 * 4096)
    elf.path.write_bytes(raw)
    assert refusal(elf.path) == "corrupt"


def test_rows_that_break_their_own_checks_are_no_damage(tmp_path: Path) -> None:
    file = ElfFile(tmp_path / "elf.db")
    file.run("CREATE TABLE t (n INTEGER CHECK (n > 0)); PRAGMA ignore_check_constraints=ON;"
             "INSERT INTO t VALUES (-1)")  # fmt: skip
    assert rules(file.path) == 0


def test_our_own_database_is_refused(
    elf: ElfFile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "link.db").symlink_to(elf.path)
    if connection.vendor == "sqlite":
        monkeypatch.setitem(connection.settings_dict, "NAME", str(elf.path))
        assert refusal(tmp_path / "link.db") == "own_database"
        monkeypatch.undo()
    elf.run("CREATE TABLE django_migrations (id INTEGER); CREATE TABLE sources (id INTEGER);")
    assert refusal(elf.path) == "own_database"


def test_a_file_that_may_not_be_read_is_refused(
    elf: ElfFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*args: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(opening.shutil, "copyfile", denied)
    assert refusal(elf.path) == "unreadable"


def test_a_copy_needs_room(elf: ElfFile, monkeypatch: pytest.MonkeyPatch) -> None:
    full = type("usage", (), {"free": 100})
    monkeypatch.setattr(opening.shutil, "disk_usage", lambda place: full)
    assert refusal(elf.path) == "no_room"


def test_nothing_is_written_before_the_file_is_found_fit(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "shop.db") as shop:
        shop.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
    with pytest.raises(Refused):
        read(ElfFile(tmp_path / "shop.db", ""))
    assert not Source.objects.exists()


@pytest.fixture
def logged(elf: ElfFile) -> Any:
    """A database whose last rows stand in its log alone, as long as its writer lives."""
    writer = sqlite3.connect(elf.path, isolation_level=None)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("PRAGMA wal_autocheckpoint=0")
    writer.execute("INSERT INTO heuristics (domain, rule) VALUES ('git', 'Rebase your own')")
    yield elf
    writer.close()


def test_rows_that_stand_in_the_log_alone_are_read(logged: ElfFile) -> None:
    assert logged.path.with_name("elf.db-wal").stat().st_size > 0
    assert rules(logged.path) == 1


def test_opening_leaves_folder_and_file_as_they_were(logged: ElfFile) -> None:
    def state() -> dict[str, tuple[int, int]]:
        return {
            path.name: (path.stat().st_size, path.stat().st_mtime_ns)
            for path in logged.path.parent.glob("elf.db*")
        }

    before = state()
    rules(logged.path)
    assert state() == before


def test_a_log_in_a_read_only_folder_is_read(logged: ElfFile, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    for suffix in ("", "-wal"):  # without -shm, which SQLite would have to make here
        source = Path(f"{logged.path}{suffix}")
        (locked / source.name).write_bytes(source.read_bytes())
        (locked / source.name).chmod(0o400)
    locked.chmod(0o500)
    try:
        assert rules(locked / "elf.db") == 1
        assert sorted(path.name for path in locked.iterdir()) == ["elf.db", "elf.db-wal"]
    finally:
        locked.chmod(0o700)


def test_nothing_of_the_copy_stays(elf: ElfFile, settings: Any) -> None:
    with opened(elf.path):
        assert list((settings.DATA_DIR / "reading").iterdir()) == []


def test_a_writer_is_not_kept_waiting(elf: ElfFile) -> None:
    elf.run("PRAGMA journal_mode=DELETE")
    with opened(elf.path):
        elf.rule("Written while the file is read")
    assert rules(elf.path) == 1


def test_a_file_that_moves_while_it_is_copied_is_copied_again(
    elf: ElfFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy, calls = opening.shutil.copyfile, []

    def slow(source: str, target: Path) -> None:
        copy(source, target)
        if not calls:
            elf.rule("Written in between")
        calls.append(source)

    monkeypatch.setattr(opening.shutil, "copyfile", slow)
    assert rules(elf.path) == 1
    assert calls.count(str(elf.path)) == 2


def test_a_file_that_never_rests_is_copied_by_sqlite(
    elf: ElfFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    elf.rule()
    monkeypatch.setattr(opening, "ATTEMPTS", 1)
    monkeypatch.setattr(opening, "_copied_unmoved", lambda *paths: False)
    assert rules(elf.path) == 1


def test_the_same_file_by_another_path_is_the_same_source(tmp_path: Path) -> None:
    file = ElfFile(tmp_path / "elf.db", LIFE_CYCLE)
    file.rule()
    (tmp_path / "link.db").symlink_to(file.path)
    read(file)
    file.path = tmp_path / "link.db"
    assert read(file).total.added == 0
    assert Source.objects.count() == 1
