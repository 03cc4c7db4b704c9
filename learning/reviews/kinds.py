"""What a verdict does, by the kind of request: each area registers its kinds in ``inbox.py``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString

from elfsite.errors import Refused

if TYPE_CHECKING:
    from learning.reviews.models import CeoReview

Effect = Callable[["CeoReview", Any, str], None]  # f(review, actor, reason), inside the write


def _nothing(review: CeoReview, actor: Any, reason: str) -> None:
    """A verdict that is only an answer."""


def _one() -> int:
    return 1


@dataclass(frozen=True)
class Shown:
    """How a request of a kind looks in the inbox: its subject now, not when it was made."""

    title: str = ""
    href: str = ""
    sub: str = ""
    picture: SafeString = field(default_factory=SafeString)
    # what approving and rejecting would do now, a sentence each
    approving: str = ""
    rejecting: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of request. ``word`` names it to people, ``glyph`` and ``hue`` are its sign.

    ``version`` is the state of the subject that a verdict is about; a verdict about another
    state is stale. ``on_approve`` and ``on_reject`` run inside the write of the verdict;
    ``undo_approve`` lets an approval be taken back, None means that it cannot be.
    ``signatures`` is how many people have to approve. ``show`` draws many requests at once.
    """

    name: str
    word: str
    glyph: str = "tray"
    hue: str = "read"
    version: Callable[[CeoReview], str] | None = None
    on_approve: Effect = _nothing
    on_reject: Effect = _nothing
    undo_approve: Effect | None = _nothing
    signatures: Callable[[], int] = _one
    show: Callable[[list[CeoReview]], Mapping[int, Shown]] | None = None


def _unknown(review: CeoReview, actor: Any, reason: str) -> None:
    """An approval that would do nothing although it was asked to do something."""
    raise Refused("unknown_kind", f"Nobody here knows what {review.kind!r} does.", status=409)


QUESTION = Kind("", "question")
UNKNOWN = Kind("?", "request", on_approve=_unknown)
_kinds: dict[str, Kind] = {"": QUESTION}


def on_decision(kind: Kind) -> Kind:
    """Register what a verdict of this kind does. Raises ValueError for a name that is taken."""
    present = _kinds.get(kind.name)
    if present is not None and present.word != kind.word:
        raise ValueError(f"Two kinds of review are called {kind.name!r}.")
    _kinds[kind.name] = kind
    return kind


def kind_of(review: CeoReview) -> Kind:
    """The kind of *review*; one that no area knows (any more) can be rejected, not approved."""
    return _kinds.get(review.kind, UNKNOWN)


def all_kinds() -> list[Kind]:
    return list(_kinds.values())


def current_version(review: CeoReview) -> str:
    """The state of the subject of *review* now; as it was asked where its kind does not say."""
    kind = kind_of(review)
    return kind.version(review) if kind.version else review.subject_version
