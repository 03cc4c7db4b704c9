from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from elfsite.timeline.models import TimelineEvent
from game.players.models import User
from learning.domains.inbox import full_domains, items_of
from learning.domains.models import DomainBaseline, DomainMetadata, ExpansionEvent
from learning.domains.services import refresh_baselines
from learning.heuristics.models import Heuristic
from tests.learning.domains.conftest import DISTINCT
from tests.learning.heuristics.conftest import START

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
Full = Callable[..., DomainMetadata]
PAGE = "/domain-metadata/git/"


@pytest.fixture
def as_member(client: Client, member: User) -> Client:
    client.force_login(member)
    return client


@pytest.fixture
def as_steward(client: Client, steward: User) -> Client:
    client.force_login(steward)
    return client


def words(answer: Any) -> str:
    """The text of a page, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_the_page_says_what_would_go(as_member: Client, full: Full) -> None:
    full(8, 14)
    page = words(as_member.get(PAGE))
    for said in ("8 of 5 , 3 too many", "day 14 of 28", "14 days , then all", "contraction is due",
                 "8 → 6 rules: 0 pairs merged, 2 rules put to rest", DISTINCT[0],
                 "Only stewards contract a domain", "Only stewards set limits"):  # fmt: skip
        assert re.sub(r" (?=,)", "", said).lower() in re.sub(r" (?=[,.])", "", page).lower()
    assert Heuristic.objects.filter(status="active").count() == 8


def test_a_domain_that_only_rules_name_has_a_page(as_member: Client) -> None:
    Heuristic.objects.create(domain="ops/ci", rule="Keep the build green")
    answer = as_member.get("/domain-metadata/ops%2Fci/")
    assert answer.status_code == 200 and "1 active rule" in words(answer)
    assert not DomainMetadata.objects.exists()


@pytest.mark.parametrize("domain", ["nowhere", "%00", "a%20b"])
def test_an_unknown_domain_is_not_found(as_member: Client, domain: str) -> None:
    assert as_member.get(f"/domain-metadata/{domain}/").status_code == 404
    for act in ("contract", "limits", "measure"):
        assert as_member.post(f"/domains/{act}/", {"domain": domain}).status_code == 404


def test_nobody_looks_unasked(client: Client, full: Full) -> None:
    full(6, 1)
    assert client.get(PAGE).status_code == 302
    assert client.post("/domains/contract/", {"domain": "git"}).status_code == 302


@pytest.mark.parametrize("act", ["contract", "limits", "measure"])
def test_members_do_not_act(as_member: Client, full: Full, act: str) -> None:
    full(8, 40)
    answer = as_member.post(f"/domains/{act}/", {"domain": "git", "soft_limit": "8"})
    assert answer.status_code == 403 and "Only stewards" in words(answer)
    assert DomainMetadata.objects.get().current_count == 8


def test_a_steward_contracts_what_was_previewed(as_steward: Client, full: Full) -> None:
    full(8, 14)
    answer = as_steward.post(
        "/domains/contract/", {"domain": "git", "reason": "agreed"}, follow=True
    )
    assert "0 pairs merged, 2 rules rest." in words(answer)
    assert ExpansionEvent.objects.get().reason == "Merged 0, evicted 2. agreed"
    again = as_steward.post("/domains/contract/", {"domain": "git"})
    assert again.status_code == 409 and "Not enough time elapsed" in words(again)


@pytest.mark.parametrize(
    ("sent", "status", "sentence"),
    [
        ({"soft_limit": "8"}, 200, "limits of git are kept"),
        ({"ceo_override_limit": ""}, 200, "limits of git are kept"),
        ({"ceo_override_limit": "9"}, 400, "at least the hard limit, 10"),
        ({"soft_limit": "many"}, 400, "The soft limit is a number, not"),
        ({"expansion_min_novelty": "nan"}, 400, "novelty asked for is a number"),
        ({"soft_limit": "6", "seen": "1/2"}, 409, "have changed since you looked"),
    ],
)
def test_limits_are_kept_or_refused(
    as_steward: Client, full: Full, sent: dict[str, str], status: int, sentence: str
) -> None:
    full(6, 1)
    answer = as_steward.post("/domains/limits/", {"domain": "git", **sent}, follow=True)
    assert answer.status_code == status and sentence in words(answer)


def test_the_form_holds_what_it_takes(as_steward: Client, full: Full) -> None:
    full(6, 1)
    page = as_steward.get(PAGE).content.decode()
    sent = dict(re.findall(r'<input id="(\w+)" name="\w+"[^>]* value="([^"]*)"', page))
    seen = re.findall(r'name="seen" value="([^"]+)"', page)[0]
    assert set(sent) == set(DomainMetadata.EDITABLE)
    answer = as_steward.post("/domains/limits/", {"domain": "git", "seen": seen, **sent})
    assert answer.status_code == 302
    assert not TimelineEvent.objects.filter(verb="limits").exists()


def test_measuring_shows_baseline_and_drift(as_steward: Client, full: Full) -> None:
    full(3, 0, times_violated=10)
    refresh_baselines(actor="upkeep")
    Heuristic.objects.update(times_violated=0)
    page = words(as_steward.post("/domains/measure/", {"domain": "git"}, follow=True))
    assert "Its rules hold 1.000 of the time, +100 %." in page
    assert "Baseline of git drifts up by 100 %" in page and "0.500 → 1.000" in page
    assert DomainBaseline.objects.get().sample_count == 3
    assert "Severity critical" in words(as_steward.get("/inbox/"))


def test_the_inbox_lists_what_comes(as_member: Client, full: Full) -> None:
    full(8, 14)
    item = items_of(list(full_domains()))[0]
    assert (item.title, item.meta) == (
        "git is 3 over its soft limit",
        "Day 14 of 28; would give up 2 of them now, golden ones are spared.",
    )
    assert item.due == START + timedelta(days=14)
    page = as_member.get("/inbox/").content.decode()
    assert f"{PAGE}#contraction" in page
    DomainMetadata.objects.update(overflow_entered_at=START - timedelta(days=2))
    assert not full_domains().exists()
    DomainMetadata.objects.update(state="critical")
    assert full_domains().exists()


def test_the_page_asks_the_same_however_many_rules(as_member: Client, full: Full) -> None:
    full(3, 14)
    with CaptureQueriesContext(connection) as few:
        as_member.get(PAGE)
    Heuristic.objects.bulk_create(
        Heuristic(domain="git", rule=f"{DISTINCT[i % 14]} in part {i}") for i in range(60)
    )
    with CaptureQueriesContext(connection) as many:
        assert as_member.get(PAGE).status_code == 200
    assert len(many) == len(few) < 25
