"""A whole site for browser tests: its own data directory, web process and worker."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.load.server import free_port

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = {"ada": "admin", "stan": "steward", "mira": "member"}

MAKE_PEOPLE = """
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from game.players.models import GameState, User
for login, role in {people!r}.items():
    user = User.objects.create_user(login, None, role=role, is_superuser=role == "admin")
    GameState.objects.create(user=user)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    print(login, session.session_key)
"""


@dataclass
class Site:
    """A running site; ``sessions`` are session keys by login."""

    folder: Path
    port: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    sessions: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        own = {"ELF_DATA_DIR": str(self.folder), "ELF_PORT": str(self.port), "ELF_DEBUG": "1"}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ELF_")}
        return {**kept, **own, **self.settings, "HOME": str(self.folder)}

    def manage(self, *words: str) -> str:
        """Run a command of the product on this site's data; its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Plain sqlite3 on the database, as another program would do it."""
        link = sqlite3.connect(self.folder / "elf.db", timeout=20)
        try:
            rows = link.execute(statement, values).fetchall()
            link.commit()
        finally:
            link.close()
        return rows

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a process of the site."""
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "log").open("ab"),
        )
        self.processes.append(process)
        return process

    def serve(self) -> subprocess.Popen[bytes]:
        """Start the web process and wait until it answers."""
        web = self.start(
            "-m",
            "daphne",
            "-b",
            "127.0.0.1",
            "-p",
            str(self.port),
            "--access-log",
            os.devnull,
            "elfsite.asgi:application",
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with suppress(OSError):
                urllib.request.urlopen(f"{self.url}/livez", timeout=1).close()
                return web
            time.sleep(0.1)
        raise AssertionError((self.folder / "log").read_text()[-3000:])

    def stop(self) -> None:
        """End every process of the site."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Site]:
    """A site with three people (admin, steward, member) and no data; *settings* are variables."""
    site = Site(folder, free_port(), settings=settings)
    try:
        site.manage("migrate", "--verbosity", "0")
        made = site.manage("shell", "--verbosity", "0", "-c", MAKE_PEOPLE.format(people=PEOPLE))
        site.sessions = dict(line.split() for line in made.splitlines() if line.count(" ") == 1)
        site.serve()
        site.start("manage.py", "worker")
        yield site
    finally:
        site.stop()
