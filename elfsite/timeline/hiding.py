"""Topics of the log that somebody does not see. Areas say which; the log's default manager obeys.

A person may switch a part of the product off for themselves, and an installation for everybody:
then its events stand on no page, in no file and in no stream, whichever page asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponseBase

# f(user or None) -> topics that this person does not see; None is everybody who is not a person
Hides = Callable[[Any], frozenset[str]]

_hides: list[Hides] = []
_words: dict[str, frozenset[str]] = {}  # of a topic: verbs and actors that only it has
_request: ContextVar[HttpRequest | None] = ContextVar("elf_request", default=None)


def hide(rule: Hides, words: Mapping[str, frozenset[str]] | None = None) -> Hides:
    """Register a rule; *words* are verbs and actors by the one topic that has them."""
    if rule not in _hides:
        _hides.append(rule)
    _words.update(words or {})
    return rule


def hidden_from(user: Any) -> frozenset[str]:
    """Topics that *user* does not see; with None what nobody sees."""
    return frozenset[str]().union(*(rule(user) for rule in _hides))


def hidden() -> frozenset[str]:
    """Topics that whoever asks now does not see: the person of the request, else nobody."""
    request = _request.get()
    return hidden_from(getattr(request, "user", None))


def hidden_words() -> frozenset[str]:
    """Hidden topics and the words that only they have: no filter offers them."""
    topics = hidden()
    return topics.union(*(_words.get(topic, frozenset()) for topic in topics))


class HidingMiddleware:
    """Remembers the request while it is worked on; who asks is looked up only by who wants it."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if self.is_async:
            return self._acall(request)
        token = _request.set(request)
        try:
            return self.get_response(request)
        finally:
            _request.reset(token)

    async def _acall(self, request: HttpRequest) -> HttpResponseBase:
        token = _request.set(request)
        try:
            response: HttpResponseBase = await self.get_response(request)
            return response
        finally:
            _request.reset(token)
