"""The second run, and every run after it: only what differs is written."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.origins.services import edit_record
from elfsite.sources.lease import Lease
from elfsite.timeline.models import TimelineEvent
from learning.heuristics.models import Heuristic
from learning.knowledge.models import Learning
from tests.elfsite.sources.conftest import read
from tests.elfsite.sources.elf_files import ElfFile
from workflows.trails.models import Trail

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def events(verb: str) -> list[str]:
    return list(TimelineEvent.objects.filter(verb=verb).values_list("summary", flat=True))


def test_a_second_run_adds_nothing_and_says_so(elf: ElfFile) -> None:
    elf.rule()
    elf.learning(severity="urgent")
    first = read(elf)
    rows = list(Heuristic.objects.values()) + list(Learning.objects.values())
    second = read(elf)
    assert list(Heuristic.objects.values()) + list(Learning.objects.values()) == rows
    assert (first.total.added, second.total.added, second.total.unchanged) == (2, 0, 2)
    assert second.said() == "elf: nothing new in 2 rows"
    assert events("read") == ["elf: 2 added, 1 repaired of 2 rows", "elf: nothing new in 2 rows"]
    assert events("read_table") == [
        "elf: heuristics: 1 added",
        "elf: learnings: 1 added, 1 repaired",
    ]


def test_every_read_row_is_counted_once(elf: ElfFile) -> None:
    elf.rule()
    elf.rule("No number", confidence="much")
    elf.learning()
    read(elf)
    elf.learning("b.md")
    elf.run("UPDATE heuristics SET rule = 'Changed' WHERE id = 1")
    for counts in read(elf).tables.values():
        parts = counts.added + counts.changed + counts.unchanged + counts.rejected
        assert counts.read == parts


def test_a_changed_row_is_changed_and_keeps_its_number(elf: ElfFile) -> None:
    elf.rule(confidence=0.5)
    read(elf)
    number = Heuristic.objects.get().pk
    elf.run("UPDATE heuristics SET confidence = 0.8, rule = 'Sharper'")
    assert read(elf).tables["heuristics"].changed == 1
    rule = Heuristic.objects.get()
    assert (rule.pk, rule.confidence, rule.rule) == (number, 0.8, "Sharper")


def test_a_row_that_left_is_gone_and_comes_back(elf: ElfFile) -> None:
    elf.rule("Stays")
    elf.rule("Leaves")
    run = elf.add("workflow_runs")
    elf.add("trails", location="a.py", scent="hot", run_id=run)
    read(elf)
    elf.run("DELETE FROM heuristics WHERE id = 2; DELETE FROM workflow_runs")
    report = read(elf)
    assert (report.tables["heuristics"].gone, report.tables["workflow_runs"].gone) == (1, 1)
    assert Heuristic.objects.get(rule="Leaves").gone_at is not None
    # what refers to a gone row keeps its reference
    assert Trail.objects.get().run is not None
    assert read(elf).total.gone == 0
    elf.rule("Leaves", id=2)
    elf.run("UPDATE heuristics SET created_at = (SELECT created_at FROM heuristics WHERE id = 1)")
    read(elf)
    assert Heuristic.objects.filter(gone_at=None).count() == 2


def test_rows_of_a_table_that_vanished_are_gone(elf: ElfFile) -> None:
    elf.add("trails", location="a.py", scent="hot")
    read(elf)
    elf.run("DROP TABLE trails")
    assert read(elf).tables["trails"].gone == 1


def test_a_name_of_a_deleted_row_is_free_again(elf: ElfFile) -> None:
    elf.learning("a.md", title="The first")
    read(elf)
    elf.run("DELETE FROM learnings")
    elf.learning("a.md", title="The second")
    read(elf)
    paths = dict(Learning.objects.values_list("title", "filepath"))
    assert paths == {"The first": "a.md (gone 1)", "The second": "a.md"}


def test_names_that_change_places_settle_in_the_next_run(elf: ElfFile) -> None:
    elf.learning("a.md", title="one")
    elf.learning("b.md", title="two")
    read(elf)
    elf.run("UPDATE learnings SET filepath = 'c.md' WHERE id = 1;"
            "UPDATE learnings SET filepath = 'a.md' WHERE id = 2;"
            "UPDATE learnings SET filepath = 'b.md' WHERE id = 1")  # fmt: skip
    read(elf)
    read(elf)
    paths = dict(Learning.objects.values_list("title", "filepath"))
    assert paths == {"one": "b.md", "two": "a.md"}
    assert read(elf).total.wrote == 0


def test_two_sources_with_the_same_keys_stay_apart(tmp_path: Path) -> None:
    files = [ElfFile(tmp_path / name) for name in ("one.db", "two.db")]
    for file in files:
        file.rule(f"Of {file.path.stem}")
        file.learning("same.md")
        file.add("trails", location="a.py", scent="hot")
        read(file)
    assert Heuristic.objects.filter(origin_key="1").count() == 2
    assert Learning.objects.filter(filepath="same.md").count() == 2
    files[0].run("DELETE FROM heuristics")
    read(files[0])
    assert Heuristic.objects.get(gone_at=None).rule == "Of two"


def govern(rule: Heuristic) -> None:
    Heuristic.objects.filter(pk=rule.pk).update(
        status="quarantined", is_golden=False, governed_at=timezone.now()
    )


def test_what_was_governed_here_stays_and_the_difference_is_told_once(elf: ElfFile) -> None:
    elf.rule(confidence=0.9, is_golden=1)
    read(elf)
    govern(Heuristic.objects.get())
    elf.run("UPDATE heuristics SET source_id = 5, status = 'dormant'")
    read(elf)
    rule = Heuristic.objects.get()
    assert (rule.status, rule.is_golden, rule.source_id) == ("quarantined", False, 5)
    conflicts = TimelineEvent.objects.filter(verb="conflict")
    assert conflicts.get().data["differences"] == {
        "is_golden": ["false", "true"],
        "status": ["quarantined", "dormant"],
    }
    read(elf)
    assert conflicts.count() == 1


def test_a_change_of_other_columns_is_no_conflict(elf: ElfFile) -> None:
    elf.rule()
    read(elf)
    govern(Heuristic.objects.get())
    elf.run("UPDATE heuristics SET source_id = 5")
    read(elf)
    assert not TimelineEvent.objects.filter(verb="conflict").exists()


def test_a_text_that_was_edited_here_stays(elf: ElfFile) -> None:
    elf.rule("As recorded")
    read(elf)
    edit_record(actor="mara", record=Heuristic.objects.get(), changes={"rule": "As edited"})
    elf.run("UPDATE heuristics SET rule = 'As changed there', last_used_at = '2026-01-01 00:00:00'")
    read(elf)
    rule = Heuristic.objects.get()
    assert rule.rule == "As edited"
    assert rule.last_used_at == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def test_two_runs_at_once_are_refused(elf: ElfFile) -> None:
    read(elf)
    source = Source.objects.get()
    Lease(source, "reading").claim()
    with pytest.raises(Refused, match="is being read already") as refused:
        read(elf)
    assert refused.value.status == 409
    source.refresh_from_db()
    assert source.state == "reading"


def test_a_lease_of_a_dead_process_is_taken_at_once(elf: ElfFile) -> None:
    read(elf)
    source = Source.objects.get()
    lease = Lease(source, "reading")
    lease._holder = lease._holder.replace(lease._holder.split(":")[1], "99999999")
    lease.claim()
    assert read(elf).total.read == 0


def test_a_lease_that_ran_out_is_taken(elf: ElfFile) -> None:
    read(elf)
    source = Source.objects.get()
    lease = Lease(source, "reading")
    lease._holder = "another-machine:1:abc"
    lease.claim()
    with pytest.raises(Refused):
        read(elf)
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=61)):
        read(elf)
    with pytest.raises(Refused, match="taken over"):
        lease._beaten = 0
        lease.beat(1, 2, "trails")


def test_a_run_that_stops_says_where_and_can_be_taken_up(
    elf: ElfFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    elf.rule()
    elf.add("trails", location="a.py", scent="hot")

    def stop(done: int, total: int, note: str) -> None:
        if note == "trails":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read(elf, progress=stop)
    source = Source.objects.get()
    assert (source.state, source.lease_until) == ("failed", None)
    assert "Stopped in trails" in source.error
    assert read(elf).total.unchanged == 2


def test_progress_counts_all_rows(elf: ElfFile) -> None:
    for number in range(3):
        elf.rule(f"Rule {number}")
    elf.learning()
    heard: list[tuple[int, int, str]] = []
    read(elf, progress=lambda *what: heard.append(what))
    assert heard[-1][:2] == (4, 4)
    assert (3, 4, "heuristics") in heard


def test_a_hook_hears_of_areas_whose_rows_changed(
    elf: ElfFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workflows.trails import importing

    heard: list[Source] = []
    monkeypatch.setattr(importing, "after_import", heard.append, raising=False)
    elf.rule()
    read(elf)
    assert heard == []
    elf.add("trails", location="a.py", scent="hot")
    read(elf)
    assert heard == [Source.objects.get()]
