"""A declaration that no index serves, or that names what is not there, stops the site at start."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from elfsite.listings import registry
from elfsite.listings.checks import check, has_index
from elfsite.listings.declare import Column as C
from elfsite.listings.declare import Filter, Listing, Related, between, drawn, panel
from learning.heuristics.models import Heuristic
from learning.knowledge.models import Experiment, Learning
from workflows.trails.models import Trail


def of(table: str) -> Listing:
    found = registry.by_table(table)
    assert found is not None
    return found


def test_every_declaration_is_sound() -> None:
    assert [error for each in registry.all_listings() for error in check(each)] == []


MISTAKES: list[tuple[str, dict[str, Any], str]] = [
    ("learnings", {"columns": (C("titel"),)}, "Columns names 'titel'"),
    ("learnings", {"columns": (drawn("x", str, needs="titel"),)}, "Columns names 'titel'"),
    ("learnings", {"filters": (Filter("titel"),)}, "Filters names 'titel'"),
    ("learnings", {"search": ("titel",)}, "Search names 'titel'"),
    ("learnings", {"order": "-titel"}, "Orders names 'titel'"),
    ("learnings", {"panels": (panel("A", "titel"),)}, "Panels names 'titel'"),
    ("learnings", {"hidden": ("titel",)}, "names 'titel'"),
    ("learnings", {"named_by": "titel"}, "names 'titel'"),
    ("learnings", {"audience": "kings"}, "is for 'kings'"),
    ("learnings", {"order": "-summary"}, "order '-summary' has no index"),
    ("learnings", {"orders": ("title",)}, "order 'title' has no index"),
    ("learnings", {"filters": (Filter("tags"),)}, "'tags' has no index that starts with it and"),
    ("experiments", {"filters": (Filter("hypothesis"),)}, "'hypothesis' has no index that starts"),
    ("learnings", {"filters": (between("severity"), Filter("title"))}, "'title' has no index"),
    ("learnings", {"search_note": ""}, "say so in search_note"),
    ("violations", {"growing": True}, "'origin' that goes on with 'violation_date'"),
    ("violations", {"growing": True}, "without an index on 'gone_at'"),
    ("cycles", {"columns": (C("experiment"),)}, "has to lead to the row itself"),
    ("learnings", {"related": ("trails",)}, "does not name one reference"),
    ("learnings", {"related": (Related("trails", "message", "x"),)}, "message has no index"),
    ("learnings", {"related": (Related("nowhere", "a", "x"),)}, "nowhere.a has no pages"),
    ("learnings", {"about": "Things"}, "About has to be a sentence"),
    ("learnings", {"empty": ""}, "Empty has to be a sentence"),
]


@pytest.mark.parametrize(("table", "changes", "sentence"), MISTAKES)
def test_a_mistake_is_told_in_a_sentence(table: str, changes: Any, sentence: str) -> None:
    found = check(replace(of(table), **changes))
    assert any(sentence in error.msg for error in found), [error.msg for error in found]
    assert all(error.msg[0].isupper() and error.msg.endswith(".") for error in found)


INDEXES = [
    (Learning, ("domain", "created_at"), True),
    (Learning, ("created_at", "domain"), False),
    (Learning, ("id",), True),
    (Learning, ("gone_at",), True),
    (Learning, ("filepath",), False),  # unique among our own rows alone
    (Experiment, ("origin", "name"), True),
    (Heuristic, ("ema_warmup_remaining",), False),
    (Trail, ("run", "created_at"), True),
]


@pytest.mark.parametrize(("model", "columns", "there"), INDEXES)
def test_what_counts_as_an_index(model: Any, columns: tuple[str, ...], there: bool) -> None:
    assert has_index(model, *columns) is there


def test_a_table_is_declared_once() -> None:
    with pytest.raises(ValueError, match="learnings is declared twice"):
        registry.register(replace(of("learnings")))
