from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from elfsite.dangling import find_dangling, mend_dangling

TABLES = """
CREATE TABLE run (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE step (id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run (id), raw BLOB);
CREATE TABLE note (id INTEGER PRIMARY KEY, step INTEGER NOT NULL REFERENCES step (id),
                   run INTEGER REFERENCES run (id), text TEXT);
INSERT INTO run VALUES (1, 'kept');
INSERT INTO step VALUES (1, 1, NULL), (2, 99, x'00ff');
INSERT INTO note VALUES (1, 1, 1, 'fine'), (2, 1, 98, 'half'), (3, 2, NULL, 'under a lost step');
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "elf.db"
    connection = sqlite3.connect(path)
    connection.executescript(TABLES)
    connection.close()
    return path


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_they_are_found_with_what_may_be_done(file: Path) -> None:
    connection = sqlite3.connect(file)
    found = {(one.table, one.rowid, one.column, one.nullable) for one in find_dangling(connection)}
    connection.close()
    assert found == {("step", 2, "run", False), ("note", 2, "run", True)}


def test_a_reference_is_emptied_and_a_row_that_needs_it_is_moved_with_its_own(
    file: Path, tmp_path: Path
) -> None:
    aside = tmp_path / "aside.jsonl"
    assert mend_dangling(file, aside) == (1, 2)
    assert rows(file, "PRAGMA foreign_key_check") == []
    assert rows(file, "SELECT id, run FROM note ORDER BY id") == [(1, 1), (2, None)]
    moved = [json.loads(line) for line in aside.read_text().splitlines()]
    assert [(one["table"], one["row"]["id"]) for one in moved] == [("step", 2), ("note", 3)]
    assert moved[0]["row"]["raw"] == "00ff"
    assert moved[1]["row"]["text"] == "under a lost step"


def test_a_sound_file_is_left_alone(file: Path, tmp_path: Path) -> None:
    mend_dangling(file, tmp_path / "first")
    before = file.read_bytes()
    assert mend_dangling(file, tmp_path / "second") == (0, 0)
    assert file.read_bytes() == before
    assert not (tmp_path / "second").exists()
