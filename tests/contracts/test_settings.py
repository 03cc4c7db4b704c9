"""Every variable that the product reads stands in docs/running.md, and none that it does not."""

from __future__ import annotations

import re

from elfsite.place import BASE_DIR

READ = re.compile(r'env\.(?:text|flag|integer|choice|names|secret)\(\s*"(ELF_[A-Z_]+)"')


def test_every_variable_is_documented() -> None:
    read = {
        name
        for package in ("elfsite", "learning", "workflows", "game")
        for path in (BASE_DIR / package).rglob("*.py")
        for name in READ.findall(path.read_text(encoding="utf-8"))
    }
    table = (BASE_DIR / "docs" / "running.md").read_text(encoding="utf-8")
    documented = {
        name
        for line in table.splitlines()
        if line.startswith("| `ELF_")
        for name in re.findall(r"`(ELF_[A-Z_]+)`", line.split("|")[1])
    }
    assert read == documented
