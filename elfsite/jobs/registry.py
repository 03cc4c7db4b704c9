"""What work there is: each app's ``jobs.py`` declares its kinds and schedules here at import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Any, TypeVar

from elfsite.timeline.hiding import hidden

if TYPE_CHECKING:
    from elfsite.jobs.context import JobContext

# f(job, **payload) -> a JSON value or None; it may run twice, so it has to be idempotent
Work = Callable[..., Any]
W = TypeVar("W", bound=Work)
# f(ends) runs until the event is set; what it raises ends it and is logged
Companion = Callable[[Event], None]


@dataclass(frozen=True)
class Kind:
    """A kind of work. ``max_seconds`` bounds one run, ``max_attempts`` the runs of one job.

    ``topic`` is that of the log whose readers see its jobs; "" are all who see jobs.
    """

    name: str
    work: Work
    max_seconds: int
    max_attempts: int
    topic: str = ""

    def __call__(self, job: JobContext, payload: dict[str, Any]) -> Any:
        return self.work(job, **payload)


@dataclass(frozen=True)
class Regular:
    """A schedule as declared: *kind* with *payload* every so many *seconds*."""

    name: str
    seconds: int
    kind: str
    payload: dict[str, Any] = field(default_factory=dict)


_kinds: dict[str, Kind] = {}
_regulars: dict[str, Regular] = {}
_companions: dict[str, Companion] = {}


def job(name: str, *, max_seconds: int, max_attempts: int = 3, topic: str = "") -> Callable[[W], W]:
    """Declares ``f(job: JobContext, **payload)`` as the work of the kind *name*.

    Raises ValueError when another function has that name.
    """

    def declare(work: W) -> W:
        present = _kinds.get(name)
        if present and present.work.__module__ != work.__module__:
            raise ValueError(f"Two jobs are called {name!r}.")
        _kinds[name] = Kind(name, work, max_seconds, max_attempts, topic)
        return work

    return declare


def every(name: str, *, seconds: int, kind: str, payload: dict[str, Any] | None = None) -> Regular:
    """Declares that *kind* runs every so many *seconds*; the worker keeps the row of it."""
    _regulars[name] = Regular(name, seconds, kind, payload or {})
    return _regulars[name]


def beside(name: str) -> Callable[[Companion], Companion]:
    """Declares ``f(ends: threading.Event)`` as something that every worker runs beside its jobs,
    in a thread, until *ends* is set."""

    def declare(run: Companion) -> Companion:
        _companions[name] = run
        return run

    return declare


def hidden_kinds() -> frozenset[str]:
    """Kinds whose jobs whoever asks now does not see (``timeline.hiding``)."""
    topics = hidden()
    return frozenset(name for name, kind in _kinds.items() if kind.topic and kind.topic in topics)


def companions() -> dict[str, Companion]:
    return dict(_companions)


def kind_named(name: str) -> Kind:
    """Raises LookupError for a kind that no app declares."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"No job is called {name!r}.") from None


def regulars() -> list[Regular]:
    return list(_regulars.values())
