"""What a new key is told to do first: commands that are filled in and can be pasted."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import Any

from elfsite.doors.models import AgentKey


@dataclass(frozen=True)
class Command:
    """One thing to paste, and what it shows."""

    title: str
    text: str


def commands_of(key: AgentKey, plain: str, base: str) -> list[Command]:
    """What the scopes of *key* allow, the proof that it works first."""
    found = [
        Command("Keep the key", f"export ELF_URL={shlex.quote(base)} ELF_KEY={shlex.quote(plain)}"),
        Command("Does it work? Who am I?", _curl("")),
    ]
    if "read" in key.scopes:
        found.append(
            Command("What should I know?", _curl("heuristics?limit=5&fields=id,rule,evidence"))
        )
    if "record" in key.scopes:
        note = {"type": "observation", "title": "Connected", "tags": ["first-steps"]}
        found.append(Command("Note something", _curl("learnings", note)))
    if "run" in key.scopes:
        found.append(Command("Is there work for me?", _curl("claims", {})))
    return found


def _curl(path: str, body: dict[str, Any] | None = None) -> str:
    lines = [f'curl -sS "$ELF_URL/api/v1/{path}"', '-H "Authorization: Bearer $ELF_KEY"']
    if body is not None:
        lines += ["-H 'Content-Type: application/json'", f"-d '{json.dumps(body)}'"]
    return " \\\n  ".join(lines)
