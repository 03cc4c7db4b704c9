"""What a person reads when a request could not be answered: what, why, what next, and its id.

400 and 500 are drawn without the request: the database or the session may be what broke.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from elfsite import answers
from elfsite.errors import Refused


def _id(request: HttpRequest) -> str:
    return str(getattr(request, "request_id", ""))


def _answer(
    request: HttpRequest, refused: Refused, template: str, *, said: str = "", alone: bool = False
) -> HttpResponse:
    if answers.wants_json(request):
        return answers.problem(request, refused)
    context = {"request_id": _id(request), "said": said}
    if alone:
        return HttpResponse(render_to_string(template, context), status=refused.status)
    return render(request, template, context, status=refused.status)


def _sentence(exception: Exception | None) -> str:
    """Our own words of an exception; a resolver's list of patterns is not for people."""
    first = exception.args[0] if exception is not None and exception.args else ""
    return first if isinstance(first, str) else ""


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    refused = Refused("bad_request", "This request was not understood.")
    return _answer(request, refused, "400.html", alone=True)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    said = _sentence(exception)
    refused = Refused("forbidden", said or "This is not open to you.", status=403)
    return _answer(request, refused, "403.html", said=said)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    refused = Refused("csrf", "The form was too old. Nothing was written.", status=403)
    return _answer(request, refused, "403_csrf.html")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    said = _sentence(exception)
    refused = Refused("not_found", said or "Nothing is here.", status=404)
    return _answer(request, refused, "404.html", said=said)


def broken(request: HttpRequest, *_: Any) -> HttpResponse:
    refused = Refused("broken", "Something broke here. The fault is ours.", status=500)
    return _answer(request, refused, "500.html", alone=True)
