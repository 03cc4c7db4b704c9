from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from game.players.models import User
from learning.heuristics.models import ConfidenceUpdate, Heuristic, HeuristicMerge
from learning.heuristics.services import record_outcome
from learning.reviews.models import CeoReview
from tests.learning.heuristics.conftest import START

pytestmark = pytest.mark.django_db
Make = Callable[..., Heuristic]
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with time_machine.travel(START, tick=False):
        yield


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


@pytest.fixture
def as_member(client: Client, member: User) -> Client:
    return signed_in(client, member)


@pytest.fixture
def as_steward(client: Client, steward: User) -> Client:
    return signed_in(client, steward)


def words(answer: Any) -> str:
    """The text of a page, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def act(client: Client, rule: Heuristic, name: str, **more: Any) -> Any:
    fields = {"act": name, "reason": "seen in review"}
    return client.post(f"/heuristics/{rule.pk}/act/", fields, **more)


def test_the_page_says_what_each_act_would_do(as_member: Client, a_rule: Make) -> None:
    rule = a_rule(0.62, ema_warmup_remaining=4, times_validated=1)
    page = words(as_member.get(f"/heuristics/{rule.pk}/"))
    assert "0.620 → 0.631 (raw 0.658, α 0.30). Warm-up, 3 left. 0 of 5 updates used today." in page
    assert "0.620 → 0.601 (raw 0.558, α 0.30)." in page
    assert page.count("Only stewards do this.") == 3
    assert "3 of 7 conditions are met" in page


def test_an_act_does_what_it_said(as_member: Client, a_rule: Make) -> None:
    rule = a_rule(0.62, ema_warmup_remaining=4)
    answer = act(as_member, rule, "success", follow=True)
    assert "0.620 → 0.631" in words(answer)
    row = ConfidenceUpdate.objects.get()
    assert (row.grader, row.grader_class, row.reason) == ("priya", "human", "seen in review")
    assert "Cooldown active (59 minutes remaining)" in words(answer)


def test_htmx_gets_the_page_as_it_is_then(as_member: Client, a_rule: Make) -> None:
    answer = act(as_member, a_rule(), "failure", headers=HTMX)
    assert answer.status_code == 200 and "h-" in words(answer) and "0.500 → 0.487" in words(answer)


@pytest.mark.parametrize(
    ("columns", "name", "status"),
    [
        ({}, "dormant", "dormant"),
        ({"status": "dormant"}, "revive", "active"),
        ({}, "archive", "archived"),
        ({}, "deprecate", "deprecated"),
        ({"status": "archived"}, "restore", "active"),
    ],
)
def test_stewards_govern_and_members_do_not(
    client: Client,
    a_rule: Make,
    steward: User,
    member: User,
    columns: dict[str, Any],
    name: str,
    status: str,
) -> None:
    rule = a_rule(**columns)
    refused = act(signed_in(client, member), rule, name)
    assert refused.status_code == 403 and "Only stewards" in words(refused)
    assert act(signed_in(client, steward), rule, name).status_code == 302
    assert Heuristic.objects.get().status == status


def test_gold_is_asked_for_and_taken(as_steward: Client, a_rule: Make, steward: User) -> None:
    rule = a_rule(0.93, times_validated=60)
    refused = act(as_steward, rule, "golden")
    assert refused.status_code == 409 and "2 graders" in words(refused).replace("At least ", "")
    for name in ("ci-1", "ci-2"):
        record_outcome(
            actor=name, heuristic=rule, kind="success", grader=name, grader_class="ci", force=True
        )
    assert act(as_steward, rule, "golden").status_code == 302
    assert CeoReview.objects.get().kind == "golden"
    page = words(as_steward.get(f"/heuristics/{rule.pk}/"))
    assert "7 of 7" in page and "waits in the inbox" in page and "It is asked already" in page
    Heuristic.objects.update(is_golden=True)
    CeoReview.objects.all().delete()
    assert "Golden ends" in words(as_steward.get(f"/heuristics/{rule.pk}/"))
    act(as_steward, rule, "demote")
    assert not Heuristic.objects.get().is_golden


def test_a_member_may_ask_for_a_demotion(as_member: Client, a_rule: Make) -> None:
    act(as_member, a_rule(is_golden=True), "demote")
    assert Heuristic.objects.get().is_golden and CeoReview.objects.get().status == "pending"


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"frozen_at": START, "frozen_reason": "too smooth"}, "too smooth"),
        ({"is_quarantined": True, "status": "quarantined"}, "Quarantined."),
        ({"gone_at": START}, "Its source no longer has this rule"),
        ({"confidence": 0.95, "times_violated": 20}, "outruns its evidence"),
        ({"created_at": None, "last_used_at": None, "explanation": None}, "never"),
        ({"rule": "<script>alert(1)</script>", "explanation": "<b>x</b>"}, "alert(1)"),
        ({"domain": "ünïcode/ö", "author": "priya"}, "You wrote it"),
    ],
)
def test_every_state_is_shown(
    as_member: Client, a_rule: Make, columns: dict[str, Any], said: str
) -> None:
    answer = as_member.get(f"/heuristics/{a_rule(**columns).pk}/")
    assert answer.status_code == 200 and said in words(answer)
    assert "<script>alert" not in answer.content.decode()


def test_points_lead_to_their_rows(as_member: Client, a_rule: Make) -> None:
    rule = a_rule()
    for number in range(20):
        ConfidenceUpdate.objects.create(
            heuristic=rule, old_confidence=0.5, new_confidence=0.5, delta=0,
            update_type=("success", "failure", "contradiction", "decay", "reset")[number % 5],
            grader_class=("ci", "bot", None)[number % 3], rate_limited=number % 7 == 0,
        )  # fmt: skip
    page = as_member.get(f"/heuristics/{rule.pk}/?days=30").content.decode()
    newest, oldest = ConfidenceUpdate.objects.latest("pk"), ConfidenceUpdate.objects.earliest("pk")
    assert f'<a href="#u-{newest.pk}"' in page and f'<tr id="u-{newest.pk}">' in page
    assert f'<a href="/confidence-updates/{oldest.pk}/"' in page


@pytest.mark.parametrize("days", ["30", "90", "365", "0", ""])
def test_spans_of_the_chart(as_member: Client, a_rule: Make, days: str) -> None:
    assert as_member.get(f"/heuristics/{a_rule().pk}/?days={days}").status_code == 200


def test_bad_questions_get_a_sentence(as_member: Client, a_rule: Make) -> None:
    rule = a_rule()
    bad_days = as_member.get(f"/heuristics/{rule.pk}/?days=5")
    assert bad_days.status_code == 400 and "30, 90, 365, 0" in words(bad_days)
    bad_act = act(as_member, rule, "praise")
    assert bad_act.status_code == 400 and "An act is one of success" in words(bad_act)
    for pk in (404, 2**63, 10**30):
        assert as_member.get(f"/heuristics/{pk}/").status_code == 404
        assert as_member.post(f"/heuristics/{pk}/act/").status_code == 404


PAGES = ("", "act/", "merge/", "merged/", "apart/")


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_asked_to_sign_in(client: Client, a_rule: Make, page: str) -> None:
    method = client.get if page in ("", "merge/") else client.post
    answer = method(f"/heuristics/{a_rule().pk}/{page}")
    assert answer.status_code == 302 and "/accounts/login/" in answer["Location"]


def test_a_page_costs_a_bounded_number_of_queries(as_member: Client, a_rule: Make) -> None:
    rule = a_rule()
    for number in range(8):
        a_rule(rule=f"Never force push to branch {number}")
    as_member.get(f"/heuristics/{rule.pk}/")
    with CaptureQueriesContext(connection) as found:
        as_member.get(f"/heuristics/{rule.pk}/")
    assert len(found) <= 18


def test_a_merge_is_shown_done_and_taken_back(as_steward: Client, a_rule: Make) -> None:
    one = a_rule(0.75, rule="prevent useEffect loops", times_validated=10)
    two = a_rule(0.65, rule="prevent useEffect loops twice", times_validated=5)
    page = as_steward.get(f"/heuristics/{one.pk}/")
    assert "novelty 0.25, a duplicate" in words(page)
    shown = words(as_steward.get(f"/heuristics/{one.pk}/merge/?with={two.pk}"))
    assert "Carries 0.717" in shown and not HeuristicMerge.objects.exists()
    done = as_steward.post(f"/heuristics/{one.pk}/merged/", {"with": two.pk}, follow=True)
    assert "2 rules are one now" in words(done) and "Made by a merge" in words(done)
    target = HeuristicMerge.objects.get().target_id
    back = as_steward.post(f"/heuristics/{target}/apart/", {"sure": "1"}, follow=True)
    assert "2 rules are active again" in words(back)
    again = as_steward.post(f"/heuristics/{target}/apart/")
    assert again.status_code == 409


def test_merges_of_others_are_refused(client: Client, a_rule: Make, member: User) -> None:
    one, two, away = a_rule(), a_rule(rule="x"), a_rule(rule="y", domain="css")
    signed_in(client, member)
    assert client.post(f"/heuristics/{one.pk}/merged/", {"with": two.pk}).status_code == 403
    for asked, status in (("", 400), ("?with=", 400), ("?with=x", 400), ("?with=404", 404)):
        assert client.get(f"/heuristics/{one.pk}/merge/{asked}").status_code == status
    refused = client.get(f"/heuristics/{one.pk}/merge/?with={away.pk}")
    assert refused.status_code == 409 and "different domains" in words(refused)


def test_how_trust_is_earned_is_printed_from_the_code(as_member: Client) -> None:
    page = words(as_member.get("/heuristics/trust/"))
    assert "human 1.00 ci 0.85 tool 0.70 agent 0.50 self 0.00" in page
    assert "× 0.92, at once; below 0.20 the rule rests" in page


def test_golden_rules_leave_and_come_as_a_file(
    client: Client, a_rule: Make, steward: User, member: User
) -> None:
    a_rule(is_golden=True)
    signed_in(client, member)
    answer = client.get("/heuristics/golden-rules.md")
    assert answer["Content-Type"].startswith("text/markdown")
    file = SimpleUploadedFile("theirs.md", b"## A\n> Test the edges\n")
    assert client.post("/heuristics/golden-rules/", {"file": file}).status_code == 403
    signed_in(client, steward)
    for content, status in ((b"\xff\xfe", 400), (b"no rule", 400), (b"x" * (1024 * 1024 + 1), 400)):
        sent = {"file": SimpleUploadedFile("theirs.md", content)}
        assert client.post("/heuristics/golden-rules/", sent).status_code == status
    assert client.post("/heuristics/golden-rules/").status_code == 400
    file.seek(0)
    done = client.post("/heuristics/golden-rules/", {"file": file}, follow=True)
    assert "1 added and laid into the inbox" in words(done)
    assert "Golden in theirs.md" in (CeoReview.objects.get().context or "")
