"""Where this instance listens and where its data lies; read alike by settings and supervisor.

Light on purpose: the supervisor imports it and lives as long as the site.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from elfsite import env

BASE_DIR = Path(__file__).resolve().parent.parent
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


@dataclass(frozen=True)
class Place:
    """An address to listen on, the URL that people type, the folder of all data."""

    address: str
    port: int
    base_url: str
    data_dir: Path
    database_url: str

    @property
    def database_words(self) -> str:
        """What the database is, without its password."""
        parts = urlsplit(self.database_url)
        if parts.scheme == "sqlite":
            return f"SQLite in {Path(parts.path[1:])}"
        return f"PostgreSQL at {parts.hostname or 'the local socket'}{parts.path}"


def read() -> Place:
    """From the environment; raises ImproperlyConfigured with a sentence for a wrong value."""
    address = env.text("ELF_ADDRESS", "127.0.0.1").strip("[]")
    port = env.integer("ELF_PORT", 8000, least=1, most=65535)
    data_dir = Path(env.text("ELF_DATA_DIR") or BASE_DIR / "var").expanduser().resolve()
    database_url = env.text("ELF_DATABASE_URL") or f"sqlite:///{data_dir / 'elf.db'}"
    env.database(database_url)  # refuses a wrong one here, before anything is started
    return Place(
        address=address,
        port=port,
        base_url=_base_url(address, port),
        data_dir=data_dir,
        database_url=database_url,
    )


def _base_url(address: str, port: int) -> str:
    # nobody can type "every interface" into a browser
    host = EVERYWHERE.get(address, address)
    default = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    url = env.text("ELF_BASE_URL", default).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        raise ImproperlyConfigured(
            f"ELF_BASE_URL must look like https://elf.example.org, not {url!r}."
        )
    return url
