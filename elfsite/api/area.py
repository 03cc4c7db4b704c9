"""What an area's ``api.py`` declares: its acts, each with a scope, and what it adds to rows.

    area = Area("heuristics")

    @area.post("/heuristics", scope="record", status=201, answer="heuristics")
    def propose(request: HttpRequest, body: NewRule) -> dict[str, Any]:
        \"\"\"Propose a rule.\"\"\"

The first line of the docstring is the summary. Nothing is served before the door has read all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

SCOPES = ("read", "record", "grade", "run", "ingest", "admin")
View = Callable[..., Any]
V = TypeVar("V", bound=View)


class Body(BaseModel):
    """What is sent: nothing but its fields, each of its own type (``"3"`` is no number)."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Nothing(Body):
    """An act that takes no fields."""


class Answer(BaseModel):
    """What is answered; for the description, answers are not read again."""


INTEGER_MOST = 2**63 - 1  # of both databases
Line = Annotated[str, StringConstraints(max_length=300)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Prose = Annotated[str, StringConstraints(max_length=20_000)]
Path = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Count = Annotated[int, Field(ge=0, le=INTEGER_MOST)]


@dataclass(frozen=True)
class Act:
    """One operation. ``answer`` is a model, or the name of a table whose row is answered;
    ``empty`` says what an answer 204 means, where there may be one."""

    method: str
    path: str
    view: View
    scope: str
    summary: str
    tag: str
    status: int = 200
    answer: type[BaseModel] | str | None = None
    empty: str = ""


@dataclass(frozen=True)
class Extra:
    """A field that a row has beside the columns of its table.

    ``make`` takes the row and may ask the database where ``alone`` is set: then only the answer
    about one row has it. ``needs`` are the fields of the row that it reads.
    """

    table: str
    name: str
    make: Callable[[Any], Any]
    needs: tuple[str, ...] = ()
    alone: bool = False
    about: str = ""


@dataclass
class _Declared:
    acts: list[Act] = field(default_factory=list)
    extras: dict[tuple[str, str], Extra] = field(default_factory=dict)


declared = _Declared()


class Area:
    """The acts of one area; *tag* is their heading in the description."""

    def __init__(self, tag: str) -> None:
        self.tag = tag

    def get(self, path: str, *, scope: str = "read", **more: Any) -> Callable[[V], V]:
        return self._act("GET", path, scope, more)

    def post(self, path: str, *, scope: str, **more: Any) -> Callable[[V], V]:
        return self._act("POST", path, scope, more)

    def put(self, path: str, *, scope: str, **more: Any) -> Callable[[V], V]:
        return self._act("PUT", path, scope, more)

    def _act(self, method: str, path: str, scope: str, more: dict[str, Any]) -> Callable[[V], V]:
        if scope not in SCOPES:
            raise ValueError(f"{scope!r} is none of {', '.join(SCOPES)}.")

        def declare(view: V) -> V:
            summary = (view.__doc__ or "").strip().partition("\n")[0].rstrip(".")
            if not summary:
                raise ValueError(f"{view.__name__} has no docstring to be summed up by.")
            declared.acts.append(Act(method, path, view, scope, summary, self.tag, **more))
            return view

        return declare


def adds(
    table: str,
    name: str,
    make: Callable[[Any], Any],
    *,
    needs: str = "",
    alone: bool = False,
    about: str = "",
) -> None:
    """Give each row of *table* a field beside its columns; see ``Extra``."""
    declared.extras[table, name] = Extra(table, name, make, tuple(needs.split()), alone, about)


def extras_of(table: str, *, alone: bool) -> list[Extra]:
    """What rows of *table* have beside their columns; *alone* is for one row by itself."""
    found = [each for (of, _), each in declared.extras.items() if of == table]
    return [each for each in found if alone or not each.alone]
