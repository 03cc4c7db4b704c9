"""What a node asks of its agent: a template filled from the run's context. No database.

``{name}`` stands for what the context holds under that name; ``{name.key}`` and ``{name[0]}`` look
deeper into objects and lists. ``{{`` and ``}}`` are braces. Nothing else is a form: Python's own
format would reach attributes of objects, and with them the program.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from elfsite.origins.seedjson import dump

LONGEST = 200_000  # characters of a filled prompt
HASH_LETTERS = 16  # of the SHA-256 (behaviour: elf §5.4)

_NAME = r"[^\W\d][\w-]*"
_FORM = re.compile(
    rf"(?P<brace>\{{\{{|\}}\}})|\{{(?P<path>{_NAME}(?:\.\w[\w-]*|\[[^\[\]{{}}]{{1,100}}\])*)\}}"
    r"|(?P<flaw>[{}])"
)
_STEP = re.compile(r"\.(\w[\w-]*)|\[([^\[\]]+)\]")
_MISSING = object()


class TemplateError(ValueError):
    """A template that cannot be filled, as a sentence."""


def check(template: str) -> str:
    """What is wrong with the form of a template, with its place; "" where nothing is."""
    for found in _FORM.finditer(template):
        if found["flaw"]:
            return (
                f"Character {found.start() + 1}: {found['flaw']} opens or closes no name; "
                f"a brace itself is written {found['flaw'] * 2}."
            )
    return ""


def render(template: str, context: Mapping[str, Any]) -> str:
    """*template* filled from *context*.

    Raises TemplateError for a name that the context lacks, for a form that is none, and for more
    than LONGEST characters.
    """
    flaw = check(template)
    if flaw:
        raise TemplateError(flaw)
    filled = _FORM.sub(lambda found: _replace(found, context), template)
    if len(filled) > LONGEST:
        raise TemplateError(f"The filled prompt has more than {LONGEST:,} characters.")
    return filled


def names_of(template: str) -> list[str]:
    """The names that a template asks of the context, each once, in its order."""
    paths = [found["path"] for found in _FORM.finditer(template) if found["path"]]
    return list(dict.fromkeys(re.split(r"[.\[]", path, maxsplit=1)[0] for path in paths))


def prompt_hash(prompt: str) -> str:
    """What two equal prompts share (row C19)."""
    return hashlib.sha256(prompt.encode()).hexdigest()[:HASH_LETTERS]


def _replace(found: re.Match[str], context: Mapping[str, Any]) -> str:
    if found["brace"]:
        return str(found["brace"][0])
    value = _look_up(found["path"], context)
    if value is _MISSING:
        raise TemplateError(f"The context holds nothing called {found['path']!r}.")
    return dump(value) if isinstance(value, dict | list) else str(value)


def _look_up(path: str, context: Mapping[str, Any]) -> Any:
    name = re.match(_NAME, path)
    assert name is not None  # noqa: S101 - a path begins with a name, see _FORM
    value = context.get(name.group(), _MISSING)
    for dotted, indexed in _STEP.findall(path[name.end() :]):
        value = _step(value, dotted or indexed.strip("'\""))
    return value


def _step(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return value.get(key, _MISSING)
    # a short text only: int() of a long one takes long
    if isinstance(value, list) and len(key) < 10 and key.removeprefix("-").isdecimal():
        place = int(key)
        return value[place] if -len(value) <= place < len(value) else _MISSING
    return _MISSING
