"""The real process: it keeps up with writers, says what happens to the file, and ends."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.elfsite.sources.elf_files import ElfFile
from tests.elfsite.sources.follow.conftest import write_to

pytestmark = pytest.mark.process

ROOT = Path(__file__).resolve().parents[4]
PATIENCE = 90.0  # seconds; the machine may be busy
WRITER = """
import random, sqlite3, sys
path, seed = sys.argv[1], int(sys.argv[2])
pick = random.Random(seed)
for n in range(150):
    c = sqlite3.connect(path, timeout=60)
    row = pick.randrange(1, 200)
    c.execute(*pick.choice([
        ("INSERT INTO trails (location, scent) VALUES (?, 'read')", (f"{seed}/{n}",)),
        ("UPDATE trails SET strength = ? WHERE id = ?", (pick.random(), row)),
        ("DELETE FROM trails WHERE id = ?", (row,)),
        ("INSERT INTO heuristics (domain, rule) VALUES ('d', ?)", ("x" * pick.randrange(9000),)),
    ]))
    c.commit()
    if n % 50 == 49 and seed == 1:
        c.execute(pick.choice(["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"]))
    c.close()
"""


class Site:
    """A data folder with the tables of a site."""

    def __init__(self, folder: Path) -> None:
        self.env = {**os.environ, "ELF_DATA_DIR": str(folder)}
        self.env.pop("ELF_DATABASE_URL", None)
        self.db = folder / "elf.db"
        self.manage("migrate", "--verbosity", "0").wait(PATIENCE)

    def manage(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "manage.py", *words], cwd=ROOT, env=self.env)

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        connection = sqlite3.connect(f"file:{self.db}?mode=ro", uri=True, timeout=20)
        rows = connection.execute(sql).fetchall()
        connection.close()
        return rows

    def state(self) -> object:
        return (self.ask("SELECT follow_state FROM sources") or [("",)])[0][0]


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "data"
    Site(folder)
    return folder


@pytest.fixture
def site(empty: Path, tmp_path: Path) -> Site:
    shutil.copytree(empty, tmp_path / "data")
    found = Site.__new__(Site)
    found.env = {**os.environ, "ELF_DATA_DIR": str(tmp_path / "data")}
    found.env.pop("ELF_DATABASE_URL", None)
    found.db = tmp_path / "data" / "elf.db"
    return found


@pytest.fixture
def follower(site: Site, elf: ElfFile) -> Iterator[subprocess.Popen[bytes]]:
    write_to(elf.path, "INSERT INTO trails (location, scent) VALUES ('a', 'read')")
    process = site.manage("follow", "elf", str(elf.path))
    until(lambda: site.state() == "ready")
    yield process
    process.kill()
    process.wait()


def rows_of(path: Path, table: str, columns: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path, timeout=20)
    rows = connection.execute(f"SELECT {columns} FROM {table} ORDER BY 1").fetchall()
    connection.close()
    return rows


def journal_becomes(path: Path, journal: str) -> bool:
    """Whether the file has that journal now. SQLite does not wait for others when it leaves WAL,
    so this is done before there are any, and asked again while the follower has the file open."""
    connection = sqlite3.connect(path, timeout=20)
    try:
        return bool(connection.execute(f"PRAGMA journal_mode={journal}").fetchone() == (journal,))
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()


def differs(site: Site, elf: ElfFile) -> bool:
    """Whether trails or rules are not the same on both sides."""
    return any(
        sorted(site.ask(f"SELECT origin_key, {columns} FROM {table} WHERE gone_at IS NULL"))
        != sorted(rows_of(elf.path, table, f"CAST(id AS TEXT), {columns}"))
        for table, columns in (("trails", "location, strength"), ("heuristics", "rule"))
    )


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_it_keeps_up_with_writers(
    site: Site, elf: ElfFile, follower: subprocess.Popen[bytes], journal: str
) -> None:
    until(lambda: journal_becomes(elf.path, journal))
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(elf.path), str(seed)])
        for seed in (1, 2)
    ]
    assert [writer.wait(PATIENCE) for writer in writers] == [0, 0]
    until(lambda: not differs(site, elf))
    follower.send_signal(signal.SIGTERM)
    assert follower.wait(PATIENCE) == 0
    assert rows_of(elf.path, "pragma_integrity_check", "*") == [("ok",)]


def test_a_file_that_goes_and_comes_back_is_said(
    site: Site, elf: ElfFile, follower: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    aside = tmp_path / "aside.db"
    shutil.copyfile(elf.path, aside)
    write_to(aside, "INSERT INTO trails (location, scent) VALUES ('later', 'hot')")
    for path in elf.path.parent.glob("elf.db*"):
        path.unlink()
    until(lambda: site.state() == "waiting")
    assert "There is no file" in str(site.ask("SELECT follow_error FROM sources")[0][0])
    aside.rename(elf.path)
    until(lambda: site.ask("SELECT 1 FROM trails WHERE location = 'later'"))
    until(lambda: site.ask("SELECT 1 FROM timeline_events WHERE verb = 'follow_goes_on'"))
    assert follower.poll() is None


def test_it_ends_with_its_parent(site: Site, elf: ElfFile) -> None:
    code = (
        "import subprocess, sys, time;"
        "p = subprocess.Popen([sys.executable, 'manage.py', 'follow', 'elf', sys.argv[1]]);"
        "print(p.pid, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(elf.path)],
        cwd=ROOT,
        env=site.env,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout
    child = int(parent.stdout.readline())
    until(lambda: site.state() == "ready")
    parent.kill()
    parent.wait()
    until(lambda: not _lives(child))


def _lives(process: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return False
