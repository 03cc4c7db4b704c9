"""Django admin for every table: descriptive columns can be edited, everything else is shown."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.functional import cached_property

from elfsite.errors import Refused
from elfsite.origins.models import Rejection, Repair, Source
from elfsite.origins.services import edit_record

COUNT_LIMIT = 5_000  # rows counted for the pager; a table of millions is never counted


class BoundedPaginator(Paginator[Any]):
    """A pager that counts at most COUNT_LIMIT rows; search and filters reach the others."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        if not isinstance(rows, models.QuerySet):
            return len(rows)
        return rows.order_by()[:COUNT_LIMIT].count()


class LedgerAdmin(admin.ModelAdmin[Any]):
    """A table that services write and nobody edits."""

    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    paginator = BoundedPaginator
    show_facets = admin.ShowFacets.NEVER  # a facet counts its whole table

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RecordAdmin(LedgerAdmin):
    """A table whose descriptive columns (``EDITABLE`` of the model) may be edited."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_change_permission(self, request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        names = [field.name for field in self.model._meta.fields]
        return [name for name in names if name not in self.model.EDITABLE]

    def save_model(
        self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool
    ) -> None:
        """Admin's save button goes through the one door; a refusal is shown, nothing is lost."""
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        try:
            edit_record(actor=request.user, record=obj, changes=changes)
        except Refused as refusal:
            messages.error(request, refusal.sentence)


@admin.register(Source)
class SourceAdmin(LedgerAdmin):
    list_display = ("name", "kind", "path", "state", "last_run_at", "last_activity_at")
    list_filter = ("kind", "state", "is_sample")
    search_fields = ("name", "path")


@admin.register(Rejection)
class RejectionAdmin(LedgerAdmin):
    list_display = ("origin", "table", "key", "reason", "created_at")
    list_filter = ("origin", "table")
    search_fields = ("table", "key", "reason")
    list_select_related = ("origin",)


@admin.register(Repair)
class RepairAdmin(LedgerAdmin):
    list_display = ("origin", "table", "key", "column", "rule", "created_at")
    list_filter = ("origin", "table", "rule")
    search_fields = ("table", "key", "column", "rule")
    list_select_related = ("origin",)
