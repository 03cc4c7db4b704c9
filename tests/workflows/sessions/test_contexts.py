from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.timeline.models import TimelineEvent
from workflows.sessions.models import SessionContext
from workflows.sessions.redaction import redact
from workflows.sessions.services import IDS_LIMIT, forget_contexts, track_context

NOW = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)


@pytest.mark.django_db
class TestTracking:
    def test_only_the_hash_is_kept(self) -> None:
        text = "Fix the login of Müller with password=hunter22"
        row = track_context(actor="agent-1", session_id="s1", context=text, heuristics_applied=[3])
        assert row.context_hash == hashlib.sha256(text.encode()).hexdigest()
        assert len(row.context_hash) == 64
        assert row.context_preview is None
        assert row.heuristics_applied == "[3]"
        assert "hunter" not in TimelineEvent.objects.get().summary

    def test_a_preview_is_opted_into_short_and_redacted(self, settings: Any) -> None:
        settings.CONTEXT_PREVIEW = True
        text = "password=hunter22 " + "x y " * 200
        row = track_context(actor="a", session_id="s1", context=text)
        assert row.context_preview is not None
        assert len(row.context_preview) <= 100
        assert row.context_preview.startswith("password=[secret] x y")

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"session_id": " "}, "empty"),
            ({"context": ""}, "empty"),
            ({"context": "x" * 200_001}, "too_long"),
            ({"agent_id": "a" * 201}, "too_long"),
            ({"heuristics_applied": ["7"]}, "bad_ids"),
            ({"heuristics_applied": [True]}, "bad_ids"),
            ({"heuristics_applied": [-1]}, "bad_ids"),
            ({"heuristics_applied": list(range(1, IDS_LIMIT + 2))}, "too_many"),
        ],
    )
    def test_bad_input_is_refused_and_nothing_is_written(
        self, changes: dict[str, Any], code: str
    ) -> None:
        asked = {"session_id": "s", "context": "c", **changes}
        with pytest.raises(Refused) as refused:
            track_context(actor="a", **asked)
        assert refused.value.code == code
        assert not SessionContext.objects.exists()

    @pytest.mark.postgres
    def test_ours_are_forgotten_after_a_week_and_a_sources_are_kept(self) -> None:
        source = Source.objects.create(name="theirs", path="/x.db")
        for days, origin in ((8, None), (6, None), (300, source)):
            SessionContext.objects.create(
                session_id=f"s{days}",
                context_hash="0" * 64,
                created_at=NOW - timedelta(days=days),
                origin=origin,
                origin_key=str(days) if origin else None,
            )
        assert forget_contexts(actor="schedule", before=NOW - timedelta(days=7)) == 1
        left = SessionContext.objects.order_by("pk").values_list("session_id", flat=True)
        assert list(left) == ["s6", "s300"]


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("use token ghp_abcdefghijklmnopqrstuvwxyz1234 now", "use token [secret] now"),
        ("AKIAIOSFODNN7EXAMPLE", "[secret]"),
        ("Authorization: Bearer abc.def.ghi", "Authorization: [secret]"),
        ("postgres://elf:s3cr3t@db/x", "postgres://[secret]@db/x"),
        ("mail bob@example.com", "mail [secret]"),
        ('api_key="abc123def"', 'api_key="[secret]"'),
        ("the secret sauce of caching", "the secret sauce of caching"),
        ("cookie handling in src/auth/session.py", "cookie handling in src/auth/session.py"),
    ],
)
def test_secrets_are_taken_out_and_words_stay(text: str, clean: str) -> None:
    assert redact(text) == clean


def test_a_key_over_many_lines_is_taken_out() -> None:
    text = "a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\nxyz\n-----END RSA PRIVATE KEY-----\nb"
    assert redact(text) == "a\n[secret]\nb"
