"""What a day's field is made of: the team's data, fair shares, one canonical text."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from game.arena import field
from game.arena.manifest import (
    FOES,
    LABEL_LIMIT,
    MOST_FOES,
    Thing,
    canonical,
    counted,
    digest_of,
    made,
    mixed,
    shares,
    training,
)
from game.arena.services.sorties import draft
from game.arena.simulation import new_game
from game.players.models import User
from learning.fraud.models import FraudReport
from learning.heuristics.models import Heuristic
from learning.knowledge.models import Violation
from learning.observer.models import MetaAlert
from tests.game.arena.conftest import NOON
from workflows.trails.models import Trail

counts = st.dictionaries(st.sampled_from(FOES), st.integers(0, 500))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(counts)
def test_shares_fill_the_field_and_starve_nobody(there: dict[str, int]) -> None:
    given_ = shares(there)
    assert sum(given_.values()) == min(MOST_FOES, sum(there.values()))
    for kind, many in there.items():
        assert given_[kind] <= many
        # whoever got less than there is has as many as the fullest other, but for the last one
        if given_[kind] < many:
            assert given_[kind] >= max(given_.values()) - len(there)


def things(many: int, word: str = "x") -> list[Thing]:
    return [Thing(f"{word} {n}", 1 + n % 3, f"/{word}/{n}/") for n in range(many)]


def test_kinds_are_spread_over_the_whole_sortie() -> None:
    order = [foe["kind"] for foe in mixed({"bug": things(40), "blocker": things(4)})]
    assert [n for n, kind in enumerate(order) if kind == "blocker"] == [5, 16, 27, 38]


def test_labels_are_lines_and_long_links_are_left_out() -> None:
    foes = mixed({"bug": [Thing("a\nb " * 50, 9, "/" * 500)]})
    assert (len(foes[0]["label"]), foes[0]["size"], foes[0]["link"]) == (LABEL_LIMIT, 3, "")
    assert "\n" not in foes[0]["label"]


def test_one_manifest_has_one_text() -> None:
    one = made("2026-03-10", {"bug": things(3, "é")}, things(2))
    other = dict(reversed(one.items()))
    assert canonical(one) == canonical(other) and canonical(one).isascii()
    assert digest_of(canonical(one)) == digest_of(canonical(other))


@pytest.mark.parametrize("manifest", [training("2026-03-10"), made("x", {"bug": things(90)}, [])])
def test_it_can_be_flown(manifest: dict[str, Any]) -> None:
    assert len(manifest["foes"]) <= MOST_FOES
    new_game(manifest, 7, {"weapon": "pulse_laser"})


@pytest.mark.django_db
@pytest.mark.postgres
class TestTheTeamsData:
    def lay(self, scent: str, place: str, **columns: Any) -> Trail:
        return Trail.objects.create(scent=scent, location=place, **columns)

    def test_everything_that_waits_is_a_foe(self, clock: time_machine.Traveller) -> None:
        self.lay("blocker", "src/auth.py")
        for _ in range(5):
            self.lay("warning", "src/api/routes.py")
        self.lay("discovery", "docs/notes.md")
        rule = Heuristic.objects.create(domain="git", rule="Never force push to main")
        for _ in range(2):
            FraudReport.objects.create(
                heuristic=rule, fraud_score=0.6, classification="fraud_likely"
            )
        MetaAlert.objects.create(alert_type="trend", severity="critical", message="it falls")
        Violation.objects.create(rule_id=1, rule_name="Tests first")
        found = field.foes(NOON)
        assert {kind: [(t.label, t.size) for t in all_] for kind, all_ in found.items()} == {
            "blocker": [("auth.py · blocker", 1)],
            "bug": [("routes.py · bug", 3)],
            "drone": [("trend · alert", 3)],
            "impostor": [("Never force push to main", 2)],
            "rammer": [("Tests first · violation", 1)],
        }
        assert [gift.label for gift in field.gifts(NOON)] == ["notes.md · discovery"]
        assert counted(draft(NOON.date())) == [(kind, 1) for kind in FOES]

    def test_what_is_done_is_none(self, clock: time_machine.Traveller) -> None:
        self.lay("blocker", "old.py", created_at=NOON - timedelta(days=31))
        self.lay("blocker", "gone.py", expires_at=NOON - timedelta(minutes=1))
        self.lay("blocker", "lost.py", gone_at=NOON)
        MetaAlert.objects.create(
            alert_type="trend", severity="info", message="over", state="resolved"
        )
        Violation.objects.create(rule_id=1, rule_name="Tests first", acknowledged=True)
        rule = Heuristic.objects.create(domain="git", rule="Rebase")
        FraudReport.objects.create(
            heuristic=rule, fraud_score=0.6, classification="suspicious",
            review_outcome="dismissed",
        )  # fmt: skip
        assert not any(field.foes(NOON).values())

    def test_every_link_leads_to_where_it_can_be_mended(
        self, clock: time_machine.Traveller, mira: User, client: Client
    ) -> None:
        self.test_everything_that_waits_is_a_foe(clock)
        client.force_login(mira)
        manifest = draft(NOON.date())
        for thing in (*manifest["foes"], *manifest["gifts"]):
            assert client.get(thing["link"]).status_code == 200, thing
