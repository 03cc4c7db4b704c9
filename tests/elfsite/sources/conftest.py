from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from elfsite.sources import context
from elfsite.sources.report import Report
from elfsite.sources.services import import_elf
from tests.elfsite.sources.elf_files import ElfFile


@pytest.fixture(autouse=True)
def place(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder and a home of its own, so that no test meets this machine's files."""
    settings.DATA_DIR = tmp_path / "data"
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("ELF_BASE_PATH", raising=False)
    monkeypatch.delenv("ELF_SOURCE_ROOTS", raising=False)
    monkeypatch.setattr("elfsite.sources.opening.SETTLED", 0.0)  # files of tests are just written
    context.forget_seen()
    return tmp_path


@pytest.fixture
def elf(tmp_path: Path) -> ElfFile:
    """A file in the fullest dialect, without a row."""
    return ElfFile(tmp_path / "elf.db")


def read(file: ElfFile, **options: Any) -> Report:
    """Import the file as a test does: its local times are UTC unless the test says otherwise."""
    return import_elf(path=file.path, actor="test", **({"time_zone": "UTC"} | options))
