from __future__ import annotations

from collections.abc import Callable

import pytest

from learning.fraud.calling import Calls
from learning.fraud.chances import chances
from learning.heuristics.models import Heuristic
from workflows.sessions.models import SessionContext
from workflows.sessions.services import track_context

MANY = [(n, f"Check alpha{chr(97 + n // 26)}{chr(97 + n % 26)} before release") for n in range(80)]


def test_a_word_of_one_rule_calls_for_it() -> None:
    calls = Calls([*MANY, (100, "Use Redis for session storage")])
    assert calls.called("move the sessions to redis") == [100]


def test_a_word_of_all_rules_calls_for_none() -> None:
    assert Calls(MANY).called("check before the release") == []


def test_words_are_whole() -> None:
    calls = Calls([*MANY, (100, "Use Redis for session storage")])
    assert calls.called("redistributed") == []


def test_among_few_rules_one_word_is_not_enough() -> None:
    calls = Calls([(1, "Use Redis for session storage"), (2, "Retry payments twice")])
    assert calls.called("redis") == []
    assert calls.called("redis session") == [1]


def test_no_rules_call_for_nothing() -> None:
    assert Calls([]).called("anything at all") == []


@pytest.mark.django_db
class TestChances:
    def test_a_context_of_ours_remembers_what_it_called_for(
        self, a_rule: Callable[..., Heuristic]
    ) -> None:
        rule = a_rule(rule="Use Redis for session storage")
        other = a_rule(rule="Retry payments twice at most")
        track_context(
            actor="a", session_id="s1", context="redis session", heuristics_applied=[other.pk]
        )
        found = chances()
        assert found[rule.pk] == [("s1", False)]
        assert found[other.pk] == [("s1", True)]
        assert SessionContext.objects.get().context_preview is None

    def test_of_a_sources_context_the_preview_and_its_own_ids_count(
        self, a_rule: Callable[..., Heuristic]
    ) -> None:
        from elfsite.origins.models import Source

        source = Source.objects.create(name="theirs", path="/x.db")
        theirs = a_rule(rule="Use Redis for session storage", origin=source, origin_key="7")
        a_rule(rule="Use Redis for session storage")
        for key, applied in enumerate(("[7]", "[]", "no json", None)):
            SessionContext.objects.create(
                session_id=f"s{key}",
                context_hash="0" * 64,
                context_preview="redis session",
                heuristics_applied=applied,
                origin=source,
                origin_key=str(key),
            )
        assert sorted(chances(only=theirs.pk)[theirs.pk]) == [
            ("s0", True),
            ("s1", False),
            ("s2", False),
            ("s3", False),
        ]
