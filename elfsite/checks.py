"""Settings that contradict each other are told at start, in a sentence, with what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
# WAL keeps its index in shared memory, which machines do not share: the file can be corrupted.
NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "afs", "ceph"}


@register()
def reachability(**kwargs: Any) -> list[CheckMessage]:
    """Where we listen against the URL that people are told."""
    base = urlsplit(settings.BASE_URL)
    found: list[CheckMessage] = []
    if settings.ADDRESS not in LOOPBACK and base.hostname in LOOPBACK:
        found.append(
            Warning(
                f"The site listens on {settings.ADDRESS} but calls itself {settings.BASE_URL}.",
                hint="Set ELF_BASE_URL to the URL that your team types.",
                id="elf.W001",
            )
        )
    if settings.SECURE and not settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        found.append(
            Warning(
                "Behind a proxy, sign-in limits count all people as one address.",
                hint="Set ELF_TRUSTED_PROXIES to the number of proxies in front (usually 1).",
                id="elf.W002",
            )
        )
    return found


@register()
def github(**kwargs: Any) -> list[CheckMessage]:
    """GitHub sign-in is configured whole or not at all."""
    if bool(settings.GITHUB_CLIENT_ID) == bool(settings.GITHUB_CLIENT_SECRET):
        return []
    return [
        Error(
            "GitHub sign-in has an id without a secret, or a secret without an id.",
            hint="Set ELF_GITHUB_CLIENT_ID and ELF_GITHUB_CLIENT_SECRET, or neither.",
            id="elf.E001",
        )
    ]


@register()
def local_disk(**kwargs: Any) -> list[CheckMessage]:
    """SQLite's WAL does not work on a network file system."""
    database = settings.DATABASES["default"]
    if not str(database["ENGINE"]).endswith("sqlite3"):
        return []
    kind = file_system_of(Path(str(database["NAME"])).absolute().parent)
    if kind not in NETWORK_FILE_SYSTEMS:
        return []
    return [
        Error(
            f"The SQLite file lies on a network file system ({kind}), which can corrupt it.",
            hint="Set ELF_DATA_DIR to a folder on a local disk, or use PostgreSQL.",
            id="elf.E002",
        )
    ]


def file_system_of(folder: Path) -> str:
    """The type of the mount that *folder* lies on; empty where the system does not tell."""
    try:
        lines = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    for line in lines:
        _, mount, this_kind, *_ = line.split(" ")
        inside = str(folder) == mount or f"{folder}/".startswith(mount.rstrip("/") + "/")
        if inside and len(mount) >= len(best):
            best, kind = mount, this_kind
    return kind
