"""What the areas' ``importing.py`` declare, in an order that references allow."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from graphlib import TopologicalSorter
from types import ModuleType

from django.apps import apps
from django.db import models
from django.utils.module_loading import module_has_submodule

from elfsite.origins.models import Recorded, Source
from elfsite.origins.speaking import Voice
from elfsite.origins.tables import TableImport

# f(source, keys of changed rows) -> a context around the change, inside its transaction
Around = Callable[[Source, list[str]], AbstractContextManager[None]]


@cache
def _modules() -> dict[str, ModuleType]:
    """Area by app label -> its importing.py."""
    found = {}
    for config in apps.get_app_configs():
        if config.module and module_has_submodule(config.module, "importing"):
            found[config.label] = importlib.import_module(f"{config.name}.importing")
    return found


@cache
def tables() -> tuple[TableImport, ...]:
    """Every declared table, each after those that it refers to. A cycle raises CycleError."""
    declared = {table.model: table for module in _modules().values() for table in module.TABLES}
    order = TopologicalSorter(
        {model: [to for to in _parents(model) if to in declared] for model in declared}
    )
    return tuple(declared[model] for model in order.static_order())


def _parents(model: type[models.Model]) -> list[type[models.Model]]:
    return [
        field.related_model
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is not model
    ]


def references(model: type[models.Model]) -> dict[str, type[Recorded]]:
    """Column -> the recorded table it refers to, the table itself included."""
    return {
        str(field.column): field.related_model
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and issubclass(field.related_model, Recorded)
    }


def facts() -> tuple[str, ...]:
    """Names of tables that describe a file and are kept on its Source."""
    return tuple(name for module in _modules().values() for name in getattr(module, "FACTS", ()))


def hooks(labels: set[str]) -> list[Callable[[Source], None]]:
    """``after_import`` of the areas with these labels."""
    return [
        module.after_import
        for label, module in _modules().items()
        if label in labels and hasattr(module, "after_import")
    ]


@cache
def voices() -> dict[str, Voice]:
    """Table -> how its area speaks of a row that came, changed or went."""
    return {
        table: voice
        for module in _modules().values()
        for table, voice in getattr(module, "VOICES", {}).items()
    }


def around_changes(label: str) -> Around | None:
    """What an area does before and after rows that we have are changed by a follower."""
    return getattr(_modules().get(label), "around_changes", None)
