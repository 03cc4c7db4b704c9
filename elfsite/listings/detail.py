"""One row: its facts and texts in panels, where it came from, what hangs on it, what happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import Http404
from django.utils.safestring import SafeString

from elfsite.listings import cells, limits, links, registry
from elfsite.listings.controls import INTEGER_MOST, label_of
from elfsite.listings.declare import ORIGIN_COLUMNS, Column, Listing, Panel, Related, may_see
from elfsite.listings.paging import order_of
from elfsite.listings.params import Asked
from elfsite.listings.query import NAME_OF, columns_only, references_in, with_names
from elfsite.listings.references import resolve
from elfsite.listings.rows import Head, heads_of, rows_of
from elfsite.origins import seedjson
from elfsite.timeline.models import TimelineEvent

SHORT = 90  # characters; a text without a line break up to here is a fact, beyond it a block
# what machines wrote or will read is shown letter for letter, everything else as Markdown
AS_WRITTEN = frozenset({"validation_code", "prompt", "error_message", "raw", "context_preview"})
CHILD_COLUMNS = 5
LISTED = 200  # entries of a list in a text; the file of the row has them all


class Text(NamedTuple):
    """A long value. ``kind``: prose (Markdown), json (parsed), flawed (no JSON it is), code."""

    label: str
    kind: str
    value: Any


@dataclass(frozen=True)
class Section:
    title: str
    facts: list[tuple[str, SafeString]]
    texts: list[Text]


@dataclass(frozen=True)
class Children:
    """The first rows of a child table, and the list that holds them all."""

    table: str
    title: str
    sub: str
    url: str
    heads: Sequence[Head]
    rows: Sequence[SafeString]
    more: bool


def load(listing: Listing, key: str) -> Any:
    """The row *key*, with the names of what it refers to. Raises Http404 where there is none."""
    try:
        value = key_field(listing).to_python(key)
    except (ValueError, TypeError, ValidationError) as error:
        raise Http404 from error
    if (isinstance(value, int) and abs(value) > INTEGER_MOST) or "\x00" in key:
        raise Http404
    fields = [each for name, each in listing.fields.items() if name not in listing.hidden]
    rows: QuerySet[Any] = listing.model._default_manager.filter(pk=value)
    if listing.is_recorded:
        rows = rows.select_related("origin")
    with limits.time_limit(limits.LIST_MS):
        row = with_names(rows.defer(*listing.hidden), references_in(fields)).first()
    if row is None:
        raise Http404(f"There is no {listing.one} {key}.")
    return row


def key_field(listing: Listing) -> models.Field[Any, Any]:
    """The primary key, or what it refers to where it is a reference itself."""
    pk = listing.model._meta.pk
    return pk.target_field if isinstance(pk, models.ForeignKey) else pk


def name_of(listing: Listing, row: Any) -> str:
    """What *row* calls itself; its number where it cannot, for a raw row may hold a text there."""
    try:
        name = str(row).strip()
    except (ValueError, TypeError):
        name = ""
    return name or f"{listing.one} {row.pk}"


def sections_of(listing: Listing, row: Any, user: Any) -> list[Section]:
    """The declared panels, then one with every field that none of them shows: nothing is hidden."""
    shown = {name for each in listing.panels for name in each.names}
    apart = shown | (ORIGIN_COLUMNS if listing.is_recorded else set())
    rest = tuple(name for name in listing.fields if name not in apart)
    panels = [*listing.panels, Panel("Record", rest)]
    found = [_section(listing, row, user, each) for each in panels]
    return [each for each in found if each.facts or each.texts]


def _section(listing: Listing, row: Any, user: Any, panel: Panel) -> Section:
    section = Section(panel.title, [], [])
    for name in panel.names:
        if not listing.shows(name, user):
            continue
        field = listing.fields[name]
        label = label_of(field)
        label = label[:1].upper() + label[1:]
        block = _block(label, field, getattr(row, field.attname))
        if block:
            section.texts.append(block)
        else:
            section.facts.append((label, _fact(row, field)))
    return section


def _block(label: str, field: models.Field[Any, Any], value: Any) -> Text | None:
    """A value as a block of its own; None for one that is a fact among others."""
    if isinstance(field, models.JSONField):
        return Text(label, "json", value) if value else None
    if not isinstance(field, models.TextField) or not isinstance(value, str) or not value.strip():
        return None
    if value.lstrip()[:1] in {"{", "["} or field.name in cells.JSON_TEXTS:
        found = seedjson.read(value)
        if not found.ok:
            return Text(label, "flawed", value)
        return Text(label, "json", found.value) if found.value not in ([], {}) else None
    if field.name in AS_WRITTEN:
        return Text(label, "code", value)
    plain = len(value) <= SHORT and "\n" not in value
    return None if plain or field.name in cells.SIGNS else Text(label, "prose", value)


def _fact(row: Any, field: models.Field[Any, Any]) -> SafeString:
    value = getattr(row, field.attname)
    target = registry.target_of(field)
    if target:
        return links.reference(target, value, getattr(row, NAME_OF + field.name))
    draw = cells.draw_of(field)
    if draw is cells.moment and value is not None:
        return SafeString(f"{cells.moment_written(value)} · {cells.moment(value)}")
    if draw is cells.kept_list and isinstance(value, str):
        found = seedjson.read_list(value)[:LISTED]
        return SafeString("<br>".join(cells.path(str(each)) for each in found)) or cells.NOTHING
    if draw is cells.code:
        return SafeString(f"<code>{cells.text(value)}</code>") if value else cells.NOTHING
    return draw(value)


def named_in(listing: Listing, row: Any) -> list[SafeString]:
    """Links to the rows that texts of *row* name, each once."""
    named = [each for find in listing.refers for each in find(row)]
    found = resolve(getattr(row, "origin_id", None), named) if named else []
    targets = [(registry.by_table(each.named.table), each) for each in found]
    return [
        links.reference(target, each.pk or each.named.key, each.name)
        for target, each in targets
        if target
    ]


def children_of(listing: Listing, row: Any, user: Any) -> list[Children]:
    """The first ten rows of each related table that *user* may see; one query each."""
    found = []
    for each in listing.related:
        related = each if isinstance(each, Related) else related_of(listing, each)
        child = registry.by_table(related.table)
        if child and may_see(user, child.audience):
            found.append(_children(child, related, row, user))
    return found


def related_of(listing: Listing, written: str) -> Related:
    """``"trails"`` or ``"trails.run"``: the foreign key of that table that leads to *listing*.

    Raises LookupError where there is none, or more than one to choose from.
    """
    table, _, column = written.partition(".")
    child = registry.by_table(table)
    fields = child.fields.values() if child else ()
    keys = [f.name for f in fields if f.is_relation and f.related_model is listing.model]
    if column:
        keys = [name for name in keys if name == column]
    if len(keys) != 1:
        raise LookupError(f"{written!r} does not name one reference to {listing.table}.")
    return Related(table, keys[0])


def _children(child: Listing, related: Related, row: Any, user: Any) -> Children:
    field = child.fields[related.column]
    filters: dict[str, Any] = {field.attname: row.pk}
    if related.written:
        key = getattr(row, "origin_key", None) or row.pk
        filters = {field.attname: related.written.format(key=key, pk=row.pk, row=row)}
        if child.has_origin and "{key}" in related.written:
            filters["origin_id"] = row.origin_id
    present = {"gone_at__isnull": True} if child.is_recorded else {}
    rows = columns_only(child, child.model._default_manager.filter(**filters, **present))
    ordered = rows.order_by(*order_of(child.model, child.order).names)
    with limits.time_limit(limits.LIST_MS):
        found = list(ordered[: limits.RELATED + 1])
    columns = _child_columns(child, related, user)
    asked = Asked(child, {}, {})
    return Children(
        child.table,
        child.heading,
        _through(field, row),
        _list_url(child, filters),
        heads_of(asked, columns),
        rows_of(asked, columns, found[: limits.RELATED], live=False),
        len(found) > limits.RELATED,
    )


def _through(field: models.Field[Any, Any], row: Any) -> str:
    """How a child refers to *row*, where the name of its column says more than the table does."""
    if not field.is_relation or field.name in {row._meta.model_name, row._meta.verbose_name}:
        return ""
    return f"{label_of(field)}: this row"


def _child_columns(child: Listing, related: Related, user: Any) -> list[Column]:
    columns = [c for c in child.columns if child.shows(c.name, user) and c.name != related.column]
    return columns[:CHILD_COLUMNS]


def _list_url(child: Listing, filters: dict[str, Any]) -> str:
    names = {each.attname: each.name for each in child.fields.values()}
    origin = filters.pop("origin_id", None)
    named = {names[name]: value for name, value in filters.items()}
    return links.list_url(child.model, **named, **({"source": origin} if origin else {}))


def events_of(listing: Listing, row: Any) -> Iterable[TimelineEvent]:
    """The last ten events about *row*, newest first."""
    events = TimelineEvent.objects.filter(subject_type=listing.table, subject_id=str(row.pk))
    return events.order_by("-id")[: limits.RELATED]
