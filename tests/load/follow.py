"""How soon a followed file is on the timeline, and what following costs.

    python -m tests.load.follow --db big.db --seconds 60

Copies the file, follows the copy in the real process and lets two programs write to it: each opens,
commits and closes, as agents' scripts do. Latency is from the commit to the row in our database.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.load.imports import manage
from tests.load.server import ROOT

WRITER = """
import random, sqlite3, sys, time
path, rate, seconds, seed = sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
pick = random.Random(seed)
end = time.time() + seconds
locked = n = 0
while time.time() < end:
    n += 1
    kind = pick.choice(["trail", "trail", "metric", "rule", "touch", "delete"])
    row = pick.randrange(1, 150000)
    try:
        c = sqlite3.connect(path, timeout=5)
        if kind == "trail":
            c.execute("INSERT INTO trails (location, scent, agent_id) VALUES (?, 'read', ?)",
                      (f"src/{row % 900}.py", f"load-{seed}"))
        elif kind == "metric":
            c.execute("UPDATE metrics SET metric_value = metric_value + 1 WHERE id = ?",
                      (row % 90000,))
        elif kind == "rule":
            c.execute("UPDATE heuristics SET times_validated = times_validated + 1 WHERE id = ?",
                      (row % 9000 + 1,))
        elif kind == "touch":
            c.execute("UPDATE trails SET strength = strength * 0.9 WHERE id = ?", (row,))
        else:
            c.execute("DELETE FROM trails WHERE id = ?", (row,))
        c.commit()
        c.close()
    except sqlite3.OperationalError as error:
        locked += 1
    time.sleep(max(0, 1 / rate * pick.uniform(0.5, 1.5)))
