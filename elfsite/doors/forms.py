"""The form of a new key: it offers what the person's role may give, the service decides."""

from __future__ import annotations

from typing import Any

from django import forms

from elfsite.doors import policy
from elfsite.doors.models import AgentKey
from elfsite.doors.services import NAME_LIMIT, PROJECT_LIMIT

LIVES = [("30", "30 days"), ("90", "90 days"), ("365", "a year"), ("", "no end")]

SCOPE_WORDS = {
    "read": "read everything that its owner reads",
    "record": "record learnings, trails, outcomes; propose rules; ask a person",
    "grade": "judge fraud reports and requests; with the trust class human alone",
    "run": "start runs, claim and complete their nodes",
    "ingest": "send sessions and telemetry",
    "admin": "administer",
}
TRUST_WORDS = {
    "human": "a person speaks through it",
    "ci": "a build or a test suite",
    "tool": "a program that measures",
    "agent": "an agent about other work",
    "self": "an agent about its own work: weighs nothing by itself",
}


class KeyForm(forms.Form):
    """What a key is called, what it may do, and how much its word weighs."""

    name = forms.CharField(
        max_length=NAME_LIMIT, help_text="Where it will be used, such as “claude on build-3”."
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do", widget=forms.CheckboxSelectMultiple, initial=["read", "record"]
    )
    trust_class = forms.ChoiceField(
        label="Trust class",
        initial="agent",
        help_text="The class of what it reports: it caps what a report can earn.",
    )
    project = forms.CharField(
        max_length=PROJECT_LIMIT,
        required=False,
        help_text="The path of a project, or nothing for all.",
    )
    days = forms.TypedChoiceField(
        label="Holds for",
        choices=LIVES,
        coerce=int,
        empty_value=None,
        required=False,
        initial="90",
    )

    def __init__(self, role: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = policy.scopes(role, AgentKey.SCOPES)
        classes = policy.trust_classes(role, AgentKey.TRUST_CLASSES)
        offered: Any = self.fields["scopes"]
        offered.choices = [(word, f"{word}: {SCOPE_WORDS[word]}") for word in scopes]
        graded: Any = self.fields["trust_class"]
        graded.choices = [(word, f"{word}: {TRUST_WORDS[word]}") for word in classes]
