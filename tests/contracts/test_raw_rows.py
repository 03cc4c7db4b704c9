"""Rows that other programs write with plain SQL: nothing they can hold breaks us."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, models
from django.test import Client

from elfsite.origins.fields import Unreadable
from game.players.models import User
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from learning.knowledge.fulltext import make_index, matching
from learning.knowledge.models import SpikeReport
from workflows.trails.models import Trail

pytestmark = pytest.mark.django_db(transaction=True)

NONSENSE = ("yesterday", "1700000000", "2025-13-45 99:00:00", " ")


@pytest.fixture
def plain() -> Iterator[sqlite3.Connection]:
    if connection.vendor != "sqlite":
        pytest.skip("plain sqlite3 needs the embedded database")
    link = sqlite3.connect(connection.settings_dict["NAME"], timeout=10)
    yield link
    link.close()


@pytest.mark.parametrize("written", NONSENSE)
def test_a_nonsense_date_comes_back_as_written(plain: sqlite3.Connection, written: str) -> None:
    plain.execute(
        "INSERT INTO trails (location, scent, created_at) VALUES ('a.py', 'hot', ?)", (written,)
    )
    plain.commit()
    found = Trail.objects.get().created_at
    assert isinstance(found, Unreadable) and found == written


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-01-15 10:00:00", "2026-01-15T10:00:00+00:00"),
        ("2026-01-15 10:00:00.25", "2026-01-15T10:00:00.250000+00:00"),
        ("2026-01-15T10:00:00+02:00", "2026-01-15T10:00:00+02:00"),
        ("2026-01-15T10:00:00Z", "2026-01-15T10:00:00+00:00"),
        ("2026-01-15", "2026-01-15T00:00:00+00:00"),
    ],
)
def test_every_iso_form_is_read(plain: sqlite3.Connection, written: str, read: str) -> None:
    plain.execute(
        "INSERT INTO trails (location, scent, created_at) VALUES ('a.py', 'hot', ?)", (written,)
    )
    plain.commit()
    assert Trail.objects.get().created_at.isoformat() == read


def test_a_row_with_a_nonsense_date_can_be_saved_again(plain: sqlite3.Connection) -> None:
    plain.execute("INSERT INTO trails (location, scent, expires_at) VALUES ('a', 'hot', 'soon')")
    plain.commit()
    trail = Trail.objects.get()
    trail.message = "noted"
    trail.save()
    assert plain.execute("SELECT expires_at, message FROM trails").fetchone() == ("soon", "noted")


def test_a_dangling_reference_breaks_no_later_rebuild(plain: sqlite3.Connection) -> None:
    plain.execute(
        "INSERT INTO confidence_updates (heuristic_id, old_confidence, new_confidence, delta, "
        "update_type) VALUES (99, 0.1, 0.2, 0.1, 'success')"
    )
    plain.commit()
    field = models.TextField(default="x", db_default="x")
    field.set_attributes_from_name("probe")
    with connection.schema_editor() as editor:  # an AddField with a default rebuilds the table
        editor.add_field(ConfidenceUpdate, field)
        editor.remove_field(ConfidenceUpdate, field)
    assert ConfidenceUpdate.objects.get().heuristic_id == 99


def test_full_text_survives_a_rebuild_of_its_table(plain: sqlite3.Connection) -> None:
    SpikeReport.objects.create(title="Café latency", findings="pooling helps")
    field = models.TextField(default="x", db_default="x")
    field.set_attributes_from_name("probe")
    with connection.schema_editor() as editor:
        editor.add_field(SpikeReport, field)
        editor.remove_field(SpikeReport, field)
    make_index()
    plain.execute("INSERT INTO spike_reports (title, findings) VALUES ('Raw', 'pooling again')")
    plain.commit()
    titles = {spike.title for spike in matching(SpikeReport.objects.all(), "poolin")}
    assert titles == {"Café latency", "Raw"}


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("pool", 1),
        ("latency pooling", 1),
        ("latency absent", 0),
        ('"unterminated', 0),
        ("pool* AND (", 0),
        ("***", 0),
        ("", 2),
    ],
)
def test_no_text_of_a_person_reaches_the_index_as_syntax(text: str, hits: int) -> None:
    make_index()
    SpikeReport.objects.create(title="Latency", findings="connection pooling helps")
    SpikeReport.objects.create(title="Colours", findings="nothing to see")
    assert matching(SpikeReport.objects.all(), text).count() == hits


def test_admin_pages_open_on_raw_rows(plain: sqlite3.Connection, client: Client) -> None:
    admin = User.objects.create_superuser("ada", "a long enough password")
    client.force_login(admin)
    for written in NONSENSE:
        plain.execute(
            "INSERT INTO heuristics (domain, rule, created_at, revival_conditions) "
            "VALUES ('d', 'r', ?, '{not json')",
            (written,),
        )
    plain.commit()
    heuristic = Heuristic.objects.first()
    assert heuristic is not None
    for path in ("", f"{heuristic.pk}/change/"):
        answer: Any = client.get(f"/admin/heuristics/heuristic/{path}")
        assert answer.status_code == 200


def test_migrating_twice_changes_nothing() -> None:
    call_command("migrate", verbosity=0)
    assert not call_command("makemigrations", check=True, dry_run=True, verbosity=0)
