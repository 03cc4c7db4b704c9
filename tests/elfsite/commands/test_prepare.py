from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder

from elfsite import preparation
from elfsite.jobs.management.commands.prepare import administrator_link


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def sources(settings: Any, tmp_path: Path) -> Path:
    """A folder with one style sheet, collected into an empty data folder."""
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "own.css").write_text("a { color: red }")
    settings.WHITENOISE_USE_FINDERS = False
    settings.DATA_DIR, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    finders.get_finder.cache_clear()
    yield folder
    finders.get_finder.cache_clear()


def test_static_files_are_collected_once_and_again_after_a_change(
    sources: Path, said: list[str]
) -> None:
    for _ in range(2):
        preparation.collect_static(said.append)
    assert said == ["Static files are up to date."]
    (sources / "own.css").write_text("a { color: green }")
    preparation.collect_static(said.append)
    assert len(said) == 2
    assert len(list((sources.parent / "static").glob("own.*.css"))) == 2


def test_static_files_that_somebody_deleted_are_collected_again(
    sources: Path, said: list[str]
) -> None:
    preparation.collect_static(said.append)
    (sources.parent / "static" / "staticfiles.json").unlink()
    preparation.collect_static(said.append)
    assert len(said) == 2


@pytest.mark.django_db
@pytest.mark.postgres
def test_nothing_is_said_when_nothing_is_missing(said: list[str]) -> None:
    preparation.migrate(said.append)
    assert said == []


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*args: Any) -> None:
        raise OperationalError("connection refused\nIs the server running?")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", away)
    with pytest.raises(CommandError, match=r"^The database does not answer: connection refused$"):
        call_command("prepare")


@pytest.mark.django_db
@pytest.mark.postgres
def test_a_database_of_a_newer_version_is_told(said: list[str]) -> None:
    MigrationRecorder.Migration.objects.create(app="jobs", name="0099_later")
    preparation.migrate(said.append)
    assert said == ["The database knows the migration jobs.0099_later, which this version lacks."]


@pytest.mark.django_db
def test_the_link_is_there_until_somebody_can_sign_in(django_user_model: Any) -> None:
    link = administrator_link()
    assert link is not None
    assert link.startswith("http")
    django_user_model.objects.create_superuser("ada", "a long password")
    assert administrator_link() is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_the_command_prints_the_link(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    printed = StringIO()
    call_command("prepare", stdout=printed)
    assert "This link makes the administrator:\n  http" in printed.getvalue()
