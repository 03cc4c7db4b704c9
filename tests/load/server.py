"""A real server on a database of its own, for figures: migrate, one person, daphne on a port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def prepare() -> int:
    """Settings for a new data directory, tables made; returns the port to serve on.

    Has to be called before Django is set up. ``ELF_DATABASE_URL`` is respected: a PostgreSQL
    database that it names is migrated and used as it is.
    """
    port = free_port()
    os.environ.setdefault("ELF_DATA_DIR", tempfile.mkdtemp(prefix="elf-load-"))
    os.environ.update(DJANGO_SETTINGS_MODULE="elfsite.settings", ELF_PORT=str(port), ELF_DEBUG="1")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    return port


def sign_in(name: str = "load") -> str:
    """The cookie header of a signed-in person, made in the database."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from game.players.models import User

    user = User.objects.filter(login=name).first() or User.objects.create_user(name, None)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


@contextmanager
def serving(port: int, core: str | None = None) -> Iterator[int]:
    """Daphne in a process of its own, pinned to *core* if given; yields its process id."""
    command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port)]
    if core is not None:
        command = ["taskset", "-c", core, *command]
    process = subprocess.Popen(
        [*command, "--access-log", os.devnull, "elfsite.asgi:application"], cwd=ROOT
    )
    try:
        _wait(port)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server did not come up within 30 s.")


def percentile(values: list[float], share: float) -> float:
    """The value below which *share* of *values* lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
