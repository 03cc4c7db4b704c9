"""Forms: they read what was typed. What is allowed is decided by the services."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    SetPasswordForm,
)
from django import forms

from game.players.models import User
from game.players.names import LOGIN_LIMIT, PASSWORD_LIMIT
from game.players.services.entry import INVITATION_DAYS, MOST_INVITATION_DAYS, NOTE_LIMIT

PASSWORD_HELP = "At least 8 characters, not only digits, and not a common password."  # noqa: S105


def _password(label: str, autocomplete: str = "new-password", **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=PASSWORD_LIMIT,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        **more,
    )


class NewPasswordForm(forms.Form):
    """A password, typed twice: there is no mail that would mend a slip."""

    password = _password("Password", help_text=PASSWORD_HELP)
    again = _password("The same password again")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "password" in data and "again" in data and data["password"] != data["again"]:
            self.add_error("again", "The two passwords differ.")
        return data


class NewPersonForm(NewPasswordForm):
    """Somebody who comes in through a link."""

    login = forms.CharField(
        label="Name to sign in with",
        max_length=LOGIN_LIMIT,
        help_text="Letters a to z, digits, and . _ @ + -",
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    field_order = ("login", "password", "again")


class InvitationForm(forms.Form):
    """What an administrator says about somebody who is to come."""

    role = forms.ChoiceField(choices=[(role, role) for role in User.ROLES])
    days = forms.IntegerField(
        label="Days", initial=INVITATION_DAYS, min_value=1, max_value=MOST_INVITATION_DAYS
    )
    note = forms.CharField(label="For whom (a note)", max_length=NOTE_LIMIT, required=False)


class _OurWords:
    """The library's fields with our labels, without its placeholders and mail links."""

    LABELS = {
        "login": "Name to sign in with",
        "password": "Password",
        "oldpassword": "Your password now",
        "password1": "New password",
        "password2": "The new password again",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]
        for name, field in fields.items():
            field.label = self.LABELS.get(name, field.label)
            field.help_text = PASSWORD_HELP if name == "password1" else ""
            field.widget.attrs.pop("placeholder", None)


class SignInForm(_OurWords, LoginForm):  # type: ignore[misc]
    pass


class OwnPasswordForm(_OurWords, ChangePasswordForm):  # type: ignore[misc]
    pass


class FirstPasswordForm(_OurWords, SetPasswordForm):  # type: ignore[misc]
    pass


class AgainForm(_OurWords, ReauthenticateForm):  # type: ignore[misc]
    pass
