"""Makes ``.venv`` from a hash-pinned requirement file. Standard library only: it runs before it.

    python3 elfsite/bootstrap.py          what the product needs (requirements.txt)
    python3 elfsite/bootstrap.py --dev    and what its tests need (requirements-dev.txt)

A stamp inside the environment says which files it was made from, so a second call takes
milliseconds. An environment that is half made, moved, or whose Python is gone is made again.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LEAST = (3, 11)
PRODUCT = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"
INSTALLER = "requirements-uv.txt"


class Refusal(Exception):
    """Something a person has to mend; the message says what and how."""


def main(arguments: list[str]) -> int:
    """Exit status: 0 the environment is ready, 1 a sentence on standard error says why not."""
    try:
        if sys.version_info < LEAST:
            raise Refusal(f"Python {_version()} is too old: install Python 3.11 or newer.")
        with _alone():
            prepare(DEVELOPMENT if "--dev" in arguments else PRODUCT)
    except Refusal as refusal:
        print(f"elf: {refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("elf: stopped; the next call begins again.", file=sys.stderr)
        return 130
    return 0


def prepare(wanted: str) -> None:
    """Bring the environment to the state that the requirement file *wanted* describes."""
    if is_ready(wanted):
        return
    began = time.monotonic()
    keep = _usable() and not _building().exists()
    if not keep and VENV.exists():
        _say("The environment in .venv is broken or half made: it is made again.")
        shutil.rmtree(VENV)
    _say(f"Building the environment in .venv with Python {_version()} ...")
    uv = _own_uv() if keep else shutil.which("uv")
    if not keep:
        _create(uv)
    _building().touch()
    _install(wanted, uv or _fetch_uv())
    _stamp(wanted)
    _building().unlink()
    _say(f"The environment is ready after {time.monotonic() - began:.0f} s.")


def is_ready(wanted: str) -> bool:
    """Whether the environment was made here, from these files, and its Python still runs."""
    stamp = _read_stamp()
    if stamp.get("place") != str(VENV) or stamp.get(wanted) != _digest(wanted):
        return False
    return not _building().exists() and _python_version() == stamp.get("python")


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Two calls at once wait for each other (the lock is on the project's directory)."""
    handle = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _create(uv: str | None) -> None:
    if uv and _run([uv, "venv", "--quiet", "--python", sys.executable, str(VENV)]) == 0:
        return
    if VENV.exists():
        shutil.rmtree(VENV)
    if _run([sys.executable, "-m", "venv", str(VENV)]) != 0:
        raise Refusal(
            "Python could not make a virtual environment (its words are above). "
            "On Debian and Ubuntu: apt-get install python3-venv"
        )


def _install(wanted: str, uv: str | None) -> None:
    options = ["--require-hashes", "--quiet", "-r", str(ROOT / wanted)]
    if uv:
        command = [uv, "pip", "install", "--python", str(_python()), *options]
        if _run(command, _mirrors()) == 0:
            return
        _say("uv could not install the packages; pip tries it.")
    _ensure_pip()
    if _run([*_pip(), "install", *options]) != 0:
        raise Refusal(
            f"the packages of {wanted} could not be installed (the reason is above). "
            "Is the package registry reachable? A mirror is named by PIP_INDEX_URL."
        )


def _own_uv() -> str | None:
    own = VENV / "bin" / "uv"
    return str(own) if own.exists() else shutil.which("uv")


def _fetch_uv() -> str | None:
    """uv from the registry, hash-pinned too: with it the installation takes 1 s, not 20."""
    _ensure_pip()
    wanted = str(ROOT / INSTALLER)
    _run([*_pip(), "install", "--quiet", "--require-hashes", "-r", wanted], quiet=True)
    return _own_uv()


def _ensure_pip() -> None:
    """An environment that uv made has no pip."""
    if _run([*_pip(), "--version"], quiet=True) != 0:
        _run([str(_python()), "-m", "ensurepip"], quiet=True)


def _mirrors() -> dict[str, str]:
    """The registry that pip is configured for, in uv's words: uv does not read pip's files."""
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "find-links": "UV_FIND_LINKS",
        "cert": "SSL_CERT_FILE",
    }
    # safe here: every file is checked against its hash, whichever index it comes from
    found = {"UV_INDEX_STRATEGY": "unsafe-best-match"}
    result = subprocess.run([*_pip(), "config", "list"], capture_output=True, text=True)
    for line in result.stdout.splitlines():
        key, _, value = line.partition("=")
        name = names.get(key.rpartition(".")[2])
        if name and name not in os.environ:
            found[name] = " ".join(value.strip("'\"").replace("\\n", " ").split())
    return found


def _run(command: list[str], extra: dict[str, str] | None = None, quiet: bool = False) -> int:
    sink = subprocess.DEVNULL if quiet else None
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", **(extra or {})}
    return subprocess.call(command, env=environment, stdout=sink, stderr=sink)


def _python() -> Path:
    return VENV / "bin" / "python"


def _pip() -> list[str]:
    return [str(_python()), "-m", "pip"]


def _version() -> str:
    return "{}.{}".format(*sys.version_info[:2])


def _python_version() -> str:
    """What the environment's Python says it is; empty if it does not run."""
    show = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        result = subprocess.run(
            [str(_python()), "-I", "-S", "-c", show], capture_output=True, text=True
        )
    except OSError:
        return ""
    return result.stdout.strip()


def _usable() -> bool:
    """Whether packages can be put into what is there: it runs, and nobody moved or upgraded it."""
    version = _python_version()
    stamp = _read_stamp()
    if not version or tuple(map(int, version.split("."))) < LEAST:
        return False
    if not (VENV / "lib" / f"python{version}" / "site-packages").is_dir():
        return False
    return stamp.get("place", str(VENV)) == str(VENV)


def _building() -> Path:
    """There while packages are being installed: what is found with it is half made."""
    return VENV / "elf-building"


def _read_stamp() -> dict[str, str]:
    try:
        found = json.loads((VENV / "elf-stamp.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _stamp(wanted: str) -> None:
    """The development file holds every pin of the product's, so it vouches for both."""
    files = {PRODUCT, wanted}
    state = {"place": str(VENV), "python": _python_version()}
    state.update({name: _digest(name) for name in files})
    (VENV / "elf-stamp.json").write_text(json.dumps(state, indent=1), encoding="utf-8")


def _digest(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def _say(sentence: str) -> None:
    print(sentence, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
