from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from elfsite.errors import Refused
from game.players.models import User
from learning.heuristics.golden_file import Entry, category_of, dumped, loaded, title_of
from learning.heuristics.models import Heuristic
from learning.heuristics.services import export_golden_rules, import_golden_rules
from learning.reviews.models import CeoReview
from learning.reviews.services import decide
from tests.learning.heuristics.conftest import START

Make = Callable[..., Heuristic]

THEIRS = """# Golden Rules

Some words about them.

## How to use this file

Read it first.

---

## 1. Query Before Acting
> Always query the building before acting
> on it
**Category:** process
**Why:** It knows.
**Promoted:** 2025-12-01 (team)
**Validations:** 12

---
## Break It Before Shipping It
> Test edge cases before release
"""


def test_a_file_of_another_team_is_read() -> None:
    assert loaded(THEIRS) == [
        Entry(
            "Always query the building before acting\non it",
            "process",
            "It knows.",
            "2025-12-01 (team)",
            "12",
        ),
        Entry("Test edge cases before release", "process"),
    ]


def test_what_is_written_is_read_again() -> None:
    entries = [
        Entry("Never force push to main", "git", "Work is lost.", "2026-01-15 (h-1)", "60"),
        Entry("One line\nand another", "general"),
        Entry("## not a heading", "css", validations="3"),
    ]
    assert loaded(dumped(entries)) == entries
    assert "## 1. Never force push to main\n> Never force push to main\n" in dumped(entries)
    assert loaded(dumped([])) == [] and "No golden rules" in dumped([])


@pytest.mark.parametrize(
    ("rule", "title", "category"),
    [
        ("Never rebase.", "Never rebase", "git"),
        (
            "Ask the user a thing or two before all of it",
            "Ask the user a thing or …",
            "user-interaction",
        ),
        ("Zebras are striped", "Zebras are striped", "general"),
    ],
)
def test_titles_and_categories_of_bare_rules(rule: str, title: str, category: str) -> None:
    assert (title_of(rule), category_of(rule)) == (title, category)


@pytest.mark.django_db
@pytest.mark.postgres
class TestServices:
    def test_gold_goes_out_and_is_known_when_it_comes_back(self, a_rule: Make) -> None:
        a_rule(0.93, is_golden=True, golden_at=START, times_validated=60, explanation="Why not.")
        a_rule(is_golden=True, rule="resting", status="dormant")
        a_rule(rule="ordinary")
        text = export_golden_rules()
        assert [entry.rule for entry in loaded(text)] == ["Never force push to main"]
        assert f"**Promoted:** 2026-01-15 (h-{Heuristic.objects.earliest('pk').pk})" in text
        found = import_golden_rules(actor="upkeep", text=text)
        assert (found.added, found.known, found.refused) == (0, 1, [])

    def test_nothing_becomes_golden_by_a_file(self, steward: User) -> None:
        for added in (2, 0):
            assert import_golden_rules(actor=steward, text=THEIRS).added == added
        rules = list(Heuristic.objects.order_by("pk"))
        assert [(r.confidence, r.is_golden, r.times_validated) for r in rules] == [
            (0.5, False, 0)
        ] * 2
        review = CeoReview.objects.order_by("pk")[0]
        assert "validated 12 times there" in (review.context or "")
        decide(actor=steward, review=review, verdict="approve", reason="we know them")
        assert Heuristic.objects.get(pk=rules[0].pk).is_golden

    def test_bad_files_are_refused(self, member: User) -> None:
        for text, words in (
            ("# nothing", "No rule stands"),
            ("x" * (1024 * 1024 + 1), "at most"),
            ("## a\n> b\n" * 501, "501"),
        ):
            with pytest.raises(Refused, match=words):
                import_golden_rules(actor="upkeep", text=text)
        with pytest.raises(Refused, match="Only stewards"):
            import_golden_rules(actor=member, text=THEIRS)

    def test_a_rule_that_cannot_be_taken_is_named(self) -> None:
        found = import_golden_rules(actor="upkeep", text=f"## a\n> {'x' * 501}\n\n## b\n> fine")
        assert found.added == 1 and "at most 500" in found.refused[0]

    def test_the_commands(self, a_rule: Make, tmp_path: Path, capsys: Any) -> None:
        a_rule(is_golden=True)
        file = tmp_path / "golden-rules.md"
        call_command("export_golden_rules", str(file))
        Heuristic.objects.all().delete()
        call_command("import_golden_rules", str(file))
        call_command("export_golden_rules")
        said = capsys.readouterr().out
        assert "1 golden rules in" in said and "1 added" in said and "No golden rules" in said
        for path in (tmp_path / "none.md", tmp_path):
            with pytest.raises(CommandError, match="cannot be"):
                call_command("import_golden_rules", str(path))
