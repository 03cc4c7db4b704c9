"""Making a source of a file, and reading a file whether it is known or new."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import IntegrityError

from elfsite import env
from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.sources.importer import Progress, read_file
from elfsite.sources.opening import SourceFile, check_path, opened
from elfsite.sources.report import Report
from elfsite.sources.zones import machine_zone, zone_named
from elfsite.timeline.log import name_of, write

HOME_DATABASE = "~/.claude/emergent-learning/memory/index.db"
PROJECT_FOLDER = ".elf"  # <project>/.elf/learnings.db
NAME_LIMIT = 80  # characters
PATH_LIMIT = 1_000


@dataclass(frozen=True)
class Found:
    """A database of ELF that lies where ELF puts it."""

    path: Path
    size: int  # bytes
    source: Source | None  # the one that reads it already


def found_databases() -> list[Found]:
    """Where ELF keeps its database, if there is one: ``$ELF_BASE_PATH``, then the home folder."""
    base = env.text("ELF_BASE_PATH")
    places = [Path(base) / "memory" / "index.db"] if base else []
    places.append(Path(HOME_DATABASE))
    paths = dict.fromkeys(place.expanduser().resolve() for place in places)
    found = []
    for path in paths:
        try:
            size = check_path(path)
        except Refused:
            continue
        found.append(Found(path, size, Source.objects.filter(kind="elf", path=path).first()))
    return found


def import_elf(
    *,
    path: str | Path,
    actor: Any,
    name: str | None = None,
    time_zone: str | None = None,
    project_path: str | None = None,
    progress: Progress | None = None,
) -> Report:
    """Read a database of ELF, connecting it first if it is new. Nothing is written before the
    file has been found fit; raises Refused as ``opened``, ``connect_source`` and ``read_source``.
    """
    place = resolved(path)
    with opened(place) as file:
        source = Source.objects.filter(kind="elf", path=str(place)).first()
        if source is None:
            source = _connect(actor, file, name, time_zone, project_path)
        else:
            _adjust(source, actor, name, time_zone, project_path)
        return read_file(source=source, file=file, actor=actor, progress=progress)


def connect_source(
    *,
    actor: Any,
    path: str | Path,
    name: str | None = None,
    time_zone: str | None = None,
    project_path: str | None = None,
    is_sample: bool = False,
) -> Source:
    """Make a source of a file that can be read; no row of it comes in as yet.

    Raises Refused as ``opened``, ``known`` for a file that is connected, ``name`` for a name that
    is taken or too long, ``time_zone``.
    """
    place = resolved(path)
    if other := Source.objects.filter(kind="elf", path=str(place)).first():
        raise Refused("known", f"{place} is connected already, as {other.name}.", status=409)
    with opened(place) as file:
        return _connect(actor, file, name, time_zone, project_path, is_sample)


def resolved(path: str | Path) -> Path:
    """The absolute path; ``~`` is the home folder of this process."""
    text = str(path).strip()
    if not text or len(text) > PATH_LIMIT or "\0" in text:
        raise Refused("path", f"Name a file; a path has 1 to {PATH_LIMIT:,} characters.")
    try:
        return Path(text).expanduser().resolve()
    except (OSError, RuntimeError) as error:
        raise Refused("path", f"{text} is no path: {error}.") from None


def allowed_path(path: str | Path) -> Path:
    """The path if a page may open it: inside ``ELF_SOURCE_ROOTS`` where that is set.

    The variable is a list of folders with ``:`` between them. Raises Refused ``outside``.
    """
    place = resolved(path)
    roots = [resolved(root) for root in env.text("ELF_SOURCE_ROOTS").split(os.pathsep) if root]
    if roots and not any(place.is_relative_to(root) for root in roots):
        raise Refused(
            "outside",
            f"{place} lies outside of the folders that ELF_SOURCE_ROOTS allows. "
            "`manage.py import elf` on the server reads any file.",
            status=403,
        )
    return place


def _connect(
    actor: Any,
    file: SourceFile,
    name: str | None,
    time_zone: str | None,
    project_path: str | None,
    is_sample: bool = False,
) -> Source:
    zone = time_zone or machine_zone()
    zone_named(zone)
    source = Source(
        name=_checked_name(name) if name else free_name(file.path),
        path=str(file.path),
        time_zone=zone,
        project_path=project_path or project_of(file.path),
        is_sample=is_sample,
        created_by=name_of(actor),
    )
    try:
        with write(actor) as w:
            source.save(force_insert=True)
            w.event("sources", "connected", source, f"{source.name} connected: {source.path}")
    except IntegrityError:
        raise Refused("name", f"A source is called {source.name} already.", status=409) from None
    return source


def _checked_name(name: str) -> str:
    clean = " ".join(name.split())
    if not 1 <= len(clean) <= NAME_LIMIT:
        raise Refused("name", f"A name has 1 to {NAME_LIMIT} characters.")
    return clean


def _adjust(
    source: Source,
    actor: Any,
    name: str | None,
    time_zone: str | None,
    project_path: str | None,
) -> None:
    """What a command says about a known source replaces what the source kept."""
    wanted = {
        "name": _checked_name(name) if name else source.name,
        "time_zone": time_zone or source.time_zone,
        "project_path": project_path or source.project_path,
    }
    zone_named(wanted["time_zone"] or "")
    changed = {key: value for key, value in wanted.items() if getattr(source, key) != value}
    if not changed:
        return
    try:
        with write(actor) as w:
            Source.objects.filter(pk=source.pk).update(**changed)
            words = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in changed.items())
            w.event("sources", "adjusted", source, f"{source.name}: {words}")
    except IntegrityError:
        raise Refused("name", f"A source is called {wanted['name']} already.", status=409) from None
    source.refresh_from_db()


def project_of(path: Path) -> str | None:
    """The project that a file belongs to: the folder that has it in its ``.elf``."""
    return str(path.parent.parent) if path.parent.name == PROJECT_FOLDER else None


def free_name(path: Path) -> str:
    """A name for a source that tells where its file is, and that no other source has."""
    if project := project_of(path):
        base = Path(project).name
    elif path.name == "index.db" and path.parent.name == "memory":
        base = path.parent.parent.name
    else:
        base = path.stem
    base = base[: NAME_LIMIT - 5] or "ELF"
    taken = set(Source.objects.filter(name__startswith=base).values_list("name", flat=True))
    return next(
        name
        for name in (base, *(f"{base} {number}" for number in range(2, 1_000)))
        if name not in taken
    )
