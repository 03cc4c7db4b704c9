from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from elfsite import checks


@pytest.mark.parametrize(
    ("address", "base_url", "secure", "proxies", "found"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000", False, 0, []),
        ("0.0.0.0", "http://127.0.0.1:8000", False, 0, ["elf.W001"]),
        ("0.0.0.0", "http://elf.lan:8000", False, 0, []),
        ("127.0.0.1", "https://elf.example.org", True, 0, ["elf.W002"]),
        ("127.0.0.1", "https://elf.example.org", True, 1, []),
    ],
)
def test_where_we_listen_against_what_we_are_called(
    settings: Any, address: str, base_url: str, secure: bool, proxies: int, found: list[str]
) -> None:
    settings.ADDRESS, settings.BASE_URL, settings.SECURE = address, base_url, secure
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    assert [message.id for message in checks.reachability()] == found


@pytest.mark.parametrize(
    ("name", "secret", "found"),
    [("", "", []), ("id", "secret", []), ("id", "", ["elf.E001"]), ("", "x", ["elf.E001"])],
)
def test_half_a_github_configuration(
    settings: Any, name: str, secret: str, found: list[str]
) -> None:
    settings.GITHUB_CLIENT_ID, settings.GITHUB_CLIENT_SECRET = name, secret
    assert [message.id for message in checks.github()] == found


@pytest.mark.parametrize(("kind", "found"), [("ext4", []), ("nfs4", ["elf.E002"])])
def test_sqlite_on_a_network_disk(
    monkeypatch: pytest.MonkeyPatch, kind: str, found: list[str]
) -> None:
    monkeypatch.setattr(checks, "file_system_of", lambda folder: kind)
    assert [message.id for message in checks.local_disk()] == found


def test_the_innermost_mount_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = "/dev/a / ext4 rw 0 0\nhost:/srv /srv nfs4 rw 0 0\n/dev/b /srv/data xfs rw 0 0\n"
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: mounts)
    for folder, kind in (("/home", "ext4"), ("/srv/x", "nfs4"), ("/srv/data/x", "xfs")):
        assert checks.file_system_of(Path(folder)) == kind
    assert checks.file_system_of(Path("/srvx")) == "ext4"
