"""The rules of the house that a machine can hold: sizes, unfinished marks, foreign addresses."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = (".py", ".mjs", ".css", ".html")
FILE_LINES, FUNCTION_LINES = 400, 40
MARKS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError|lorem ipsum")
# pieces, so that this file does not name them either
HOSTS = (("python", "hosted"), ("pypi", ".org"), ("registry.", "npmjs"), ("deb.", "debian.org"))
REGISTRIES = re.compile("|".join(re.escape(a + b) for a, b in HOSTS))


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("this is no git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def ours() -> list[Path]:
    own = [path for path in tracked() if path.suffix in SOURCES]
    return [p for p in own if "vendor" not in p.parts and "migrations" not in p.parts]


def test_files_are_short() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in ours()
        if (count := path.read_text(encoding="utf-8").count("\n")) > FILE_LINES
    }
    assert not long


def test_functions_are_short() -> None:
    long = []
    for path in ours():
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno
                if lines > FUNCTION_LINES:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {lines}")
    assert not long


def test_nothing_is_left_unfinished() -> None:
    marked = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in ours()
        if "tests" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MARKS.search(line)
    ]
    assert not marked


def test_no_file_names_the_host_of_a_registry() -> None:
    named = []
    for path in tracked():
        if "vendor" in path.parts:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if REGISTRIES.search(text):
            named.append(str(path.relative_to(ROOT)))
    assert not named
