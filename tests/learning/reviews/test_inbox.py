from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from game.players.models import User
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from learning.heuristics.services import propose_golden
from learning.reviews import inbox
from learning.reviews.inbox import Act, Item, Waiting, waiting
from learning.reviews.models import CeoReview
from learning.reviews.queries import COUNT_LIMIT, counts, items, pending_count
from learning.reviews.services import decide, open_review

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


@pytest.fixture
def steward(client: Client) -> User:
    user = User.objects.create_user("mira", role="steward")
    client.force_login(user)
    return user


@pytest.fixture
def question() -> CeoReview:
    return open_review(actor="bot-1", title="Raise the limit?", context="It is **used up**.")


@pytest.fixture
def candidate() -> CeoReview:
    rule = Heuristic.objects.create(
        domain="git", rule="Never force push", confidence=0.93, times_validated=60
    )
    for name in ("ci-1", "bot-2"):
        ConfidenceUpdate.objects.create(
            heuristic=rule, old_confidence=0.9, new_confidence=0.9, delta=0,
            update_type="success", grader=name, grader_class="ci",
        )  # fmt: skip
    return propose_golden(actor="upkeep", heuristic=rule)


def test_everything_that_waits_is_listed(
    client: Client, steward: User, question: CeoReview, candidate: CeoReview
) -> None:
    page = words(client.get("/inbox/"))
    assert "2 things wait for a person" in page
    assert "Asked by bot-1. It is **used up**." in page
    assert "Golden candidate. Lower bound 0.908, 2 graders, 7 of 7 conditions" in page


def test_an_empty_inbox_says_what_fills_it(client: Client, steward: User) -> None:
    assert "Nothing waits for a person" in words(client.get("/inbox/"))


def decision(client: Client, review: CeoReview, verdict: str, **more: Any) -> Any:
    htmx = more.pop("htmx", False)
    fields = {"verdict": verdict, "reason": "because", "seen": review.subject_version, **more}
    headers = HTMX if htmx else {}
    return client.post(f"/inbox/{review.pk}/", fields, headers=headers, follow=not htmx)


@pytest.mark.parametrize(
    ("verdict", "status", "said"),
    [
        ("approve", "approved", "Approved: “Raise the limit?”"),
        ("reject", "rejected", "Rejected: “Raise the limit?”"),
        ("defer", "pending", "Put off until"),
    ],
)
@pytest.mark.parametrize("htmx", [True, False])
def test_a_request_is_decided_in_place(
    client: Client, steward: User, question: CeoReview,
    verdict: str, status: str, said: str, htmx: bool,
) -> None:  # fmt: skip
    answer = decision(client, question, verdict, htmx=htmx, days="3")
    assert answer.status_code == 200 and said in words(answer)
    assert "Take back" in words(answer)
    question.refresh_from_db()
    assert question.status == status
    if verdict == "defer":
        assert question.deferred_until is not None
        assert question.deferred_until > timezone.now() + timedelta(days=2)


def test_a_verdict_is_taken_back(client: Client, steward: User, question: CeoReview) -> None:
    decision(client, question, "approve")
    answer = client.post(f"/inbox/{question.pk}/take-back/", follow=True)
    assert "waits again" in words(answer)
    decision(client, question, "reject")
    answer = client.post(f"/inbox/{question.pk}/take-back/", headers=HTMX)
    assert 'name="verdict"' in answer.content.decode()


def test_opening_shows_what_each_verdict_does(
    client: Client, steward: User, candidate: CeoReview
) -> None:
    for answer in (
        client.get(f"/inbox/?open={candidate.pk}"),
        client.get(f"/inbox/{candidate.pk}/", headers=HTMX),
    ):
        assert "Golden: every agent is given it first" in words(answer)
        assert f'value="{candidate.subject_version}"' in answer.content.decode()
    plain = client.get(f"/inbox/{candidate.pk}/")
    assert plain["Location"] == f"/inbox/?open={candidate.pk}#review-{candidate.pk}"


@pytest.mark.parametrize("htmx", [True, False])
def test_a_stale_verdict_keeps_what_was_typed(
    client: Client, steward: User, candidate: CeoReview, htmx: bool
) -> None:
    Heuristic.objects.update(times_violated=3)
    answer = decision(client, candidate, "approve", reason="my long reason", htmx=htmx)
    assert answer.status_code == (200 if htmx else 409)
    assert "This has changed since you looked" in words(answer)
    assert "my long reason" in answer.content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', answer.content.decode())
    assert seen and decision(client, candidate, "approve", seen=seen[1]).status_code == 200
    assert Heuristic.objects.get().is_golden


