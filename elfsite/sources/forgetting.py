"""Forgetting a source: every row that came from it goes, in short transactions, children first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.models import Q

from elfsite.errors import Refused
from elfsite.origins.models import Recorded, Source
from elfsite.origins.tables import TableImport
from elfsite.sources import registry
from elfsite.sources.lease import Lease
from elfsite.timeline.log import write

BATCH = 2_000  # rows in one transaction
CHUNK = 500  # primary keys in one statement

Model = type[models.Model]


@dataclass
class Dependents:
    """Rows of this site, or of other sources, that refer to rows of the one to be forgotten.

    ``needing`` cannot stand without them (table -> primary keys), ``loose`` only lose a reference.
    """

    needing: dict[Model, set[Any]] = field(default_factory=dict)
    loose: list[tuple[Model, str]] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """Rows that would go along, by what people call them."""
        return {str(m._meta.verbose_name_plural): len(pks) for m, pks in self.needing.items()}


def dependents_of(source: Source) -> Dependents:
    """Look from parents to children, so that what hangs on a dependent is found as well."""
    found = Dependents()
    for declaration in registry.tables():
        for child, name, required in _referring(declaration.model):
            if not required:
                found.loose.append((child, name))
            elif pks := _needing(child, name, declaration.model, source, found):
                found.needing.setdefault(child, set()).update(pks)
    return found


def _referring(model: type[Recorded]) -> Iterator[tuple[Model, str, bool]]:
    """(child, column, whether it is required) of every reference to *model*."""
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel):
            reference = relation.field
            yield reference.model, reference.name, not reference.null


def _needing(child: Model, name: str, parent: Model, source: Source, found: Dependents) -> set[Any]:
    rows = child._base_manager.filter(_strangers(child, source))
    pks = set(rows.filter(**{f"{name}__origin": source}).values_list("pk", flat=True))
    also = list(found.needing.get(parent, ()))
    for start in range(0, len(also), CHUNK):
        some = rows.filter(**{f"{name}__in": also[start : start + CHUNK]})
        pks.update(some.values_list("pk", flat=True))
    return pks


def _strangers(child: Model, source: Source) -> Q:
    """Rows that do not come from *source*. Named by their origins, so that an index finds them."""
    if not issubclass(child, Recorded):
        return Q()
    others = Source.objects.exclude(pk=source.pk).values_list("pk", flat=True)
    return Q(origin__isnull=True) | Q(origin__in=list(others))


def refuse_needed(source: Source) -> Dependents:
    """Raises Refused ``needed`` where rows of this site cannot stand without the source's."""
    found = dependents_of(source)
    if found.needing:
        words = ", ".join(f"{count:,} {name}" for name, count in found.counts.items())
        raise Refused(
            "needed",
            f"{words} of this site cannot stand without the rows of {source.name}. "
            "Forget them along with it, or keep it.",
            status=409,
        )
    return found


def forget_source(
    *,
    actor: Any,
    source: Source,
    with_ours: bool = False,
    progress: Callable[[int, int, str], None] | None = None,
) -> int:
    """Delete every row of *source*, then the source; returns how many rows of its tables went.

    Loose references to them become empty. Raises Refused ``needed`` where rows of this site cannot
    stand without them, unless *with_ours*, and ``busy`` while somebody reads the source. A run
    that is interrupted is taken up by the next one. People who signed in since stay.
    """
    found = dependents_of(source) if with_ours else refuse_needed(source)
    lease = Lease(source, "forgetting")
    lease.claim()
    try:
        gone = _Deletion(source, actor, lease, progress).run(found)
    except BaseException:
        lease.release("forgetting", error="Half forgotten. Forget it again to end this.")
        raise
    _say_goodbye(source, actor, gone)
    return gone


class _Deletion:
    """The deletion of one source's rows, with its count."""

    def __init__(
        self,
        source: Source,
        actor: Any,
        lease: Lease,
        progress: Callable[[int, int, str], None] | None,
    ) -> None:
        self._source = source
        self._actor = actor
        self._lease = lease
        self._progress = progress
        self._total = sum(source.facts.get("rows", {}).values())
        self._gone = 0

    def run(self, found: Dependents) -> int:
        for child, name in found.loose:
            self._loosen(child, name)
        for declaration in reversed(registry.tables()):
            self._delete_keys(declaration.model, found.needing.pop(declaration.model, set()))
            self._keep(declaration)
            self._delete_all(declaration.model)
        for model, keys in found.needing.items():
            self._delete_keys(model, keys)
        gone = self._gone
        for model in _kept_by_source():
            self._delete_all(model)
        return gone

    def _loosen(self, child: Model, name: str) -> None:
        rows = child._base_manager.filter(
            _strangers(child, self._source), **{f"{name}__origin": self._source}
        )
        while keys := list(rows.values_list("pk", flat=True)[:CHUNK]):
            with write(self._actor):
                child._base_manager.filter(pk__in=keys).update(**{name: None})

    def _keep(self, declaration: TableImport) -> None:
        """Rows that stay become ours."""
        if declaration.keeps is None:
            return
        keys = list(declaration.keeps(self._source).values_list("pk", flat=True))
        for start in range(0, len(keys), CHUNK):
            with write(self._actor):
                declaration.model._base_manager.filter(pk__in=keys[start : start + CHUNK]).update(
                    origin=None, origin_key=None, origin_hash=None, gone_at=None
                )

    def _delete_keys(self, model: Model, keys: set[Any]) -> None:
        ordered = sorted(keys)
        for start in range(0, len(ordered), CHUNK):
            with write(self._actor):
                rows = model._base_manager.filter(pk__in=ordered[start : start + CHUNK])
                self._count(_delete(rows), model)

    def _delete_all(self, model: Model) -> None:
        """Plain SQL: Django's collector would load each row and ask after 60 references."""
        table = connection.ops.quote_name(model._meta.db_table)
        pk = connection.ops.quote_name(str(model._meta.pk.column))
        sql = (
            f"DELETE FROM {table} WHERE {pk} IN "
            f"(SELECT {pk} FROM {table} WHERE origin_id = %s LIMIT {BATCH})"
        )
        while True:
            with write(self._actor), connection.cursor() as cursor:
                cursor.execute(sql, [self._source.pk])
                deleted = cursor.rowcount
            if not deleted:
                return
            self._count(deleted, model)

    def _count(self, deleted: int, model: Model) -> None:
        self._gone += deleted
        total = max(self._total, self._gone)
        self._lease.beat(self._gone, total, model._meta.db_table)
        if self._progress:
            self._progress(self._gone, total, model._meta.db_table)


def _delete(rows: models.QuerySet[Any]) -> int:
    # the rows are known and what hangs on them is gone: no need to collect
    return int(rows._raw_delete(rows.db))


def _kept_by_source() -> list[Model]:
    """Tables that keep something for each source: places, rejections, repairs."""
    return [
        relation.field.model
        for relation in Source._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
        and relation.field.name == "origin"
        and not issubclass(relation.field.model, Recorded)
    ]


def _say_goodbye(source: Source, actor: Any, gone: int) -> None:
    name, path = source.name, Path(source.path)
    with write(actor) as w:
        source.delete()
        w.event("sources", "forgot", None, f"{name} forgotten: {gone:,} rows", source=name)
    if source.is_sample and path.is_relative_to(settings.DATA_DIR):
        path.unlink(missing_ok=True)  # our own generator wrote it
