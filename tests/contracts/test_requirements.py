"""The lock files: pinned, hashed, of one mind, and without the name of any registry."""

from __future__ import annotations

import re

import pytest

from elfsite.place import BASE_DIR

FILES = ("requirements.txt", "requirements-dev.txt", "requirements-uv.txt")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", re.MULTILINE)


def pins(name: str) -> set[tuple[str, str]]:
    return set(PIN.findall((BASE_DIR / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", FILES)
def test_every_package_is_pinned_with_hashes_and_no_address(name: str) -> None:
    text = (BASE_DIR / name).read_text(encoding="utf-8")
    assert "//" not in text
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert PIN.match(block), block
        assert "--hash=sha256:" in block, block


def test_the_development_file_holds_every_pin_of_the_product() -> None:
    assert pins("requirements.txt") <= pins("requirements-dev.txt")


def test_every_direct_dependency_is_locked() -> None:
    import tomllib

    project = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {re.split(r"[\[<>=]", one)[0] for one in project["project"]["dependencies"]}
    assert wanted <= {name for name, _ in pins("requirements.txt")}
