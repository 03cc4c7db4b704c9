"""``import`` and ``forget`` on the command line, and a kill in the middle."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from elfsite.origins.models import Source
from elfsite.sources.report import WORDS
from learning.heuristics.models import Heuristic
from tests.elfsite.sources.elf_files import ElfFile

ROWS = 30_000


@pytest.mark.django_db
def test_import_prints_the_final_table(elf: ElfFile, capsys: pytest.CaptureFixture[str]) -> None:
    elf.rule()
    call_command("import", "elf", str(elf.path), "--name", "Ours", "--timezone", "Europe/Berlin")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == list(WORDS)
    assert lines[1].split() == ["heuristics", "1", "1", "0", "0", "0", "0", "0"]
    assert lines[-1].startswith("Ours: 1 added of 1 rows, in ")
    assert Source.objects.get().time_zone == "Europe/Berlin"
    call_command("forget", "Ours")
    assert capsys.readouterr().out.strip() == "Ours is forgotten: 1 rows."
    assert not Heuristic.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("import", "elf", "/nowhere/index.db"), "There is no file at /nowhere/index.db."),
        (("import", "elf", "{file}", "--timezone", "Mars"), "No time zone is called 'Mars'"),
        (("import", "elf", "{file}", "--name", "x" * 81), "A name has 1 to 80 characters"),
        (("forget", "nobody"), "No source is called nobody"),
    ],
)
def test_a_refusal_is_a_sentence(arguments: tuple[str, ...], sentence: str, elf: ElfFile) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command(*(word.format(file=elf.path) for word in arguments))
    assert not Source.objects.exists()


@pytest.mark.django_db
def test_a_name_belongs_to_one_source(elf: ElfFile, tmp_path: Path) -> None:
    call_command("import", "elf", str(elf.path), "--name", "Ours")
    other = ElfFile(tmp_path / "other.db")
    with pytest.raises(CommandError, match="A source is called Ours already"):
        call_command("import", "elf", str(other.path), "--name", "Ours")


def manage(data: Path, *words: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "ELF_DATA_DIR": str(data), "ELF_DATABASE_URL": ""}
    return subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def taken(database: Path) -> int:
    """Rows of trails that are committed so far."""
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            return int(connection.execute("SELECT count(*) FROM trails").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


@pytest.mark.process
def test_killed_in_the_middle_it_neither_loses_nor_doubles(tmp_path: Path) -> None:
    file = ElfFile(tmp_path / "elf.db")
    with sqlite3.connect(file.path) as connection:
        connection.executemany(
            "INSERT INTO trails (location, scent, strength) VALUES (?, 'read', 0.5)",
            [(f"src/{number % 97}.py",) for number in range(ROWS)],
        )
    connection.close()
    data, words = tmp_path / "site", ("import", "elf", str(file.path))
    assert manage(data, "migrate", "--verbosity", "0").wait(120) == 0
    first = manage(data, *words)
    while first.poll() is None and taken(data / "elf.db") == 0:
        time.sleep(0.005)  # its commits are all that can be seen of it
    first.send_signal(signal.SIGKILL)
    first.wait(10)
    assert 0 < taken(data / "elf.db") < ROWS
    second = manage(data, *words)
    assert second.wait(120) == 0, second.stderr.read() if second.stderr else ""
    assert taken(data / "elf.db") == ROWS
    with sqlite3.connect(data / "elf.db") as connection:
        keys = connection.execute("SELECT count(DISTINCT origin_key) FROM trails").fetchone()
        state = connection.execute("SELECT state, count(*) FROM sources").fetchone()
    assert keys == (ROWS,)
    assert state == ("ready", 1)
    assert list((data / "reading").iterdir()) == []