print(n, locked)
"""


def cpu_of(process: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def state(db: Path) -> str:
    with sqlite3.connect(f"file:{db}?mode=ro", uri=True) as site:
        row = site.execute("SELECT follow_state FROM sources").fetchone()
    site.close()
    return str(row[0]) if row else ""


def probe(file: Path, site: sqlite3.Connection, number: int, kind: str) -> float | None:
    """Write one row and wait for it in our tables; seconds, None after 20."""
    agents = sqlite3.connect(file, timeout=10)
    mark = f"probe-{number}-{random.random()}"
    if kind == "insert":
        agents.execute("INSERT INTO trails (location, scent) VALUES (?, 'hot')", (mark,))
        ask = "SELECT 1 FROM trails WHERE location = ?"
    elif kind == "small":
        row = random.randrange(1, 9000)
        agents.execute("UPDATE heuristics SET explanation = ? WHERE id = ?", (mark, row))
        ask = f"SELECT 1 FROM heuristics WHERE origin_key = '{row}' AND explanation = ?"
    else:
        row = random.randrange(1, 150_000)
        agents.execute("UPDATE trails SET location = ? WHERE id = ?", (mark, row))
        if not agents.execute("SELECT changes()").fetchone()[0]:
            agents.close()
            return probe(file, site, number, kind)
        ask = f"SELECT 1 FROM trails WHERE origin_key = '{row}' AND location = ?"
    agents.commit()
    began = time.perf_counter()
    agents.close()
    while time.perf_counter() - began < 20:
        if site.execute(ask, (mark,)).fetchone():
            return time.perf_counter() - began
        time.sleep(0.01)
    return None


def probes(file: Path, site: sqlite3.Connection, seconds: float) -> dict[str, list[float | None]]:
    """One probe after the other for so many seconds."""
    found: dict[str, list[float | None]] = {"insert": [], "small": [], "large": []}
    end, number = time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        for kind, values in found.items():
            number += 1
            values.append(probe(file, site, number, kind))
    return found


def differences(file: Path, db: Path) -> int:
    """Rows of trails, rules and metrics that are not the same in both, at the end."""
    site = sqlite3.connect(db)
    site.execute("ATTACH ? AS theirs", (f"file:{file}?mode=ro",))
    total = 0
    for table, columns in (
        ("trails", "location, scent"),
        ("heuristics", "explanation, times_validated"),
        ("metrics", "metric_value"),
    ):
        ours = f"SELECT origin_key, {columns} FROM main.{table} WHERE gone_at IS NULL"
        there = f"SELECT CAST(id AS TEXT), {columns} FROM theirs.{table}"
        for one, other in ((ours, there), (there, ours)):
            total += site.execute(f"SELECT count(*) FROM ({one} EXCEPT {other})").fetchone()[0]
    site.close()
    return total


def said(name: str, found: list[float | None]) -> None:
    seen = sorted(value for value in found if value is not None)
    if not seen:
        print(f"{name}: none seen of {len(found)}")
        return
    p95 = seen[min(len(seen) - 1, int(len(seen) * 0.95))]
    lost = len(found) - len(seen)
    print(
        f"{name}: p50 {statistics.median(seen) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, "
        f"{len(seen)} seen, {lost} not within 20 s"
    )


def wait_ready(db: Path) -> None:
    end = time.monotonic() + 300
    while state(db) != "ready":
        if time.monotonic() > end:
            raise SystemExit("It was not ready in 300 s.")
        time.sleep(0.2)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--db", required=True, help="a file of ELF")
    asked.add_argument("--seconds", type=float, default=60.0)
    asked.add_argument("--rate", type=float, default=10.0, help="commits a second of each writer")
    asked.add_argument("--journal", default="wal", choices=("wal", "delete"))
    options = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="elf-follow-"))
    file = folder / "agents.db"
    shutil.copyfile(options.db, file)
    with sqlite3.connect(file) as agents:
        agents.execute(f"PRAGMA journal_mode={options.journal}")
    agents.close()
    data = str(folder / "data")
    manage(data, "migrate", "--verbosity", "0")
    measure(options, file, Path(data) / "elf.db", data)


def measure(options: argparse.Namespace, file: Path, db: Path, data: str) -> None:
    """Follow, write, probe, print."""
    began = time.perf_counter()
    follower = subprocess.Popen(
        [sys.executable, "manage.py", "follow", "elf", str(file)],
        cwd=ROOT,
        env={**os.environ, "ELF_DATA_DIR": data},
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_ready(db)
        print(f"ready after {time.perf_counter() - began:.1f} s, all of it read")
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, str(file), str(options.rate), str(options.seconds),
                 str(seed)], stdout=subprocess.PIPE, text=True)
            for seed in (1, 2)
        ]  # fmt: skip
        site = sqlite3.connect(f"file:{db}?mode=ro", uri=True)
        used, start = cpu_of(follower.pid), time.perf_counter()
        found = probes(file, site, options.seconds)
        share = (cpu_of(follower.pid) - used) / (time.perf_counter() - start)
        done = [writer.communicate()[0].split() for writer in writers]
        said("inserts", found["insert"])
        said("changes under 50,000 rows", found["small"])
        said("changes above", found["large"])
        commits = sum(int(words[0]) for words in done)
        print(f"{commits / options.seconds:.0f} commits/s beside, follower {share:.0%} of a core")
        print(f"writers refused: {sum(int(words[1]) for words in done)}")
        wait_equal(file, db)
    finally:
        asked_at = time.perf_counter()
        follower.send_signal(signal.SIGTERM)
        follower.wait(10)
        print(f"ended {time.perf_counter() - asked_at:.2f} s after SIGTERM")
        check = sqlite3.connect(file)
        print("integrity_check", check.execute("PRAGMA integrity_check").fetchone()[0])


def wait_equal(file: Path, db: Path) -> None:
    end = time.monotonic() + 15
    while (different := differences(file, db)) and time.monotonic() < end:
        time.sleep(1)
    print(f"{different} rows differ at the end")


if __name__ == "__main__":
    main()
