"""People in Django admin: everything is shown, roles change by acts, secrets stay out of sight."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from elfsite.errors import Refused
from elfsite.origins.admin import LedgerAdmin
from game.players import services
from game.players.access import person_of
from game.players.models import GameState, Invitation, User

# admin's own sign-in form knows no limits (twelve wrong passwords in a row passed): people sign in
# on the one page that does
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


def own_password(
    request: HttpRequest, extra_context: dict[str, object] | None = None
) -> HttpResponse:
    """Administrators change their password where everybody does, under the same limits."""
    return redirect("account_change_password")


admin.site.password_change = own_password  # type: ignore[method-assign,assignment]

# roles are ours, and GitHub comes from the settings: these tables would be a second door
for model in (Group, EmailAddress, SocialAccount, SocialApp, SocialToken):
    admin.site.unregister(model)

Act = Callable[[admin.ModelAdmin[User], HttpRequest, QuerySet[User]], None]


def _role_act(role: str) -> Act:
    @admin.action(description=f"Make them {role}")
    def act(page: admin.ModelAdmin[User], request: HttpRequest, chosen: QuerySet[User]) -> None:
        _each(
            request,
            chosen,
            lambda actor, user: services.set_role(actor=actor, user=user, role=role),
        )

    act.__name__ = f"make_{role}"
    return act


def _active_act(name: str, words: str, *, active: bool) -> Act:
    @admin.action(description=words)
    def act(page: admin.ModelAdmin[User], request: HttpRequest, chosen: QuerySet[User]) -> None:
        _each(
            request,
            chosen,
            lambda actor, user: services.set_active(actor=actor, user=user, active=active),
        )

    act.__name__ = name
    return act


def _each(request: HttpRequest, chosen: QuerySet[User], act: Callable[[User, User], None]) -> None:
    """Each person by itself: what is refused is said, the others are done."""
    actor = person_of(request)
    for user in chosen:
        try:
            act(actor, user)
        except Refused as refused:
            messages.error(request, f"{user}: {refused.sentence}")
        else:
            messages.success(request, f"{user}: done.")


@admin.register(User)
class UserAdmin(LedgerAdmin):
    list_display = ("username", "login", "role", "is_active", "last_login", "github_id", "origin")
    list_filter = ("role", "is_active")
    search_fields = ("username", "login")
    list_select_related = ("origin",)
    exclude = ("password", "groups", "user_permissions")
    actions = (
        *(_role_act(role) for role in User.ROLES),
        _active_act("deactivate", "Keep them out", active=False),
        _active_act("activate", "Let them in again", active=True),
    )


@admin.register(GameState)
class GameStateAdmin(LedgerAdmin):
    list_display = ("user_id", "score", "active_weapon", "origin")
    search_fields = ("user__username",)
    list_select_related = ("origin",)  # a raw row may name nobody: never join the person

    def has_module_permission(self, request: HttpRequest) -> bool:
        return settings.GAME and super().has_module_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return settings.GAME and super().has_view_permission(request, obj)


@admin.register(Invitation)
class InvitationAdmin(LedgerAdmin):
    list_display = (
        "kind",
        "role",
        "note",
        "created_at",
        "created_by",
        "expires_at",
        "used_by",
        "withdrawn_at",
    )
    list_filter = ("kind", "role")
    search_fields = ("note",)
    list_select_related = ("created_by", "used_by")
    exclude = ("token_hash",)
