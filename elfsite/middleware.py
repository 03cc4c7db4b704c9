"""What every request passes. All of it is async-capable: one sync-only middleware would move the
whole chain into threads, and daphne then hangs on SIGTERM under load (three of three runs).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware as DjangoLoginRequired
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import resolve_url
from django.utils.deprecation import MiddlewareMixin
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

from elfsite import answers, logs
from elfsite.errors import Refused

BLOCK = 64 * 1024
# An id from a proxy is kept only in this form: it goes into headers and log lines.
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class AsyncWhiteNoiseMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise under ASGI: files are found in memory and sent without a thread."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        super().__init__(get_response)
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if not self.is_async:
            return super().__call__(request)
        return self._acall(request)

    async def _acall(self, request: HttpRequest) -> HttpResponseBase:
        found = self._find(request.path_info)
        if found is None:
            response: HttpResponseBase = await self.get_response(request)
            return response
        return _file_response(found, request)

    def _find(self, path: str) -> StaticFile | None:
        return self.find_file(path) if self.autorefresh else self.files.get(path)


def _file_response(found: StaticFile, request: HttpRequest) -> HttpResponseBase:
    answer = found.get_response(request.method, request.META)
    response: HttpResponseBase
    if answer.file is None:
        response = HttpResponse(status=int(answer.status))
    else:
        response = StreamingHttpResponse(_blocks(answer.file), status=int(answer.status))
    del response["Content-Type"]
    for name, value in answer.headers:
        response[name] = value
    return response


async def _blocks(file: Any) -> AsyncIterator[bytes]:
    """Read on the loop: a block of a small file in the page cache takes microseconds."""
    with file:
        while block := file.read(BLOCK):
            yield block


class RequestIdMiddleware:
    """Gives each request an id: ``request.request_id``, ``X-Request-Id``, and in the log."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self._acall(request)
        token = logs.request_id.set(self._name(request))
        try:
            return self._sign(request, self.get_response(request))
        finally:
            logs.request_id.reset(token)

    async def _acall(self, request: HttpRequest) -> HttpResponseBase:
        token = logs.request_id.set(self._name(request))
        try:
            return self._sign(request, await self.get_response(request))
        finally:
            logs.request_id.reset(token)

    @staticmethod
    def _name(request: HttpRequest) -> str:
        given = request.headers.get("X-Request-Id", "")
        trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT and REQUEST_ID.fullmatch(given)
        request.request_id = given if trusted else secrets.token_hex(6)  # type: ignore[attr-defined]
        return str(request.request_id)  # type: ignore[attr-defined]

    @staticmethod
    def _sign(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class LoginRequiredMiddleware(DjangoLoginRequired):
    """Everything needs a login except views under Django's ``login_not_required``.

    A person is led to the sign-in page and back. HTMX leads the whole page there, because a
    redirect would put the sign-in form into the fragment. A program gets 401 problem+json.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        # asked first, so that open views cost no look at the session
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, args, kwargs)

    def handle_no_permission(  # type: ignore[override]  # programs and HTMX get no redirect
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        if answers.wants_json(request):
            return answers.problem(request, Refused("sign_in", "Sign in first.", status=401))
        if not answers.is_htmx(request):
            return super().handle_no_permission(request, view_func)
        login = redirect_to_login(
            answers.page_of(request), resolve_url(self.get_login_url(view_func))
        )
        return HttpResponse(status=401, headers={"HX-Redirect": login["Location"]})


class RefusalMiddleware(MiddlewareMixin):
    """Turns ``Refused`` into the page, fragment or JSON that says why."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return answers.refusal(request, error) if isinstance(error, Refused) else None
