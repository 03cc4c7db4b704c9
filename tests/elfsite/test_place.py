from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from elfsite import place


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ELF_ADDRESS", "ELF_PORT", "ELF_BASE_URL", "ELF_DATA_DIR", "ELF_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("address", "port", "given", "base_url"),
    [
        ("", "", "", "http://127.0.0.1:8000"),
        ("0.0.0.0", "9000", "", "http://127.0.0.1:9000"),
        ("[::1]", "", "", "http://[::1]:8000"),
        ("::", "", "", "http://[::1]:8000"),
        ("10.0.0.5", "", "", "http://10.0.0.5:8000"),
        ("127.0.0.1", "", "https://elf.example.org/", "https://elf.example.org"),
    ],
)
def test_the_url_follows_from_the_address(
    monkeypatch: pytest.MonkeyPatch, address: str, port: str, given: str, base_url: str
) -> None:
    for name, value in (("ADDRESS", address), ("PORT", port), ("BASE_URL", given)):
        if value:
            monkeypatch.setenv(f"ELF_{name}", value)
    assert place.read().base_url == base_url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ELF_PORT", "0"),
        ("ELF_PORT", "65536"),
        ("ELF_PORT", "http"),
        ("ELF_BASE_URL", "elf.example.org"),
        ("ELF_BASE_URL", "https://elf.example.org/memory"),
        ("ELF_BASE_URL", "ftp://elf.example.org"),
        ("ELF_DATABASE_URL", "mysql://x/y"),
        ("ELF_DATABASE_URL", "postgres://x"),
    ],
)
def test_nonsense_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=name):
        place.read()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "SQLite in {folder}/elf.db"),
        ("sqlite:////srv/x.db", "SQLite in /srv/x.db"),
        ("postgres://ada:secret@db.lan:5433/elf", "PostgreSQL at db.lan/elf"),
        ("postgres:///elf", "PostgreSQL at the local socket/elf"),
    ],
)
def test_the_database_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str, words: str
) -> None:
    monkeypatch.setenv("ELF_DATA_DIR", str(tmp_path))
    if url:
        monkeypatch.setenv("ELF_DATABASE_URL", url)
    assert place.read().database_words == words.format(folder=tmp_path)
