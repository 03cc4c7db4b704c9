"""What a table's pages are, said as one value: names and numbers, no logic.

An area's ``listings.py`` calls ``listing(Model, …)``; everything that is not said follows from the
model. Where a value needs drawing, a function is passed by name. There are two ways out and no
third: a drawn column, and a template named for the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias, TypeVar

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString

from elfsite.errors import Refused

AUDIENCES = ("member", "steward", "admin")
PLAYERS = "players"  # the audience of the game: those who have it on, whatever their role
# what the product knows about where a row came from; shown as provenance, never as its data
ORIGIN_COLUMNS = frozenset({"origin", "origin_key", "origin_hash", "gone_at", "governed_at"})

DrawValue = Callable[[Any], SafeString]
DrawRow = Callable[[Any], SafeString]
T = TypeVar("T")
# names apart by spaces, or a tuple of such strings and of what says more than a name
Declared: TypeAlias = "str | tuple[str | T, ...]"
Matching = Callable[[QuerySet[Any], str], QuerySet[Any]]


@dataclass(frozen=True)
class Column:
    """One column of a list. ``draw`` takes the field's value, or the row where ``needs`` is set."""

    name: str
    draw: DrawValue | None = None
    label: str = ""
    needs: tuple[str, ...] = ()
    order: str = ""
    css: str = ""


@dataclass(frozen=True)
class Filter:
    """One way to narrow a list. ``none`` is what rows without a value are called."""

    name: str
    kind: str = "equals"
    label: str = ""
    none: str = ""
    typed: bool = False


@dataclass(frozen=True)
class Condition:
    """A yes or no that is more than one column. ``ask`` makes it anew for each request, because
    it may depend on the time; it narrows what an index has found and is no filter by itself.
    One that would read a growing table alone is not ``offered`` by the form, only by links."""

    name: str
    ask: Callable[[], Q]
    label: str
    offered: bool = True


@dataclass(frozen=True)
class Among:
    """One of several words that is more than one column, such as a stage. ``ask`` turns a word
    into what its rows fulfil; like a Condition it narrows what an index has found. One that is
    not ``offered`` by the form is chosen by links."""

    name: str
    ask: Callable[[str], Q]
    words: tuple[str, ...]
    label: str
    offered: bool = True


@dataclass(frozen=True)
class Panel:
    """A ruled section of the detail page; facts first, then the long texts."""

    title: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Related:
    """Rows of another table on the detail page, named as a table because it may lie above us.

    ``column`` refers to our row: a foreign key, or a text that holds ``written``, in which
    ``{key}`` is our row's key in the database that recorded both.
    """

    table: str
    column: str
    written: str = ""


@dataclass(frozen=True, eq=False)
class Listing:
    """The pages of one table. ``order`` and ``orders`` name columns, ``-`` for descending first.

    ``about`` says what the rows are, ``empty`` what fills the table, ``command`` the exact command
    for it. ``named_by`` is the column that names a row elsewhere. ``refers`` finds what texts name.

    ``growing`` tables have no bound that people set: each filter needs an index together with the
    order. ``when`` is the time that windows (``from``, ``to``, ``days``, ``asof``) are about.
    ``top`` draws from what is asked what stands between the form and the rows.
    ``private`` maps columns to the audience that may see them; ``hidden`` ones nobody sees.
    """

    model: type[models.Model]
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    conditions: tuple[Condition | Among, ...] = ()
    search: tuple[str, ...] = ()
    order: str = "-id"
    orders: tuple[str, ...] = ()
    panels: tuple[Panel, ...] = ()
    related: tuple[str | Related, ...] = ()
    refers: tuple[Callable[[Any], list[Any]], ...] = ()
    growing: bool = False
    about: str = ""
    empty: str = ""
    command: str = ""
    title: str = ""
    noun: str = ""
    nouns: str = ""
    when: str = ""
    named_by: str = ""
    audience: str = "member"
    private: Mapping[str, str] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    fulltext: Matching | None = None
    # words that the filters do not offer to whoever asks now
    unoffered: Callable[[], frozenset[str]] | None = None
    top: Callable[[Any], SafeString] | None = None
    search_note: str = ""
    css: str = ""

    @cached_property
    def table(self) -> str:
        return self.model._meta.db_table

    @cached_property
    def slug(self) -> str:
        return self.table.replace("_", "-")

    @cached_property
    def room(self) -> str:
        return str(apps.get_app_config(self.model._meta.app_label).verbose_name)

    @cached_property
    def one(self) -> str:
        return self.noun or str(self.model._meta.verbose_name)

    @cached_property
    def many(self) -> str:
        if self.noun:
            return self.nouns or self.noun + "s"
        return str(self.model._meta.verbose_name_plural)

    @cached_property
    def heading(self) -> str:
        return self.title or self.many[:1].upper() + self.many[1:]

    @cached_property
    def has_origin(self) -> bool:
        """Whether rows may come from another database."""
        return "origin" in self.fields

    @cached_property
    def is_recorded(self) -> bool:
        """Whether rows are those of a seed, which know their key there and whether it is gone."""
        return self.has_origin and "gone_at" in self.fields

    @cached_property
    def fields(self) -> dict[str, models.Field[Any, Any]]:
        return {each.name: each for each in self.model._meta.concrete_fields}

    @cached_property
    def when_field(self) -> str:
        """The time column of windows: as declared, else that of the default order, else none."""
        if self.when:
            return self.when
        order = self.order.lstrip("-")
        if isinstance(self.fields.get(order), models.DateTimeField):
            return order
        return "created_at" if "created_at" in self.fields else ""

    def admit(self, user: Any) -> None:
        """Raises Refused (403) for a person whom this list is not for."""
        if not may_see(user, self.audience):
            if self.audience == PLAYERS:
                raise Refused("not_found", "There is no such page.", status=404)
            raise Refused("not_yours", f"{self.heading} are for {self.audience}s.", status=403)

    def shows(self, name: str, user: Any) -> bool:
        """Whether *user* may see the column *name*."""
        return name not in self.hidden and may_see(user, self.private.get(name, "member"))


