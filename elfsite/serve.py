"""Runs the site: prepares the data, then keeps one web process and one worker alive.

    python -m elfsite.serve [--sample]

Started by ``make run``. It holds the listening socket itself, so the port cannot be lost while
the web process restarts, and visitors of that second wait instead of being refused. Ctrl-C,
SIGTERM and SIGHUP end every process: TERM at once, KILL after two seconds.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TextIO
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from elfsite import place

GRACE = 2.0  # seconds between TERM and KILL; the promise is three seconds for everything
BACKLOG = 128
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # between restarts of a child that keeps dying
MANAGE = [sys.executable, str(place.BASE_DIR / "manage.py")]
STEADY = 60.0  # a child that lived this long starts again with the first pause


class CannotStart(Exception):
    """The site cannot start; the message is the sentence to print."""


class Child:
    """A process of ours in its own group, started again when it ends."""

    def __init__(self, name: str, command: list[str], keep: tuple[int, ...] = ()) -> None:
        self.name = name
        self.command = command
        self.keep = keep
        self.process: subprocess.Popen[bytes] | None = None
        self.pause = FIRST_PAUSE
        self.started = 0.0
        self.due = 0.0

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = start(self.command, self.keep)

    def look_after(self, now: float) -> None:
        """Notices an end, plans the restart, and restarts when it is due."""
        if self.process is None:
            if now >= self.due:
                self.start()
            return
        status = self.process.poll()
        if status is None:
            return
        end_group(self.process, signal.SIGKILL)  # what it may have left behind
        self.process = None
        if now - self.started > STEADY:
            self.pause = FIRST_PAUSE
        self.due = now + self.pause
        say(f"The {self.name} ended ({status}); it starts again in {self.pause:g} s.", sys.stderr)
        self.pause = min(self.pause * 2, LONGEST_PAUSE)


class Stop:
    """Says whether somebody asked us to end, and wakes the main loop when they do."""

    def __init__(self) -> None:
        self.asked = False
        self.reader, writer = socket.socketpair()
        for end in (self.reader, writer):
            end.setblocking(False)
        self.writer = writer
        signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGINT, self._ask)
        signal.signal(signal.SIGTERM, self._ask)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup
            signal.signal(signal.SIGHUP, self._ask)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only to wake up

    def _ask(self, *_: object) -> None:
        self.asked = True

    def wait(self, seconds: float | None) -> None:
        """Until a signal arrives, a child ends, or *seconds* are over."""
        if select.select([self.reader], [], [], seconds)[0]:
            self.reader.recv(4096)


def main(arguments: list[str]) -> int:
    """Exit status: 0 after a stop that was asked for, 1 when the site could not start."""
    began = time.monotonic()
    stop = Stop()
    try:
        where = place.read()
        with claim_folder(where), listen(where) as listener:
            announce(where)
            prepare(where, stop, sample="--sample" in arguments)
            serve(where, listener, stop, began)
    except (CannotStart, ImproperlyConfigured) as error:
        say(f"elf: {error}", sys.stderr)
        return 1
    return 0


def prepare(where: place.Place, stop: Stop, *, sample: bool) -> None:
    """Tables, static files, the administrator's link; then the sample if it is wanted."""
    os.environ["ELF_DATA_DIR"] = str(where.data_dir)  # the children run in another folder
    for command in ["prepare", "load_sample"] if sample else ["prepare"]:
        if not stop.asked:
            finish([*MANAGE, command], stop)


def serve(where: place.Place, listener: socket.socket, stop: Stop, began: float) -> None:
    """Start the children and look after them until somebody asks us to stop."""
    web = [sys.executable, "-m", "daphne", "-v", "0", "--no-server-name"]
    web += ["--fd", str(listener.fileno()), "elfsite.asgi:application"]
    children = [
        Child("web process", web, keep=(listener.fileno(),)),
        Child("worker", [*MANAGE, "worker"]),
    ]
    try:
        # the worker comes second: starting both at once would only delay the first page
        children[0].start()
        wait_for_answer(where, children[0], stop)
        if not stop.asked:
            say(
                f"Ready after {time.monotonic() - began:.1f} s: {where.base_url}   (Ctrl-C ends it)"
            )
        watch(children, stop)
    finally:
        end([child.process for child in children if child.process])


