"""All tests, as ``make test`` runs them: three passes, each in its own processes.

1. the tests that drive a browser or start the site (a browser's library leaves an event loop
   behind, in which other tests could not run theirs),
2. those that are marked for it on PostgreSQL, where one answers,
3. everything else on SQLite, on all cores.

The first pass that fails ends the run, so the last line that pytest prints is the verdict. What
fails in the first pass is tried once more by itself, and that is said: on a machine whose cores
are taken a browser or a process can miss a moment. What fails twice has failed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.chromium import find_chromium

HERE = ("postgres:///elf_tests", "postgres://127.0.0.1:5432/elf_tests")
SOME_FAILED, NOTHING_COLLECTED = 1, 5  # pytest's exit status


def main(arguments: list[str]) -> int:
    """Exit status of the first pass that failed, else 0. *arguments* go to each pytest."""
    with tempfile.TemporaryDirectory(prefix="elf-tests-") as folder:
        os.environ["ELF_DATA_DIR"] = folder
        os.environ.pop("ELF_DATABASE_URL", None)
        for options, extra in passes():
            environment = {**os.environ, **extra}
            # the same examples each time, none of them timed; ``pytest`` alone looks for new ones
            steady = ["-o", f"cache_dir={folder}/cache", "--hypothesis-profile=ci"]
            command = [sys.executable, "-m", "pytest", *options, *steady, *arguments]
            status = subprocess.call(command, env=environment)
            if status == SOME_FAILED and "-n" not in options:
                say("Once more, by itself, what failed just now. Look at it even if it passes.")
                status = subprocess.call([*command, "--last-failed"], env=environment)
            if status not in {0, NOTHING_COLLECTED}:
                return status
    return 0


def passes() -> list[tuple[list[str], dict[str, str]]]:
    """Options of pytest and the environment of each pass; says what is left out and why."""
    cores = ["-n", str(os.cpu_count() or 2)]
    chosen: list[tuple[list[str], dict[str, str]]] = []
    if find_chromium():
        chosen.append((["-m", "browser or process"], {}))
    else:
        say("Browser tests are left out: no Chromium was found (ELF_CHROMIUM may name one).")
        chosen.append((["-m", "process"], {}))
    url = postgres()
    if url:
        chosen.append((["-m", "postgres", *cores], {"ELF_DATABASE_URL": url}))
    else:
        say("PostgreSQL tests are left out: none answers (ELF_TEST_DATABASE_URL may name one).")
    chosen.append((["-m", "not browser and not process", *cores], {}))
    return chosen


def postgres() -> str:
    """The URL of a PostgreSQL that lets us create databases; empty if there is none."""
    given = os.environ.get("ELF_TEST_DATABASE_URL", "")
    for url in [given] if given else HERE:
        server = url.rpartition("/")[0] + "/postgres"
        try:
            with psycopg.connect(server, connect_timeout=2) as connection:
                question = (
                    "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
                )
                row = connection.execute(question).fetchone()
        except psycopg.Error as error:
            if given:
                say(f"ELF_TEST_DATABASE_URL: {error}")
            continue
        if row and row[0]:
            return url
        say(f"PostgreSQL at {server} answers but lets us create no database.")
    return ""


def say(sentence: str) -> None:
    print(sentence, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
