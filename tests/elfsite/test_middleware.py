from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client
from django.urls import include, path

from elfsite import logs
from elfsite.errors import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/heuristics/?domain=ci"}
JSON = {"Accept": "application/json"}


def closed(request: HttpRequest) -> HttpResponse:
    return HttpResponse("inside")


@login_not_required
def refuse(request: HttpRequest) -> HttpResponse:
    logging.getLogger("elf.test").warning("refusing")
    raise Refused("taken", "Somebody <else> took it.", status=409)


@login_not_required
def opened(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.request_id)  # type: ignore[attr-defined]


urlpatterns = [
    path("closed/", closed),
    path("closed.json", closed),
    path("refuse/", refuse),
    path("open/", opened),
    path("", include("elfsite.urls")),
]


def test_a_person_is_led_to_the_login_and_back(client: Client) -> None:
    answer = client.get("/closed/?a=1")
    assert (answer.status_code, answer["Location"]) == (
        302,
        "/accounts/login/?next=/closed/%3Fa%3D1",
    )


def test_htmx_leads_the_whole_page_to_the_login(client: Client) -> None:
    answer = client.get("/closed/", headers=HTMX)
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/accounts/login/?next=/heuristics/%3Fdomain%3Dci"


@pytest.mark.parametrize(("address", "headers"), [("/closed/", JSON), ("/closed.json", {})])
def test_a_program_is_told_in_json(client: Client, address: str, headers: dict[str, str]) -> None:
    answer = client.get(address, headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert json.loads(answer.content)["code"] == "sign_in"


def test_who_is_signed_in_gets_in(client: Client, django_user_model: Any) -> None:
    client.force_login(django_user_model.objects.create_user(login="ada"))
    assert client.get("/closed/").content == b"inside"


def test_an_open_view_asks_for_no_session(client: Client, django_assert_num_queries: Any) -> None:
    client.cookies["elf_session"] = "anything"
    with django_assert_num_queries(0):
        assert client.get("/open/").status_code == 200


def test_every_answer_names_its_request(client: Client) -> None:
    first, second = client.get("/open/"), client.get("/open/", headers={"X-Request-Id": "forged-1"})
    assert first.content.decode() == first["X-Request-Id"] != second["X-Request-Id"]
    assert second["X-Request-Id"] != "forged-1"
    assert logs.request_id.get() == "-"


def test_a_trusted_proxy_may_name_the_request(client: Client, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for given, kept in (("edge-12345678", True), ("a b\n", False), ("x" * 65, False)):
        answer = client.get("/open/", headers={"X-Request-Id": given})
        assert (answer["X-Request-Id"] == given) is kept


def test_a_refusal_is_a_page(client: Client) -> None:
    answer = client.get("/refuse/")
    assert answer.status_code == 409
    assert b"Somebody &lt;else&gt; took it." in answer.content
    assert b"<html" in answer.content


def test_a_refusal_is_a_fragment_for_htmx(client: Client) -> None:
    answer = client.get("/refuse/", headers=HTMX)
    assert answer.status_code == 409
    assert b"Somebody &lt;else&gt; took it." in answer.content
    assert b"<html" not in answer.content
    assert b"<html" in client.get("/refuse/", headers={**HTMX, "HX-Boosted": "true"}).content


def test_a_refusal_is_json_for_a_program(client: Client) -> None:
    answer = client.get("/refuse/", headers=JSON)
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content) == {
        "type": "about:blank",
        "status": 409,
        "code": "taken",
        "detail": "Somebody <else> took it.",
        "request_id": answer["X-Request-Id"],
    }


def test_a_browser_that_also_takes_json_gets_the_page(client: Client) -> None:
    accept = {"Accept": "text/html,application/json;q=0.9"}
    assert b"<html" in client.get("/refuse/", headers=accept).content


def test_a_log_line_names_the_request(client: Client) -> None:
    seen: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(record.request_id)  # type: ignore[attr-defined]

    handler = Keep()
    handler.addFilter(logs.RequestIdFilter())
    logger = logging.getLogger("elf.test")
    logger.addHandler(handler)
    try:
        answer = client.get("/refuse/", headers=JSON)
    finally:
        logger.removeHandler(handler)
    assert seen == [answer["X-Request-Id"]]


def static_answer(**headers: str) -> tuple[int, dict[str, str], bytes]:
    """What the asynchronous chain answers for a static file, as daphne would get it."""

    async def body() -> tuple[int, dict[str, str], bytes]:
        answer: Any = await AsyncClient().get("/static/css/tokens.css", headers=headers)
        content = b"".join([part async for part in answer]) if answer.streaming else answer.content
        return answer.status_code, dict(answer.items()), content

    return asyncio.run(body())


def test_static_files_are_served_without_a_login_and_in_parts() -> None:
    file = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"
    status, headers, content = static_answer()
    assert (status, content) == (200, file.read_bytes())
    assert headers["Content-Type"].startswith("text/css")
    status, headers, content = static_answer(Range="bytes=0-9")
    assert (status, content) == (206, file.read_bytes()[:10])
    etag = headers.get("ETag") or static_answer()[1]["ETag"]
    status, _, content = static_answer(**{"If-None-Match": etag})
    assert (status, content) == (304, b"")
