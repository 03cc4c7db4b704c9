from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.timeline.models import TimelineEvent
from game.players.models import User
from learning.heuristics.models import Heuristic
from learning.reviews import kinds
from learning.reviews.kinds import Kind, on_decision
from learning.reviews.models import CeoReview
from learning.reviews.queries import decided_reviews, deferred_reviews, pending_reviews
from learning.reviews.services import decide, open_review, take_back

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def steward() -> User:
    return User.objects.create_user("mira", role="steward")


@pytest.fixture
def other() -> User:
    return User.objects.create_user("jonas", role="admin")


@pytest.fixture
def effects() -> Iterator[list[str]]:
    """A kind whose effects can be seen; its subject's rule is its version."""
    seen: list[str] = []

    def note(word: str) -> Any:
        return lambda review, actor, reason: seen.append(f"{word} {reason}")

    def version(review: CeoReview) -> str:
        return Heuristic.objects.values_list("rule", flat=True).get(pk=review.subject_id)

    on_decision(
        Kind(
            "test", "test", version=version, on_approve=note("yes"), on_reject=note("no"),
            undo_approve=note("undone"), signatures=lambda: 2,
        )
    )  # fmt: skip
    on_decision(Kind("final", "final", undo_approve=None))
    yield seen
    del kinds._kinds["test"], kinds._kinds["final"]


@pytest.fixture
def subject() -> Heuristic:
    return Heuristic.objects.create(domain="git", rule="Never force push")


def ask(**more: Any) -> CeoReview:
    return open_review(**{"actor": "bot", "title": "May I?", **more})


def test_a_question_is_answered(steward: User) -> None:
    review = ask(context="It is late.", recommendation="Say yes.")
    decision = decide(actor=steward, review=review, verdict="approve", reason="go on")
    review.refresh_from_db()
    assert decision.settled and (review.status, review.decided_by) == ("approved", "mira")
    assert (review.reason, review.asked_by) == ("go on", "bot") and review.reviewed_at
    assert list(decided_reviews()) == [review]
    verbs = list(TimelineEvent.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["asked", "approved"]


def test_the_same_is_asked_once_while_it_is_pending(effects: Any, subject: Heuristic) -> None:
    first = ask(kind="final", subject=subject)
    assert ask(kind="final", subject=subject, title="Again?") == first
    assert ask(kind="test", subject=subject) != first
    assert ask() != ask()
    assert TimelineEvent.objects.filter(verb="asked").count() == 4


def test_it_is_asked_again_after_a_verdict(effects: Any, subject: Heuristic, steward: User) -> None:
    first = ask(kind="final", subject=subject)
    decide(actor=steward, review=first, verdict="reject", reason="no")
    assert ask(kind="final", subject=subject) != first
    with pytest.raises(Refused, match="asked again already"):
        take_back(actor=steward, review=first)


@pytest.mark.django_db(transaction=True)
def test_two_that_ask_at_once_make_one_request(subject: Heuristic, effects: Any) -> None:
    start = threading.Barrier(4)
    found: list[int] = []

    def one() -> None:
        try:
            start.wait()
            found.append(ask(kind="final", subject=subject).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and len(set(found)) == CeoReview.objects.count() == 1


def test_effects_follow_the_last_signature(
    effects: list[str], subject: Heuristic, steward: User, other: User
) -> None:
    review = ask(kind="test", subject=subject, version=subject.rule)
    said: dict[str, Any] = {"review": review, "verdict": "approve", "reason": "ok"}
    assert not decide(actor=steward, **said).settled and effects == []
    with pytest.raises(Refused, match="another steward"):
        decide(actor=steward, **said)
    assert decide(actor=other, **said).settled and effects == ["yes ok"]
    take_back(actor=other, review=review, reason="hm")
    assert effects == ["yes ok", "undone hm"]
    assert not decide(actor=other, **said).settled


def test_one_is_enough_to_reject(effects: list[str], subject: Heuristic, steward: User) -> None:
    review = ask(kind="test", subject=subject, version=subject.rule)
    assert decide(actor=steward, review=review, verdict="reject", reason="no").settled
    take_back(actor=steward, review=review)
    assert effects == ["no no"]


def test_a_stale_verdict_asks_again(effects: list[str], subject: Heuristic, steward: User) -> None:
    review = ask(kind="test", subject=subject, version=subject.rule)
    Heuristic.objects.update(rule="Always force push")
    said: dict[str, Any] = {"actor": steward, "review": review, "reason": "x"}
    for verdict in ("approve", "reject"):
        with pytest.raises(Refused) as caught:
            decide(verdict=verdict, **said)
        assert (caught.value.code, caught.value.status) == ("stale", 409)
    decide(verdict="defer", **said)
    decide(verdict="reject", seen_version="Always force push", **said)
    assert effects == ["no x"]


def test_a_verdict_is_given_once(steward: User, other: User) -> None:
    review = ask()
    decide(actor=steward, review=review, verdict="reject", reason="no")
    with pytest.raises(Refused, match="rejected by mira already") as caught:
        decide(actor=other, review=review, verdict="approve", reason="yes")
    assert caught.value.status == 409


def test_putting_off_hides_until_then(steward: User) -> None:
    review, soon = ask(), timezone.now() + timedelta(hours=3)
    decide(actor=steward, review=review, verdict="defer", reason="after lunch", until=soon)
    assert not pending_reviews() and list(deferred_reviews()) == [review]
    assert list(pending_reviews(soon)) == [review] and not deferred_reviews(soon)
    take_back(actor=steward, review=review)
    assert list(pending_reviews()) == [review]
    for hours in (-1, 24 * 91):
        with pytest.raises(Refused, match="Put off until"):
            decide(
                actor=steward, review=review, verdict="defer", reason="x",
                until=timezone.now() + timedelta(hours=hours),
            )  # fmt: skip


def test_what_cannot_be_undone_says_so(
    effects: list[str], subject: Heuristic, steward: User
) -> None:
    review = ask(kind="final", subject=subject)
    with pytest.raises(Refused, match="Nothing has been decided"):
        take_back(actor=steward, review=review)
    decide(actor=steward, review=review, verdict="approve", reason="yes")
    with pytest.raises(Refused, match="cannot be taken back"):
        take_back(actor=steward, review=review)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"verdict": "maybe"}, "bad_verdict"),
        ({"reason": "  "}, "no_reason"),
        ({"reason": "x" * 2001}, "too_long"),
        ({"review": 404}, "not_found"),
    ],
)
def test_bad_verdicts_are_refused(steward: User, said: dict[str, Any], code: str) -> None:
    review = ask()
    with pytest.raises(Refused) as caught:
        decide(**{"actor": steward, "review": review, "verdict": "approve", "reason": "x", **said})
    assert caught.value.code == code
    assert CeoReview.objects.get().status == "pending"


@pytest.mark.parametrize(
    "fields", [{"title": " "}, {"title": "x" * 301}, {"context": "x" * 20_001}]
)
def test_bad_questions_are_refused(fields: dict[str, str]) -> None:
    with pytest.raises(Refused):
        ask(**fields)


def test_only_stewards_decide() -> None:
    review = ask()
    member = User.objects.create_user("priya")
    out = User.objects.create_user("gone", role="steward", is_active=False)
    for actor in (member, out, "bot", None):
        with pytest.raises(Refused) as caught:
            decide(actor=actor, review=review, verdict="approve", reason="x")
        assert caught.value.status == 403
        with pytest.raises(Refused):
            take_back(actor=actor, review=review)
