"""General writes: what Django admin may change on a row of any table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.origins.models import Recorded, SeedModel
from elfsite.timeline.log import write

T = TypeVar("T", bound=SeedModel)
Edited = Callable[[Any, dict[str, Any]], None]
_edited: dict[type[SeedModel], list[Edited]] = {}


def edit_record(*, actor: Any, record: T, changes: dict[str, Any]) -> T:
    """Change descriptive columns of a row; what the model's EDITABLE does not name is refused.

    A row of another database becomes governed here: a later change at its source no longer
    overwrites it. Raises Refused ``not_editable``, ``invalid`` or ``gone`` (somebody removed it).
    """
    foreign = sorted(set(changes) - set(record.EDITABLE))
    if foreign:
        raise Refused(
            "not_editable",
            f"{', '.join(foreign)} of {record._meta.verbose_name} cannot be edited: "
            "it is recorded or computed.",
        )
    stored = type(record)._default_manager.filter(pk=record.pk).first()
    if stored is None:
        raise Refused("gone", "This row is no longer there.", status=404)
    before = {name: getattr(stored, name) for name in changes}
    changed = [name for name in changes if before[name] != changes[name]]
    if not changed:
        return stored
    for name in changed:
        setattr(stored, name, changes[name])
    _check(stored, changed)
    _save(actor, stored, {name: before[name] for name in changed})
    return stored


def after_edit(model: type[SeedModel], hook: Edited) -> None:
    """Have *hook* called with the row and its former values, in the write of each edit."""
    _edited.setdefault(model, []).append(hook)


def _check(record: SeedModel, changed: list[str]) -> None:
    others = [field.name for field in record._meta.fields if field.name not in changed]
    try:
        record.clean_fields(exclude=others)
    except ValidationError as error:
        raise Refused("invalid", "; ".join(_sentences(error))) from error


def _sentences(error: ValidationError) -> list[str]:
    return [f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items()]


def _save(actor: Any, record: SeedModel, before: dict[str, Any]) -> None:
    changed = list(before)
    touched = list(changed)
    if isinstance(record, Recorded):
        record.governed_at = timezone.now()
        touched.append("governed_at")
    if any(field.name == "updated_at" for field in record._meta.fields):
        touched.append("updated_at")
    try:
        with write(actor) as w:
            record.save(update_fields=touched)
            for hook in _edited.get(type(record), []):
                hook(record, before)
            words = ", ".join(name.replace("_", " ") for name in changed)
            name = record._meta.verbose_name
            w.event(
                record._meta.app_label,
                "edited",
                record,
                f"{name} {record.pk}: {words} edited",
                fields=changed,
            )
    except IntegrityError as error:
        raise Refused("invalid", f"The database refuses this: {error}.") from error
