from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from elfsite.doors import services
from elfsite.doors.models import AgentKey
from elfsite.errors import Refused
from elfsite.timeline.models import TimelineEvent
from game.players.models import User
from game.players.services import set_active, set_role
from tests.game.players.people import make_person

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def mel() -> User:
    return make_person("mel")


@pytest.fixture
def ada() -> User:
    return make_person("ada", "admin")


def make_key(actor: User, **change: Any) -> tuple[AgentKey, str]:
    return services.create_key(**{"actor": actor, "name": "build", "scopes": ["read"]} | change)


def code_of(plain: str) -> str:
    """The code with which a key is refused; "" when it is let in."""
    try:
        services.authenticate_key(plain)
    except Refused as refused:
        assert refused.status == 401
        return refused.code
    return ""


class TestMaking:
    def test_keeps_the_hash_and_shows_a_prefix(self, mel: User) -> None:
        key, plain = make_key(mel)
        assert plain.startswith("elf_")
        assert len(plain) == 44
        assert key.prefix == plain[:10]
        assert key.key_hash == hashlib.sha256(plain.encode()).hexdigest()
        assert plain not in str(list(TimelineEvent.objects.values()))

    def test_scopes_stand_in_one_order(self, mel: User) -> None:
        key, _ = make_key(mel, scopes=["run", "read", "run"])
        assert key.scopes == ["read", "run"]

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"name": " "}, "bad_name"),
            ({"name": "x" * 101}, "bad_name"),
            ({"scopes": []}, "bad_scopes"),
            ({"scopes": ["read", "fly"]}, "bad_scopes"),
            ({"trust_class": "oracle"}, "bad_trust_class"),
            ({"project": "x" * 501}, "long_project"),
            ({"days": 0}, "bad_days"),
            ({"days": 3651}, "bad_days"),
            ({"scopes": ["admin"]}, "scope_above"),
            ({"trust_class": "human"}, "trust_above"),
        ],
    )
    def test_refuses_by_name(self, mel: User, change: dict[str, Any], code: str) -> None:
        with pytest.raises(Refused) as refused:
            make_key(mel, **change)
        assert refused.value.code == code
        assert not AgentKey.objects.exists()

    def test_live_keys_of_one_person_are_bounded(
        self, mel: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(services, "KEYS_LIMIT", 1)
        key, _ = make_key(mel)
        with pytest.raises(Refused, match="Revoke some"):
            make_key(mel)
        services.revoke_key(actor=mel, key=key)
        make_key(mel)


class TestKnocking:
    def test_with_a_good_key(self, mel: User) -> None:
        key, plain = make_key(mel)
        assert services.authenticate_key(plain) == key

    @pytest.mark.parametrize("plain", ["", "elf_", "elf_" + "x" * 40, "é", "x" * 10_000])
    def test_with_something_else(self, mel: User, plain: str) -> None:
        make_key(mel)
        assert code_of(plain) == "unknown_key"

    def test_the_hash_or_the_prefix_is_no_key(self, mel: User) -> None:
        key, _ = make_key(mel)
        assert code_of(key.key_hash) == code_of(key.prefix) == "unknown_key"

    def test_after_its_time(self, mel: User) -> None:
        with time_machine.travel(MORNING, tick=False) as clock:
            _, plain = make_key(mel, days=1)
            clock.shift(86_399)
            assert code_of(plain) == ""
            clock.shift(1)
            assert code_of(plain) == "expired_key"

    def test_without_end(self, mel: User) -> None:
        with time_machine.travel(MORNING, tick=False) as clock:
            _, plain = make_key(mel, days=None)
            clock.shift(20 * 365 * 86_400)
            assert code_of(plain) == ""

    def test_when_it_is_revoked(self, mel: User) -> None:
        key, plain = make_key(mel)
        services.revoke_key(actor=mel, key=key)
        assert code_of(plain) == "revoked_key"

    def test_when_its_owner_is_out(self, mel: User, ada: User) -> None:
        _, plain = make_key(mel)
        set_active(actor=ada, user=mel, active=False)
        assert code_of(plain) == "closed_owner"

    def test_when_its_owner_may_no_longer_issue_it(self, ada: User) -> None:
        sam = make_person("sam", "steward")
        _, strong = make_key(sam, trust_class="ci")
        _, plain = make_key(sam, trust_class="agent")
        set_role(actor=ada, user=sam, role="member")
        assert code_of(strong) == "trust_above"
        assert code_of(plain) == ""

    def test_its_use_is_written_once_a_minute(
        self, mel: User, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with time_machine.travel(MORNING, tick=False) as clock:
            key, plain = make_key(mel)
            with django_assert_num_queries(2):
                services.authenticate_key(plain)
            clock.shift(59)
            with django_assert_num_queries(1):
                services.authenticate_key(plain)
            key.refresh_from_db()
            assert key.last_used_at == MORNING
            clock.shift(1)
            with django_assert_num_queries(2):
                services.authenticate_key(plain)


class TestRotating:
    def test_gives_a_new_text_and_stops_the_old(self, mel: User) -> None:
        key, old = make_key(mel, scopes=["read", "run"], project="/srv/a")
        services.authenticate_key(old)
        rotated, new = services.rotate_key(actor=mel, key=key)
        assert (rotated.pk, rotated.scopes, rotated.project) == (key.pk, ["read", "run"], "/srv/a")
        assert rotated.last_used_at is None
        assert (code_of(old), code_of(new)) == ("unknown_key", "")

    def test_is_for_the_owner_alone(self, mel: User, ada: User) -> None:
        key, plain = make_key(mel)
        with pytest.raises(Refused, match="Only its owner"):
            services.rotate_key(actor=ada, key=key)
        assert code_of(plain) == ""

    def test_does_not_wake_a_key_that_has_ended(self, mel: User) -> None:
        with time_machine.travel(MORNING, tick=False) as clock:
            expired, _ = make_key(mel, days=1)
            revoked, _ = make_key(mel)
            services.revoke_key(actor=mel, key=revoked)
            clock.shift(86_400)
            for key in (expired, revoked):
                with pytest.raises(Refused, match="has ended"):
                    services.rotate_key(actor=mel, key=key)

    def test_of_two_at_once_one_is_refused(self, mel: User) -> None:
        key, _ = make_key(mel)
        stale = AgentKey.objects.get(pk=key.pk)
        services.rotate_key(actor=mel, key=key)
        with pytest.raises(Refused, match="has ended"):
            services.rotate_key(actor=mel, key=stale)


class TestRevoking:
    def test_by_an_administrator(self, mel: User, ada: User) -> None:
        key, plain = make_key(mel)
        services.revoke_key(actor=ada, key=key)
        assert code_of(plain) == "revoked_key"
        assert TimelineEvent.objects.filter(verb="revoked_key", actor="ada").exists()

    @pytest.mark.parametrize("role", ["member", "steward"])
    def test_not_by_others(self, mel: User, role: str) -> None:
        key, plain = make_key(mel)
        with pytest.raises(Refused):
            services.revoke_key(actor=make_person("sam", role), key=key)
        assert code_of(plain) == ""

    def test_once(self, mel: User) -> None:
        key, _ = make_key(mel)
        services.revoke_key(actor=mel, key=key)
        with pytest.raises(Refused, match="revoked before"):
            services.revoke_key(actor=mel, key=key)