def watch(children: list[Child], stop: Stop) -> None:
    while not stop.asked:
        now = time.monotonic()
        for child in children:
            child.look_after(now)
        waiting = [child.due - now for child in children if child.process is None]
        stop.wait(max(0.05, min(waiting)) if waiting else None)


def finish(command: list[str], stop: Stop) -> None:
    """Runs a command to its end or ours; raises CannotStart if it failed."""
    process = start(command)
    try:
        while process.poll() is None and not stop.asked:
            stop.wait(1.0)
    finally:
        end([process])
    if process.returncode and not stop.asked:
        raise CannotStart(f"“{command[-1]}” failed; its words are above.")


def wait_for_answer(where: place.Place, web: Child, stop: Stop) -> None:
    """Until the web process answers or we are to stop; raises CannotStart if it ends before."""
    while not stop.asked and not answers(where):
        if web.process is None or web.process.poll() is not None:
            raise CannotStart("the web process ended before it answered; its words are above.")
        stop.wait(0.1)


def answers(where: place.Place) -> bool:
    """The socket is ours and accepts at once: only an answer says that somebody reads it."""
    host = place.EVERYWHERE.get(where.address, where.address)
    request = f"GET /livez HTTP/1.0\r\nHost: {urlsplit(where.base_url).netloc}\r\n\r\n"
    try:
        with socket.create_connection((host, where.port), timeout=0.5) as connection:
            connection.sendall(request.encode())
            return connection.recv(12).startswith(b"HTTP/1.")
    except OSError:
        return False


def claim_folder(where: place.Place) -> TextIO:
    """The lock of the data folder; raises CannotStart when another instance has it."""
    path = where.data_dir / "serve.lock"
    try:
        where.data_dir.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise CannotStart(f"{where.data_dir} cannot be written: {error.strerror}.") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.seek(0)
        raise CannotStart(
            f"this data folder is already served ({file.read().strip() or path}). "
            "Another instance needs another ELF_DATA_DIR and ELF_PORT."
        ) from error
    file.truncate(0)
    file.write(f"process {os.getpid()}, {where.base_url}")
    file.flush()
    return file


def listen(where: place.Place) -> socket.socket:
    """The listening socket; raises CannotStart when the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in where.address else socket.AF_INET
    try:
        return socket.create_server((where.address, where.port), family=family, backlog=BACKLOG)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise CannotStart(
            f"cannot listen on {where.address} port {where.port}: {reason.lower()}. "
            f"Choose another one: make run ELF_PORT={where.port + 1}"
        ) from error


def announce(where: place.Place) -> None:
    say(f"ELF      {where.base_url}   (listening on {where.address} port {where.port})")
    say(f"data     {where.data_dir}")
    say(f"database {where.database_words}")


def start(command: list[str], keep: tuple[int, ...] = ()) -> subprocess.Popen[bytes]:
    """A child in its own session: the terminal's Ctrl-C reaches us alone."""
    return subprocess.Popen(
        command,
        cwd=place.BASE_DIR,
        stdin=subprocess.DEVNULL,
        pass_fds=keep,
        start_new_session=True,
        preexec_fn=DIE_WITH_US,
    )


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    """TERM for every group, KILL for what is left after the grace."""
    for process in processes:
        end_group(process, signal.SIGTERM)
    until = time.monotonic() + GRACE
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, until - time.monotonic()))
        end_group(process, signal.SIGKILL)
    for process in processes:
        process.wait()


def end_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _die_with_us() -> Callable[[], None] | None:
    """Linux can end a child whose parent was killed; elsewhere the port check notices."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    pr_set_pdeathsig = 1  # <linux/prctl.h>
    return lambda: prctl(pr_set_pdeathsig, signal.SIGTERM)


DIE_WITH_US = _die_with_us()


def say(sentence: str, stream: TextIO = sys.stdout) -> None:
    print(sentence, file=stream, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
