"""The form that connects a database."""

from __future__ import annotations

from django import forms

from elfsite.sources.connecting import NAME_LIMIT, PATH_LIMIT
from elfsite.sources.zones import machine_zone


class ConnectForm(forms.Form):
    """A file on the server, what to call it, the zone of its local times."""

    path = forms.CharField(
        label="Database file on the server",
        max_length=PATH_LIMIT,
        widget=forms.TextInput(
            attrs={"placeholder": "~/.claude/emergent-learning/memory/index.db", "size": 40}
        ),
        help_text="It is copied and the copy is read; the file itself is left as it is.",
    )
    name = forms.CharField(
        label="Name",
        max_length=NAME_LIMIT,
        required=False,
        help_text="Left empty: the name of its folder.",
    )
    time_zone = forms.CharField(
        label="Time zone of its local times",
        max_length=64,
        initial=machine_zone,
        help_text="Such as Europe/Berlin. Text with a space is UTC in every file.",
    )
    follow = forms.BooleanField(
        label="Follow it",
        required=False,
        help_text="What agents write to it later is here within a second.",
    )
