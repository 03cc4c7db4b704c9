"""The environment is made, kept, mended; installing itself is left out, for it needs a registry."""

from __future__ import annotations

import json
import shutil
import sys
import venv
from pathlib import Path

import pytest

from elfsite import bootstrap


@pytest.fixture
def installs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was installed, in an empty project that has both requirement files."""
    (tmp_path / "requirements.txt").write_text("a==1\n")
    (tmp_path / "requirements-dev.txt").write_text("a==1\nb==1\n")
    done: list[str] = []

    def create(uv: str | None) -> None:
        venv.create(bootstrap.VENV, with_pip=False)

    def install(wanted: str, uv: str | None) -> None:
        done.append(wanted)

    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "_create", create)
    monkeypatch.setattr(bootstrap, "_install", install)
    monkeypatch.setattr(bootstrap, "_fetch_uv", lambda: None)
    return done


def test_the_second_call_does_nothing(installs: list[str]) -> None:
    assert [bootstrap.main([]), bootstrap.main([])] == [0, 0]
    assert installs == ["requirements.txt"]


def test_the_development_environment_serves_the_product_too(installs: list[str]) -> None:
    bootstrap.main(["--dev"])
    bootstrap.main([])
    assert installs == ["requirements-dev.txt"]


def test_a_changed_requirement_file_is_installed_into_what_is_there(installs: list[str]) -> None:
    bootstrap.main([])
    kept = bootstrap.VENV / "kept"
    kept.touch()
    (bootstrap.ROOT / "requirements.txt").write_text("a==2\n")
    bootstrap.main([])
    assert installs == ["requirements.txt", "requirements.txt"]
    assert kept.exists()


@pytest.mark.parametrize("harm", ["half made", "no packages", "no python", "moved", "upgraded"])
def test_a_broken_environment_is_made_again(installs: list[str], harm: str) -> None:
    bootstrap.main([])
    (bootstrap.VENV / "old").touch()
    python = bootstrap.VENV / "bin" / "python"
    stamp = bootstrap.VENV / "elf-stamp.json"
    state = json.loads(stamp.read_text())
    if harm == "half made":
        (bootstrap.VENV / "elf-building").touch()
    elif harm == "no packages":
        shutil.rmtree(bootstrap.VENV / "lib")
        stamp.unlink()
    elif harm == "no python":
        python.unlink()
        python.symlink_to("/nowhere/python3")
    elif harm == "moved":
        stamp.write_text(json.dumps({**state, "place": "/elsewhere/.venv"}))
    else:
        stamp.write_text(json.dumps({**state, "python": "3.10"}))
        shutil.move(
            next((bootstrap.VENV / "lib").glob("python3.*")), bootstrap.VENV / "lib" / "python3.10"
        )
    assert bootstrap.main([]) == 0
    assert not (bootstrap.VENV / "old").exists()
    assert bootstrap.is_ready("requirements.txt")


def test_somebodys_own_environment_is_used_and_not_deleted(installs: list[str]) -> None:
    venv.create(bootstrap.VENV, with_pip=False)
    (bootstrap.VENV / "theirs").touch()
    bootstrap.main([])
    assert (bootstrap.VENV / "theirs").exists()


def test_what_could_not_be_installed_is_told_and_tried_again(
    installs: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(wanted: str, uv: str | None) -> None:
        raise bootstrap.Refusal("the registry is away.")

    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "_install", refuse)
        assert bootstrap.main([]) == 1
    assert capsys.readouterr().err == "elf: the registry is away.\n"
    assert bootstrap.main([]) == 0
    assert installs == ["requirements.txt"]


def test_an_old_python_is_refused_by_its_number(
    installs: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert bootstrap.main([]) == 1
    assert "Python 3.9 is too old" in capsys.readouterr().err
