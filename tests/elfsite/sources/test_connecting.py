"""Sources by path: found ones, allowed ones, names, zones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.sources import zones
from elfsite.sources.services import allowed_path, connect_source, found_databases
from elfsite.sources.zones import machine_zone, zone_named
from elfsite.timeline.models import TimelineEvent
from tests.elfsite.sources.conftest import read
from tests.elfsite.sources.elf_files import ElfFile

pytestmark = pytest.mark.django_db


def put(folder: Path) -> ElfFile:
    (folder / "memory").mkdir(parents=True)
    return ElfFile(folder / "memory" / "index.db")


def test_databases_are_found_where_elf_puts_them(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found_databases() == []
    home = put(place / "home" / ".claude" / "emergent-learning")
    base = put(place / "elsewhere")
    monkeypatch.setenv("ELF_BASE_PATH", str(place / "elsewhere"))
    assert [found.path for found in found_databases()] == [base.path, home.path]
    read(home)
    assert [found.source is not None for found in found_databases()] == [False, True]


def test_a_source_is_connected_without_a_row_of_it(elf: ElfFile) -> None:
    source = connect_source(actor="mara", path=elf.path, name="  Ours \n alone ")
    assert (source.name, source.state, source.created_by) == ("Ours alone", "new", "mara")
    assert TimelineEvent.objects.get().verb == "connected"
    with pytest.raises(Refused, match="connected already, as Ours alone"):
        connect_source(actor="mara", path=elf.path)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("elf_rich.db", "elf_rich"),
        (".claude/emergent-learning/memory/index.db", "emergent-learning"),
        ("shop/.elf/learnings.db", "shop"),
    ],
)
def test_a_source_is_called_after_its_place(path: str, name: str, place: Path) -> None:
    file = place / path
    file.parent.mkdir(parents=True, exist_ok=True)
    assert connect_source(actor="mara", path=ElfFile(file).path).name == name
    twin = place / "twin" / path
    twin.parent.mkdir(parents=True)
    assert connect_source(actor="mara", path=ElfFile(twin).path).name == f"{name} 2"


def test_roots_bound_what_a_page_may_open(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, outside = place / "a" / "elf.db", place / "b" / "elf.db"
    assert allowed_path(outside) == outside
    monkeypatch.setenv("ELF_SOURCE_ROOTS", f"{place / 'a'}:{place / 'c'}")
    assert allowed_path(inside) == inside
    for path in (outside, place / "a" / ".." / "b" / "elf.db"):
        with pytest.raises(Refused, match="outside of the folders") as refused:
            allowed_path(path)
        assert refused.value.status == 403


def test_a_link_does_not_lead_out_of_the_roots(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "a").mkdir()
    (place / "a" / "way-out").symlink_to(place)
    monkeypatch.setenv("ELF_SOURCE_ROOTS", str(place / "a"))
    with pytest.raises(Refused):
        allowed_path(place / "a" / "way-out" / "elf.db")


@pytest.mark.parametrize("path", ["", "   ", "a\0b", "x" * 1_001, "~nobody-of-that-name/x"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(Refused):
        connect_source(actor="mara", path=path)
    assert not Source.objects.exists()


def test_the_machine_s_zone(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MACHINE_ZONE = ":Asia/Tokyo"
    assert machine_zone() == "Asia/Tokyo"
    settings.MACHINE_ZONE = "nonsense"
    link = tmp_path / "localtime"
    monkeypatch.setattr(zones, "LOCALTIME", link)
    link.symlink_to("/usr/share/zoneinfo/Europe/Paris")
    assert machine_zone() == "Europe/Paris"
    link.unlink()
    assert machine_zone() == "UTC"


@pytest.mark.parametrize("name", ["Mars/Base", "../../etc/passwd", "", "/etc/localtime", "a\0b"])
def test_a_zone_that_nobody_knows_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="No time zone is called"):
        zone_named(name)
