"""How long an import takes and how much memory: first into nothing, then once more.

    python -m tests.load.imports --db big.db

Each runs in a process of its own, as the command does; the second has nothing to add.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

from tests.load.server import ROOT

SECONDS, MEGABYTES = 90, 400  # the budget at scale 1.0, about 700,000 rows, on two cores


class Run(NamedTuple):
    """Seconds by the clock and of the processor, megabytes at most so far, the last lines."""

    seconds: float
    cpu: float
    peak: float
    said: str


def used() -> float:
    """Seconds of the processor that ended children took."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def manage(data: str, *words: str) -> Run:
    """Run a command of the product on *data*. Ends with its error if it fails."""
    start, before = time.perf_counter(), used()
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={**os.environ, "ELF_DATA_DIR": data},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr or done.stdout)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return Run(seconds, used() - before, peak, (done.stdout.strip().splitlines() or [""])[-1])


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--db", required=True, help="a file of ELF")
    options = asked.parse_args()
    data = tempfile.mkdtemp(prefix="elf-imports-")
    manage(data, "migrate", "--verbosity", "0")
    for word in ("first", "second"):
        run = manage(data, "import", "elf", options.db)
        fits = "ok" if run.seconds <= SECONDS and run.peak <= MEGABYTES else "over budget"
        print(f"{word}: {run.seconds:.1f} s, {run.cpu:.1f} s CPU, {run.peak:.0f} MB, {fits}")
        print(run.said)


if __name__ == "__main__":
    main()
