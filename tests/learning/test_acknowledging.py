"""Violations and critical alerts wait in the inbox until a steward has seen them."""

from __future__ import annotations

import pytest
from django.test import Client

from elfsite.timeline.models import TimelineEvent
from game.players.models import User
from learning.knowledge.models import Violation
from learning.observer.models import MetaAlert

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def steward(client: Client) -> User:
    user = User.objects.create_user("stan", role="steward")
    client.force_login(user)
    return user


@pytest.fixture
def violation() -> Violation:
    return Violation.objects.create(rule_id=7, rule_name="Read first", description="It did not.")


@pytest.fixture
def alert() -> MetaAlert:
    return MetaAlert.objects.create(
        alert_type="contradiction_spike",
        severity="critical",
        message="Rules are contradicted",
        metric_name="contradiction_rate",
        current_value=0.4,
    )


def test_a_violation_leaves_the_inbox_when_it_is_acknowledged(
    client: Client, steward: User, violation: Violation
) -> None:
    assert "Golden rule 7 was broken. It did not." in client.get("/inbox/").text
    address = f"/violations/{violation.pk}/acknowledge/"
    assert client.post(address, {"from": "inbox"}).headers["Location"] == "/inbox/"
    violation.refresh_from_db()
    assert violation.acknowledged
    assert violation.governed_at
    assert "Golden rule 7 was broken" not in client.get("/inbox/").text
    event = TimelineEvent.objects.get(verb="acknowledged")
    assert (event.actor, event.subject_id) == ("stan", str(violation.pk))
    assert client.post(address).status_code == 409


def test_an_alert_is_acknowledged_once_and_resolved_once(
    client: Client, steward: User, alert: MetaAlert
) -> None:
    assert "contradiction_rate is 0.4." in client.get("/inbox/").text
    page = f"/meta-alerts/{alert.pk}/"
    assert "Acknowledge" in client.get(page).text
    assert client.post(f"{page}acknowledge/").headers["Location"] == page
    assert "Rules are contradicted" not in client.get("/inbox/?only=alerts").text
    assert client.post(f"{page}acknowledge/").status_code == 409
    assert client.post(f"{page}resolve/").status_code == 302
    assert client.post(f"{page}resolve/").status_code == 409
    alert.refresh_from_db()
    assert alert.state == "resolved"
    assert alert.acknowledged_at
    assert alert.resolved_at


def test_members_look_and_get_a_sentence(
    client: Client, violation: Violation, alert: MetaAlert
) -> None:
    client.force_login(User.objects.create_user("mira"))
    tray = client.get("/inbox/")
    assert "Read first" in tray.text
    assert "Acknowledge</button>" not in tray.text
    refused = client.post(f"/violations/{violation.pk}/acknowledge/")
    assert refused.status_code == 403
    assert "Only stewards acknowledge violations." in refused.text
    assert client.post(f"/meta-alerts/{alert.pk}/resolve/").status_code == 403


@pytest.mark.parametrize("address", ["/violations/99/acknowledge/", "/meta-alerts/99/resolve/"])
def test_a_wrong_id_and_no_login(client: Client, address: str) -> None:
    assert client.post(address).status_code == 302
    client.force_login(User.objects.create_user("stan", role="steward"))
    assert client.post(address).status_code == 404