def may_see(user: Any, audience: str) -> bool:
    """Whether the role of *user* reaches *audience*; an admin is a steward, both are members.

    PLAYERS are those who have the game on, whatever their role.
    """
    role = getattr(user, "role", "")
    if audience == PLAYERS:
        return bool(settings.GAME and role and getattr(user, "plays", False))
    return role in AUDIENCES and AUDIENCES.index(role) >= AUDIENCES.index(audience)


def col(name: str, draw: DrawValue | None = None, *, label: str = "", order: str = "") -> Column:
    """A field, drawn as its type suggests or by *draw*, which takes the value."""
    return Column(name, draw, label, (), order)


def drawn(
    name: str, draw: DrawRow, *, needs: str, label: str = "", order: str = "", css: str = ""
) -> Column:
    """A column that is more than a field: *draw* takes the row, *needs* are the fields it reads.

    *order* is the field that the head sorts by. A field missing from *needs* costs one query per
    row, which the query counts of the tests show.
    """
    return Column(name, draw, label, tuple(needs.split()), order, css)


def between(name: str, *, label: str = "") -> Filter:
    """A range of numbers: ``<column>_min`` and ``<column>_max``, both included."""
    return Filter(name, "between", label)


def equals(name: str, *, label: str = "", none: str = "", typed: bool = False) -> Filter:
    """One value. *typed* gives a field to type in where the values are too many to offer."""
    return Filter(name, "equals", label, none, typed)


def written(table: str, column: str, pattern: str) -> Related:
    """Rows of *table* whose *column* holds *pattern*: ``heuristic_id:{key}``."""
    return Related(table, column, pattern)


def condition(name: str, ask: Callable[[], Q], *, label: str, offered: bool = True) -> Condition:
    """A yes or no by which other pages count rows and lists are narrowed: ``?expired=0``."""
    return Condition(name, ask, label, offered)


def among(
    name: str, ask: Callable[[str], Q], words: Iterable[str], *, label: str, offered: bool = True
) -> Among:
    """One of *words*: ``?stage=golden``, or several with commas between them."""
    return Among(name, ask, tuple(words), label, offered)


def panel(title: str, names: str) -> Panel:
    """A section of the detail page; *names* are fields, in order."""
    return Panel(title, tuple(names.split()))


def listing(
    model: type[models.Model],
    columns: Declared[Column],
    *,
    filters: Declared[Filter] = (),
    search: str = "",
    orders: str = "",
    hidden: str = "",
    related: Declared[Related] = (),
    **more: Any,
) -> Listing:
    """Declare and register the pages of *model*; names stand in one string, by spaces apart.

    *more* are the other fields of ``Listing``. Raises ValueError for a table declared twice.
    """
    from elfsite.listings import registry

    made = Listing(
        model=model,
        columns=tuple(Column(c) if isinstance(c, str) else c for c in _each(columns)),
        filters=tuple(Filter(f) if isinstance(f, str) else f for f in _each(filters)),
        search=tuple(search.split()),
        orders=tuple(orders.split()),
        hidden=tuple(hidden.split()),
        related=tuple(_each(related)),
        **more,
    )
    return registry.register(made)


def _each(declared: Declared[T]) -> list[str | T]:
    """``("a b", thing)`` is a, b, thing."""
    found: list[str | T] = []
    for each in (declared,) if isinstance(declared, str) else declared:
        found += each.split() if isinstance(each, str) else [each]
    return found
