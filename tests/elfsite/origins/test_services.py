from __future__ import annotations

import pytest

from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.origins.services import edit_record
from elfsite.timeline.models import TimelineEvent
from learning.fraud.models import FraudResponse
from learning.heuristics.models import Heuristic
from learning.knowledge.models import Learning

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def rule() -> Heuristic:
    source = Source.objects.create(name="Team", path="/somewhere/index.db")
    return Heuristic.objects.create(
        domain="git", rule="Keep history", origin=source, origin_key="7"
    )


def test_an_edit_writes_the_row_and_one_event(rule: Heuristic) -> None:
    edit_record(actor="ada", record=rule, changes={"rule": "Keep main's history", "domain": "git"})
    rule.refresh_from_db()
    assert rule.rule == "Keep main's history" and rule.governed_at is not None
    event = TimelineEvent.objects.get()
    assert (event.actor, event.verb, event.subject_id) == ("ada", "edited", str(rule.pk))
    assert event.data == {"fields": ["rule"]}


def test_an_edit_that_changes_nothing_writes_nothing(rule: Heuristic) -> None:
    edit_record(actor="ada", record=rule, changes={"rule": "Keep history"})
    assert not TimelineEvent.objects.exists()


@pytest.mark.parametrize("column", ["confidence", "status", "is_golden", "times_validated"])
def test_what_is_earned_cannot_be_edited(rule: Heuristic, column: str) -> None:
    with pytest.raises(Refused, match="cannot be edited"):
        edit_record(actor="ada", record=rule, changes={column: 1})
    assert not TimelineEvent.objects.exists()


def test_a_ledger_has_no_editable_column() -> None:
    assert FraudResponse.EDITABLE == ()


def test_a_value_that_the_column_refuses_is_refused_in_words() -> None:
    note = Learning.objects.create(type="failure", filepath="f", title="t")
    for bad in ({"title": ""}, {"severity": 9}):
        with pytest.raises(Refused):
            edit_record(actor="ada", record=note, changes=bad)
    note.refresh_from_db()
    assert (note.title, note.severity) == ("t", 3)


def test_a_row_that_is_gone_is_refused(rule: Heuristic) -> None:
    Heuristic.objects.all().delete()
    with pytest.raises(Refused) as caught:
        edit_record(actor="ada", record=rule, changes={"rule": "x"})
    assert caught.value.status == 404
