"""What the settings of a node may say: each key with its type, its bounds and its default.

No database. One table serves the check, the form and the documentation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workflows.conductor import identifiers, prompts

ROLE = re.compile(
    r"[a-zA-Z0-9](?:[a-zA-Z0-9_-]*[a-zA-Z0-9])?", re.ASCII
)  # part of an id (elf §5.7)
AGENT_TYPE = re.compile(r"[a-zA-Z0-9_-]+(?: [a-zA-Z0-9_-]+)*", re.ASCII)
SHORT = 50  # characters of a role and of an agent's type (behaviour: elf §5.7)
MOST_PARTS = 20  # agents of a swarm, prompts of a parallel node
PROMPT_LIMIT = 50_000  # characters
LEASE = (15, 3600)  # seconds


@dataclass(frozen=True)
class Setting:
    """One key of a node's ``config``. *fits* says whether a value is one; *says* what one is."""

    key: str
    says: str
    fits: Callable[[Any], bool]
    kind: str = ""  # of the nodes that it is for; "" for all


def _whole(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    )


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_hours(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 8760


def _is_agent_type(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= SHORT and bool(AGENT_TYPE.fullmatch(value))


def _are_roles(value: Any) -> bool:
    return _listed(value) and all(
        isinstance(each, str) and len(each) <= SHORT and not identifiers.flaw_of(each)
        for each in value  # a role becomes part of an id
    )


def _are_prompts(value: Any) -> bool:
    return _listed(value) and all(
        isinstance(each, str)
        and 0 < len(each.strip()) <= PROMPT_LIMIT
        and not (unstorable(each) or prompts.check(each))
        for each in value
    )


def _listed(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= MOST_PARTS


SETTINGS = (
    Setting("join", "any or all", lambda value: value in ("any", "all")),
    Setting("retries", "a whole number from 0 to 10", _whole(0, 10)),
    Setting("continue_on_failure", "true or false", _is_flag),
    Setting("dedupe", "true or false", _is_flag),
    Setting("dedupe_hours", "a number of hours, at most 8,760", _is_hours),
    Setting("lease_seconds", "a whole number from 15 to 3,600", _whole(*LEASE)),
    Setting("agent_type", "at most 50 letters, digits, - and _, words apart by one space",
            _is_agent_type),
    Setting("num_ants", "a whole number from 1 to 20", _whole(1, MOST_PARTS), "swarm"),
    Setting("roles", "1 to 20 words of at most 50 letters, digits, - and _", _are_roles, "swarm"),
    Setting("prompts", "1 to 20 texts of at most 50,000 characters, names in braces like {name}",
            _are_prompts, "parallel"),
)  # fmt: skip
BY_KEY = {setting.key: setting for setting in SETTINGS}
# what a node takes from the settings of its workflow where it says nothing itself
SHARED = ("retries", "continue_on_failure", "dedupe", "dedupe_hours", "lease_seconds")


def check_settings(config: Any, kind: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the ``config`` of a node of *kind*: (key, sentence) pairs."""
    if not isinstance(config, Mapping):
        yield "", "its config is an object."
        return
    for key, value in list(config.items())[:50]:
        setting = BY_KEY.get(key)
        if setting is None:
            known = ", ".join(BY_KEY)
            yield str(key), f"its config does not know {str(key)[:60]!r}; what it knows: {known}."
        elif setting.kind and setting.kind != kind:
            yield key, f"{key} is for a {setting.kind} node only."
        elif not setting.fits(value):
            yield key, f"{key} is {setting.says}."
    if len(config) > 50:
        yield "", "its config has more than 50 keys."


def check_shared(config: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with settings that stand at the workflow, for all of its nodes."""
    for key, value in config.items():
        setting = BY_KEY.get(key)
        if setting is not None and key not in SHARED:
            yield f"{key} is a setting of single nodes."
        elif setting is not None and not setting.fits(value):
            yield f"{key} is {setting.says}."


def unstorable(text: str) -> bool:
    """Whether a text holds what PostgreSQL or UTF-8 refuses: NUL, or half a surrogate pair."""
    return "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text)
