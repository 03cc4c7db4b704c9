"""The one exception of expected refusals: page, API and command show the same words."""

from __future__ import annotations


class Refused(Exception):
    """An act or a request that is refused, with a code for machines and a sentence for people.

    ``status`` is the HTTP status: 400 bad input, 403 not yours to do, 404 unknown, 409 the state
    has changed, 429 too often. Nothing has been written when it is raised. ``retry_after`` is in
    how many seconds it may be tried again, where that is known.
    """

    retry_after: int | None = None

    def __init__(self, code: str, sentence: str, *, status: int = 400) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.status = status
