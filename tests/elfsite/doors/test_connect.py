"""What a new key is told to paste works as it stands."""

from __future__ import annotations

import json
import re

import pytest

from elfsite.doors.connect import commands_of
from tests.elfsite.doors.calling import Agent

pytestmark = pytest.mark.django_db


def test_every_command_works() -> None:
    agent = Agent(role="member", scopes=("read", "record", "run"))
    first, *rest = commands_of(agent.key, agent.plain, "http://elf.example")
    assert first.text == f"export ELF_URL=http://elf.example ELF_KEY={agent.plain}"
    assert len(rest) == 4
    for command in rest:
        found = re.search(r'"\$ELF_URL/api/v1(/[^"]*)"', command.text)
        assert found is not None, command.text
        body = re.search(r"-d '(.*)'", command.text)
        path = found[1]
        response = agent.post(path, json.loads(body[1])) if body else agent.get(path)
        assert response.status_code in {200, 201, 204}, (command.text, response.content)


def test_a_key_is_told_no_more_than_it_may() -> None:
    reader = Agent(role="member", scopes=("read",))
    titles = [each.title for each in commands_of(reader.key, reader.plain, "http://x")]
    assert titles == ["Keep the key", "Does it work? Who am I?", "What should I know?"]
