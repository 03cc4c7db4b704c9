"""What people decide here, as the original programs read it from their file."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from elfsite.sources.follow.writeback import WriteBack
from elfsite.timeline.models import TimelineEvent
from learning.fraud.models import FraudReport
from learning.heuristics.models import Heuristic
from learning.knowledge.models import Violation
from learning.observer.models import MetaAlert
from learning.reviews.models import CeoReview
from tests.elfsite.sources.elf_files import ElfFile
from tests.elfsite.sources.follow.conftest import Following, write_to

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

Begin = Callable[[], Following]
AT = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)

MORE = """
ALTER TABLE fraud_reports ADD COLUMN review_outcome TEXT
    CHECK (review_outcome IS NULL OR review_outcome IN ('true_positive', 'false_positive'));
ALTER TABLE fraud_reports ADD COLUMN reviewed_at DATETIME;
ALTER TABLE fraud_reports ADD COLUMN reviewed_by TEXT;
CREATE TABLE ceo_reviews (id INTEGER PRIMARY KEY, title TEXT NOT NULL,
    status TEXT DEFAULT 'pending', reviewed_at DATETIME,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE violations (id INTEGER PRIMARY KEY, rule_id INTEGER NOT NULL, rule_name TEXT NOT NULL,
    acknowledged INTEGER DEFAULT 0, violation_date DATETIME DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE meta_alerts (id INTEGER PRIMARY KEY, alert_type TEXT NOT NULL, severity TEXT NOT NULL,
    state TEXT DEFAULT 'new', message TEXT NOT NULL, acknowledged_at DATETIME,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
INSERT INTO heuristics (domain, rule, confidence) VALUES ('d', 'Look', 0.9), ('d', 'Leap', 0.4);
INSERT INTO fraud_reports (heuristic_id, fraud_score, classification) VALUES (2, 0.9, 'suspicious');
INSERT INTO ceo_reviews (title) VALUES ('Promote it?');
INSERT INTO violations (rule_id, rule_name) VALUES (1, 'Look');
INSERT INTO meta_alerts (alert_type, severity, message) VALUES ('drift', 'warning', 'it drifts');
"""


@pytest.fixture
def followed(elf: ElfFile, following: Begin) -> Following:
    elf.run(MORE)
    write_to(elf.path, "SELECT 1")
    return following()


def asked(file: ElfFile, sql: str) -> list[Any]:
    """What one of their programs sees."""
    connection = sqlite3.connect(file.path)
    rows = [row[0] for row in connection.execute(sql)]
    connection.close()
    return rows


def decide() -> None:
    now = timezone.now()
    Heuristic.objects.filter(rule="Look").update(is_golden=True, governed_at=now)
    Heuristic.objects.filter(rule="Leap").update(
        status="quarantined", confidence=0.1, governed_at=now
    )
    FraudReport.objects.update(
        review_outcome="true_positive", reviewed_by="ada", reviewed_at=AT, governed_at=now
    )
    CeoReview.objects.update(status="approved", reviewed_at=AT, governed_at=now)
    Violation.objects.update(acknowledged=True, governed_at=now)
    MetaAlert.objects.update(state="ack", acknowledged_at=AT, governed_at=now)


def carry(follower: Following) -> int:
    return WriteBack(follower.source).carry(follower.watched.tables)


def test_their_programs_see_what_was_decided(elf: ElfFile, followed: Following) -> None:
    decide()
    assert carry(followed) == 6
    golden = "SELECT rule FROM heuristics WHERE is_golden = 1 AND status = 'active'"
    assert asked(elf, golden) == ["Look"]
    assert asked(elf, "SELECT rule FROM heuristics WHERE status = 'active'") == ["Look"]
    assert asked(elf, "SELECT id FROM fraud_reports WHERE review_outcome IS NULL") == []
    assert asked(elf, "SELECT reviewed_by FROM fraud_reports WHERE reviewed_at > '2026'") == ["ada"]
    assert asked(elf, "SELECT id FROM ceo_reviews WHERE status = 'pending'") == []
    assert asked(elf, "SELECT datetime(reviewed_at) FROM ceo_reviews") == ["2026-03-01 12:00:00"]
    assert asked(elf, "SELECT id FROM violations WHERE acknowledged = 0") == []
    assert asked(elf, "SELECT id FROM meta_alerts WHERE state IN ('new', 'active')") == []


def test_nothing_else_is_written(elf: ElfFile, followed: Following) -> None:
    decide()
    carry(followed)
    assert asked(elf, "SELECT confidence FROM heuristics ORDER BY id") == [0.9, 0.4]


def test_each_row_is_an_event_and_no_conflict(elf: ElfFile, followed: Following) -> None:
    decide()
    carry(followed)
    followed.look()
    assert TimelineEvent.objects.filter(verb="written_back").count() == 6
    assert not TimelineEvent.objects.filter(verb__in=("conflict", "changed")).exists()
    assert carry(followed) == 0


def test_what_they_changed_meanwhile_is_not_overlooked(elf: ElfFile, followed: Following) -> None:
    decide()
    write_to(elf.path, "UPDATE heuristics SET created_at = '2026-01-02 03:04:05' WHERE id = 1")
    carry(followed)
    followed.look()
    assert str(Heuristic.objects.get(rule="Look").created_at)[:10] == "2026-01-02"


def test_what_nobody_decided_stays(elf: ElfFile, followed: Following) -> None:
    Heuristic.objects.update(is_golden=True)
    assert carry(followed) == 0
    assert asked(elf, "SELECT id FROM heuristics WHERE is_golden = 1") == []


def test_a_busy_file_is_left_alone(elf: ElfFile, followed: Following) -> None:
    decide()
    agent = sqlite3.connect(elf.path, isolation_level=None)
    agent.execute("BEGIN IMMEDIATE")
    assert carry(followed) == 0
    agent.execute("ROLLBACK")
    agent.close()
    assert carry(followed) == 6


def test_a_word_that_their_table_refuses_is_said_once(elf: ElfFile, followed: Following) -> None:
    FraudReport.objects.update(review_outcome="dismissed", governed_at=timezone.now())
    back = WriteBack(followed.source)
    assert back.carry(followed.watched.tables) == 0
    assert back.carry(followed.watched.tables) == 0
    assert TimelineEvent.objects.filter(verb="refused").count() == 1
