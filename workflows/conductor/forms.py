"""Forms of runs: begin one, clone one, steer one. The services decide, these only read."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from elfsite.origins import seedjson

TEXT_MOST = 200_000  # characters of an object as JSON
REASON_MOST = 500
PHASE_MOST = 50
CODE = {"class": "code", "spellcheck": "false", "autocapitalize": "off"}


class ObjectField(forms.CharField):
    """An object written as JSON; nothing is the empty one."""

    def __init__(self, rows: int = 6, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={**CODE, "rows": rows})
        super().__init__(required=False, max_length=TEXT_MOST, widget=widget, **kwargs)

    def to_python(self, value: Any) -> dict[str, Any]:  # type: ignore[override]
        """Raises ValidationError with the place of what is wrong."""
        text = super().to_python(value) or "{}"
        try:
            found = json.loads(text, parse_constant=_no_number, object_pairs_hook=_once)
            seedjson.dump(found)  # refuses what is too large to be a number
        except json.JSONDecodeError as error:
            place = f"line {error.lineno}, column {error.colno}"
            raise ValidationError(f"This is no JSON: {error.msg} in {place}.") from None
        except (ValueError, RecursionError) as error:
            raise ValidationError(f"This is no JSON: {error}.") from None
        if not isinstance(found, dict):
            raise ValidationError('An object is wanted: {"name": value}.')
        return found

    def validate(self, value: Any) -> None:
        """The empty object is one."""

    def run_validators(self, value: Any) -> None:
        super().run_validators(seedjson.dump(value))  # bounds the length of the text


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"{twice[:60]!r} stands in it twice")
    return found


def shown(value: Any) -> str:
    """An object as people edit it."""
    return json.dumps(value, ensure_ascii=False, indent=2)


class StartForm(forms.Form):
    """What a new run begins with."""

    input = ObjectField(label="Input, as JSON", initial="{}")
    phase = forms.CharField(
        max_length=PHASE_MOST,
        required=False,
        initial="init",
        help_text="Free text; agents read it.",
    )


class CloneForm(forms.Form):
    """What a clone does otherwise."""

    input = ObjectField(
        label="Input, as JSON",
        help_text="Merged over the original's: a key that is left out stays.",
    )
    context = ObjectField(
        rows=3,
        label="Laid over it, as JSON",
        initial="{}",
        help_text="What its nodes find in the context besides, such as a hint.",
    )
    skip_nodes = forms.MultipleChoiceField(
        label="Leave out",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The branch goes on without the result of a node that is left out.",
    )
    latest = forms.BooleanField(label="With today’s definition", required=False)

    def __init__(self, nodes: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skip_nodes"].choices = nodes  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why a run is cancelled, or a node skipped."""

    reason = forms.CharField(
        max_length=REASON_MOST, widget=forms.Textarea(attrs={"rows": 2}), label="Because"
    )


class PhaseForm(forms.Form):
    phase = forms.CharField(max_length=PHASE_MOST)
