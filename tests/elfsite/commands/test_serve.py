"""The real processes: they start, say where, answer, come back, and all end in time."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from websockets.sync.client import connect
from websockets.typing import Origin

from elfsite.place import BASE_DIR

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(sys.platform != "linux", reason="process states are read from /proc"),
]

STARTED_WITHIN = 60.0  # seconds, on a machine that also does other things
ENDED_WITHIN = 3.0


class Site:
    """A running ``python -m elfsite.serve``."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ELF_")},
            "ELF_DATA_DIR": str(folder),
            "ELF_PORT": str(self.port),
            "DJANGO_SETTINGS_MODULE": "elfsite.settings",
        }
        self.log = folder.parent / f"{folder.name}.log"
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "elfsite.serve"],
                cwd=BASE_DIR,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        until(lambda: "Ready after" in self.words() or self.process.poll() is not None)
        assert "Ready after" in self.words(), self.words()

    def words(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def get(self, path: str) -> str:
        address = f"http://127.0.0.1:{self.port}{path}"
        with urllib.request.urlopen(address, timeout=20) as answer:
            return str(answer.read().decode())

    def children(self) -> list[int]:
        """Process ids of the web process and the worker."""
        listed = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
        return [one for one in listed if state_of(one)[1:] == (self.process.pid,)]

    def manage(self, *words: str) -> str:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(
            command, cwd=BASE_DIR, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def open_tab(self, stack: ExitStack) -> None:
        """The socket of a signed-in person's open page, answered by the server."""
        key = (self.folder / "session").read_text()
        link = connect(
            f"ws://127.0.0.1:{self.port}/live/",
            origin=Origin(f"http://127.0.0.1:{self.port}"),
            additional_headers={"Cookie": f"elf_session={key}"},
        )
        tab = stack.enter_context(link)
        tab.send('{"ping": 1}')
        assert tab.recv(timeout=10)

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=ENDED_WITHIN)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], object], seconds: float = STARTED_WITHIN) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        threading.Event().wait(0.05)


def state_of(process: int) -> tuple[str, int] | tuple[()]:
    """The letter of its state and the process id of its parent; empty if it is gone."""
    try:
        words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ()
    return words[0], int(words[1])


def lives(process: int) -> bool:
    """Whether it runs; one that is dead but not buried does not."""
    state = state_of(process)
    return bool(state) and state[0] != "Z"


MAKE_SESSION = """
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from game.players.models import User
user = User.objects.create_user("ada")
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print(session.session_key)
"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose tables and static files are there, to be copied."""
    folder = tmp_path_factory.mktemp("prepared") / "data"
    site = Site(folder)
    words = site.words()
    assert site.end() == 0
    assert words.splitlines()[0].startswith(f"ELF      http://127.0.0.1:{site.port}")
    assert f"data     {folder}" in words
    (folder / "session").write_text(site.manage("shell", "-v", "0", "-c", MAKE_SESSION).strip())
    assert re.search(r"This link makes the administrator:\n +http://127\.0\.0\.1:\d+/\S+", words)
    return folder


@pytest.fixture
def site(prepared: Path, tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path / "data"
    shutil.copytree(prepared, folder)
    running = Site(folder)
    children = running.children()
    yield running
    if running.process.poll() is None:
        running.end()
    assert not any(lives(child) for child in children)


def test_it_answers_and_the_worker_is_seen(site: Site) -> None:
    assert json.loads(site.get("/livez")) == {"alive": True}
    until(lambda: json.loads(site.get("/readyz"))["worker"]["ok"])
    assert "sign in" in site.get("/accounts/login/").lower()
    assert len(site.children()) == 2


def test_a_second_one_on_the_same_folder_or_port_is_refused(site: Site, tmp_path: Path) -> None:
    for change, words in (
        ({"ELF_PORT": str(free_port())}, "this data folder is already served"),
        ({"ELF_DATA_DIR": str(tmp_path / "other")}, f"cannot listen on 127.0.0.1 port {site.port}"),
    ):
        second = subprocess.run(
            [sys.executable, "-m", "elfsite.serve"],
            cwd=BASE_DIR,
            env={**site.environment, **change},
            capture_output=True,
            text=True,
            timeout=STARTED_WITHIN,
        )
        assert second.returncode == 1
        assert second.stderr.startswith(f"elf: {words}")
        assert len(second.stderr.splitlines()) == 1
    assert json.loads(site.get("/livez")) == {"alive": True}


def test_a_child_that_dies_comes_back_and_no_visitor_is_refused(site: Site) -> None:
    before = site.children()
    for child in before:
        os.kill(child, signal.SIGKILL)
    assert json.loads(site.get("/livez")) == {"alive": True}
    until(lambda: len(set(site.children()) - set(before)) == 2)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_everything_ends_in_time_with_open_connections(site: Site, number: signal.Signals) -> None:
    address = ("127.0.0.1", site.port)
    with ExitStack() as stack:
        for _ in range(5):
            site.open_tab(stack)
        idle, half = (stack.enter_context(socket.create_connection(address)) for _ in range(2))
        idle.sendall(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert idle.recv(1024).startswith(b"HTTP/1.1 200")
        half.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n")
        children = site.children()
        assert site.end(number) == 0
        assert not any(lives(child) for child in children)


def test_children_do_not_outlive_a_supervisor_that_was_killed(site: Site) -> None:
    children = site.children()
    assert len(children) >= 2, "the web process and the worker"
    site.process.kill()
    site.process.wait()
    until(lambda: not any(lives(child) for child in children), ENDED_WITHIN)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ELF_PORT", "many", "ELF_PORT must be a whole number, not 'many'."),
        ("ELF_DATA_DIR", "/dev/null/x", "/dev/null/x cannot be written: Not a directory."),
        ("ELF_BASE_URL", "elf.example.org", "ELF_BASE_URL must look like"),
        ("ELF_DATABASE_URL", "mysql://x/y", "ELF_DATABASE_URL must start with sqlite:///"),
    ],
)
def test_a_wrong_setting_is_one_sentence(name: str, value: str, words: str, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "elfsite.serve"],
        cwd=BASE_DIR,
        env={**os.environ, "ELF_DATA_DIR": str(tmp_path), name: value},
        capture_output=True,
        text=True,
        timeout=STARTED_WITHIN,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"elf: {words}")
    assert len(ended.stderr.splitlines()) == 1