def test_two_stewards_sign_together(
    client: Client, steward: User, candidate: CeoReview, settings: Any
) -> None:
    settings.GOLDEN_SIGNATURES = 2
    assert "1 of 2 signatures missing" in words(decision(client, candidate, "approve"))
    client.force_login(User.objects.create_user("jonas", role="steward"))
    assert "mira signed, 1 of 2 missing" in words(client.get("/inbox/"))
    decision(client, candidate, "approve")
    assert Heuristic.objects.get().golden_by == "mira, jonas"


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"verdict": "maybe"}, 400, "A verdict is one of"),
        ({"days": "400"}, 400, "Put off for 1, 3, 7 or 30 days"),
        ({"reason": " "}, 400, "Say why"),
    ],
)
def test_bad_verdicts_get_a_sentence(
    client: Client, steward: User, question: CeoReview,
    fields: dict[str, str], status: int, said: str,
) -> None:  # fmt: skip
    answer = decision(client, question, fields.pop("verdict", "approve"), **fields)
    assert answer.status_code == status and said in words(answer)


def test_a_member_reads_and_is_told_who_decides(client: Client, question: CeoReview) -> None:
    client.force_login(User.objects.create_user("priya"))
    page = client.get(f"/inbox/?open={question.pk}")
    assert "Only stewards decide" in words(page) and 'name="verdict"' not in page.content.decode()
    assert decision(client, question, "approve").status_code == 403
    assert client.post(f"/inbox/{question.pk}/take-back/").status_code == 403


def test_unknown_requests_and_strangers(client: Client, steward: User) -> None:
    for pk in (404, 2**63):
        assert client.get(f"/inbox/{pk}/").status_code == 404
    assert client.post("/inbox/404/take-back/").status_code == 404
    assert client.get("/inbox/?only=nonsense").status_code == 400
    assert client.get("/inbox/?open=x&open=99999999999999999999").status_code == 200
    client.logout()
    for path in ("/inbox/", "/inbox/1/"):
        assert "/accounts/login/" in client.get(path)["Location"]


def test_a_raw_row_opens(client: Client, steward: User) -> None:
    CeoReview.objects.create(title="x", created_at=None, kind="golden", subject_id="none")
    CeoReview.objects.create(title="y", kind="of another time", subject_id="7")
    page = client.get("/inbox/?" + "&".join(f"open={r.pk}" for r in CeoReview.objects.all()))
    assert page.status_code == 200
    for row in CeoReview.objects.all():
        refused = decision(client, row, "approve")
        assert refused.status_code in {404, 409}
        assert decision(client, row, "reject").status_code == 200


@pytest.fixture
def another_area() -> Iterator[None]:
    def items_of(rows: list[Heuristic]) -> list[Item]:
        act = Act("Acknowledge", "/acknowledge/", post=True, fields=(("pk", "1"),))
        return [
            Item(f"test-{r.pk}", "test", "test entry", r.rule, "why", None, acts=(act,))
            for r in rows
        ]

    waiting(Waiting("test", "tests", lambda: Heuristic.objects.order_by("pk"), items_of))
    yield
    del inbox._sources["test"]


def test_other_areas_lay_their_own_in(
    client: Client, steward: User, another_area: None, question: CeoReview
) -> None:
    Heuristic.objects.create(domain="d", rule="a rule that waits")
    page = client.get("/inbox/?only=test")
    assert "a rule that waits" in words(page) and "Raise the limit" not in words(page)
    assert 'action="/acknowledge/"' in page.content.decode()
    assert counts()["test"] == 1 and pending_count() == 2


@pytest.mark.postgres
def test_counting_is_one_bounded_query(another_area: None) -> None:
    Heuristic.objects.bulk_create(Heuristic(domain="d", rule="r") for _ in range(COUNT_LIMIT + 5))
    with CaptureQueriesContext(connection) as found:
        assert counts()["test"] == COUNT_LIMIT
    assert len(found) == 1
    assert len(items("test")) == 50


def test_a_full_page_costs_a_bounded_number_of_queries(
    client: Client, steward: User, candidate: CeoReview
) -> None:
    for number in range(30):
        rule = Heuristic.objects.create(domain="d", rule=f"r{number}")
        open_review(actor="x", title="t", kind="demotion", subject=rule)
    decide(actor=steward, review=open_review(actor="x", title="t"), verdict="reject", reason="x")
    with CaptureQueriesContext(connection) as found:
        client.get("/inbox/")
    assert len(found) <= 20
