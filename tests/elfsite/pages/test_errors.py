"""What a person reads when a request could not be answered."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory

from elfsite.pages import errors
from game.players.models import User


def alone(handler: str, accept: str = "text/html") -> HttpResponse:
    request = RequestFactory().get("/x/", headers={"Accept": accept})
    request.request_id = "7f3a91c2d4e5"  # type: ignore[attr-defined]
    answer: HttpResponse = getattr(errors, handler)(request)
    return answer


@pytest.mark.parametrize(("handler", "status"), [("bad_request", 400), ("broken", 500)])
def test_a_page_needs_neither_database_nor_session(handler: str, status: int) -> None:
    """No database is allowed in this test: what broke may be it."""
    answer = alone(handler)
    text = answer.content.decode()
    assert answer.status_code == status
    assert "7f3a91c2d4e5" in text
    assert 'href="/"' in text


@pytest.mark.parametrize(
    ("handler", "status", "code"),
    [
        ("bad_request", 400, "bad_request"),
        ("forbidden", 403, "forbidden"),
        ("csrf_failure", 403, "csrf"),
        ("not_found", 404, "not_found"),
        ("broken", 500, "broken"),
    ],
)
def test_a_program_gets_a_problem_with_a_code(handler: str, status: int, code: str) -> None:
    answer = alone(handler, "application/json")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.status_code == status
    assert f'"code": "{code}"' in answer.content.decode()


@pytest.mark.django_db
class TestSignedIn:
    @pytest.fixture
    def client(self) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(User.objects.create_user("mira"))
        return client

    def test_nothing_there_keeps_the_frame(self, client: Client) -> None:
        answer = client.get("/nothing/is/here/")
        text = answer.content.decode()
        assert answer.status_code == 404
        assert 'id="nav"' in text
        assert answer["X-Request-Id"] in text
        assert "No page and no row has this address." in text

    def test_an_old_form_says_what_to_do(self, client: Client) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = client.cookies
        answer = strict.post("/style/", {"say": "success"})
        assert answer.status_code == 403
        assert "The form was too old" in answer.content.decode()


@pytest.mark.django_db
def test_a_stranger_sees_a_sheet_without_the_frame() -> None:
    text = Client().get("/nothing/is/here/").content.decode()
    assert 'id="nav"' not in text
    assert "Nothing is here" in text


@pytest.mark.parametrize(
    ("exception", "said"),
    [
        (Http404("There is no rule 17."), "There is no rule 17."),
        (PermissionDenied("Only a steward may."), "Only a steward may."),
        (Http404({"tried": ["a", "b"]}), ""),
        (Http404(), ""),
        (None, ""),
    ],
)
def test_our_own_sentence_is_passed_on_and_no_pattern(
    exception: Exception | None, said: str
) -> None:
    assert errors._sentence(exception) == said
