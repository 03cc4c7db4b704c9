"""What changes in a followed file comes to our rows, by the log and without it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from elfsite.origins.models import Rejection
from elfsite.timeline.models import TimelineEvent
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from tests.elfsite.sources.elf_files import ElfFile
from tests.elfsite.sources.follow.conftest import Following, write_to
from workflows.conductor.models import WorkflowRun
from workflows.trails.models import Trail

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

Begin = Callable[[], Following]
JOURNALS = ("wal", "delete")


def trails(file: ElfFile, count: int) -> None:
    write_to(
        file.path,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT "
        f"{count}) INSERT INTO trails (location, scent) SELECT 'src/' || i, 'read' FROM n",
    )


def words(verb: str) -> list[str]:
    found = TimelineEvent.objects.filter(verb=verb).order_by("id")
    return list(found.values_list("summary", flat=True))


@pytest.mark.parametrize("journal", JOURNALS)
def test_rows_come_change_and_go(elf: ElfFile, following: Begin, journal: str) -> None:
    trails(elf, 3)
    write_to(elf.path, "SELECT 1", journal=journal)
    follower = following()
    write_to(
        elf.path,
        "INSERT INTO trails (location, scent, agent_id) VALUES ('a.py', 'write', 'agent-5')",
        "UPDATE trails SET strength = 0.25 WHERE id = 1",
        "DELETE FROM trails WHERE id = 2",
        journal=journal,
    )
    assert follower.look() == {"trails": [1, 2, 4]}
    assert Trail.objects.get(origin_key="4").location == "a.py"
    assert Trail.objects.get(origin_key="1").strength == 0.25
    assert Trail.objects.get(origin_key="2").gone_at is not None
    assert words("recorded") == ["agent-5 wrote a.py"]
    assert words("changed") == ["somebody read src/1 (changed)"]
    assert words("gone") == ["somebody read src/2 (gone at its source)"]


def test_an_event_names_the_row(elf: ElfFile, following: Begin) -> None:
    follower = following()
    write_to(elf.path, "INSERT INTO workflow_runs (workflow_name, status) VALUES ('w', 'failed')")
    follower.look()
    event = TimelineEvent.objects.get(verb="recorded")
    run = WorkflowRun.objects.get()
    assert (event.topic, event.subject_type, event.subject_id) == (
        "runs",
        "workflow_runs",
        str(run.pk),
    )


@pytest.mark.parametrize("journal", JOURNALS)
def test_nothing_is_looked_at_without_a_write(
    elf: ElfFile, following: Begin, journal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("elfsite.sources.follow.place.SETTLED", 0.0)
    write_to(elf.path, "SELECT 1", journal=journal)
    follower = following()
    follower.look()
    assert not follower.watched.notice()


def test_the_log_alone_says_where_to_look(elf: ElfFile, following: Begin) -> None:
    trails(elf, 5_000)
    follower = following()
    follower.look()
    write_to(elf.path, "UPDATE trails SET strength = 0.5 WHERE id IN (7, 4000)")
    follower.watched.notice()
    table = follower.watched.tables["trails"]
    assert not table.stale
    assert [high < 5_000 for _, high in table.dirty] == [True, True]  # two pages of many
    assert follower.look() == {"trails": [7, 4000]}


def test_a_table_is_emptied_in_one_statement(elf: ElfFile, following: Begin) -> None:
    trails(elf, 2_000)
    follower = following()
    follower.look()
    write_to(elf.path, "DELETE FROM trails")
    follower.look()
    assert not Trail.objects.filter(gone_at__isnull=True).exists()


def test_many_rows_of_one_look_are_one_event(elf: ElfFile, following: Begin) -> None:
    follower = following()
    trails(elf, 51)
    follower.look()
    assert Trail.objects.count() == 51
    assert words("recorded") == []
    assert words("changed") == ["elf: trails: 51 recorded"]


def test_a_page_that_only_overflows_is_noticed(elf: ElfFile, following: Begin) -> None:
    elf.rule("a", explanation="x" * 20_000)
    write_to(elf.path, "SELECT 1")
    follower = following()
    follower.look()
    write_to(
        elf.path,
        "UPDATE heuristics SET explanation = substr(explanation, 1, 15000) || 'y' ||"
        " substr(explanation, 15002) WHERE id = 1",
    )
    assert follower.look() == {"heuristics": [1]}
    assert "y" in (Heuristic.objects.get().explanation or "")


def test_a_row_that_comes_before_its_parent_is_completed(elf: ElfFile, following: Begin) -> None:
    follower = following()
    write_to(
        elf.path,
        "INSERT INTO trails (location, scent, run_id) VALUES ('a.py', 'read', 1)",
        "INSERT INTO confidence_updates (heuristic_id, old_confidence, new_confidence, delta,"
        " update_type) VALUES (1, 0.5, 0.6, 0.1, 'success')",
    )
    follower.look()
    assert Trail.objects.get().run_id is None
    assert Rejection.objects.get().table == "confidence_updates"
    write_to(
        elf.path,
        "INSERT INTO workflow_runs (workflow_name) VALUES ('w')",
        "INSERT INTO heuristics (domain, rule) VALUES ('d', 'Look first')",
    )
    follower.look()
    assert Trail.objects.get().run_id == WorkflowRun.objects.get().pk
    assert ConfidenceUpdate.objects.get().heuristic_id == Heuristic.objects.get().pk
    assert not Rejection.objects.exists()


def test_what_was_decided_here_stays_and_is_a_conflict(elf: ElfFile, following: Begin) -> None:
    from django.utils import timezone

    elf.rule("a", confidence=0.5)
    write_to(elf.path, "SELECT 1")
    follower = following()
    Heuristic.objects.update(status="archived", governed_at=timezone.now())
    write_to(
        elf.path,
        "UPDATE heuristics SET status = 'dormant', created_at = '2026-01-02 03:04:05' WHERE id = 1",
    )
    follower.look()
    rule = Heuristic.objects.get()
    assert (rule.status, str(rule.created_at)[:10]) == ("archived", "2026-01-02")
    assert "status is archived here and dormant there" in words("conflict")[0]


def test_a_run_over_an_older_copy_is_made_good(elf: ElfFile, following: Begin) -> None:
    from django.utils import timezone

    trails(elf, 1)
    follower = following()
    write_to(elf.path, "UPDATE trails SET strength = 0.5")
    follower.look()
    Trail.objects.update(strength=1.0, origin_hash="older")  # as that run would have left it
    type(follower.source).objects.update(last_run_at=timezone.now())
    assert follower.taker.after_a_run(follower.watched.tables)
    follower.take()
    assert Trail.objects.get().strength == 0.5
