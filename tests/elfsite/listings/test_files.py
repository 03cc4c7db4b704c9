"""Lists as files: what is in them, where they end, what a spreadsheet may not run."""

from __future__ import annotations

import csv
import io
import json

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client

from elfsite.listings import limits
from elfsite.listings.export import CUT
from elfsite.origins.models import Source
from game.players.models import User
from learning.knowledge.models import Assumption, Learning
from tests.factories import make

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def records(client: Client, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(path).getvalue().decode())))


def test_a_file_has_the_columns_of_the_table_and_the_source(member: Client) -> None:
    source = make(Source, name="Theirs")
    make(Assumption, origin=source, origin_key="17", source="user", governed_at=None)
    (found,) = json.loads(member.get("/assumptions.json").getvalue())
    assert (found["source"], found["origin"], found["origin_key"]) == ("user", "Theirs", "17")
    assert not {"origin_hash", "governed_at", "gone_at"} & set(found)
    assert found["created_at"].endswith("Z")


def test_a_file_is_narrowed_and_ordered_as_the_list(member: Client) -> None:
    for number in range(3):
        make(Learning, title=f"t{number}", severity=number % 2 + 1)
    found = records(member, "/learnings.csv?severity=1&order=created_at&limit=1")
    assert [row["title"] for row in found] == ["t0", "t2"]


def test_long_files_come_in_batches_and_are_cut_in_words(
    member: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "EXPORT_BATCH", 2)
    for number in range(5):
        make(Learning, title=f"t{number}")
    whole = member.get("/learnings.ndjson")
    assert len(whole.getvalue().splitlines()) == 5 and CUT not in whole
    monkeypatch.setattr(limits, "EXPORT_MOST", 3)
    cut = member.get("/learnings.json")
    assert len(json.loads(cut.getvalue())) == 3
    assert cut[CUT] == "The first 3 rows; narrow the list by a filter for the others."


@pytest.mark.parametrize("fmt", ["csv", "json", "ndjson"])
def test_an_empty_file_is_one(member: Client, fmt: str) -> None:
    text = member.get(f"/plans.{fmt}").getvalue().decode()
    if fmt == "json":
        assert json.loads(text) == []
    else:
        assert text.startswith("id,") if fmt == "csv" else text == ""


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\tx", "\rx"])
def test_a_spreadsheet_runs_nothing(member: Client, text: str) -> None:
    make(Learning, title=text)
    (row,) = records(member, "/learnings.csv")
    assert row["title"] == "'" + text
    (found,) = json.loads(member.get("/learnings.json").getvalue())
    assert found["title"] == text


def test_passwords_and_settings_of_people_are_in_no_file(member: Client) -> None:
    for fmt in ("csv", "json", "ndjson"):
        text = member.get(f"/users.{fmt}").getvalue().decode()
        assert "password" not in text and "pbkdf2" not in text and "email" not in text


@pytest.mark.django_db(transaction=True)
def test_the_real_server_streams_it() -> None:
    make(Learning, title="one")
    client = AsyncClient()
    client.force_login(User.objects.create_user("reader"))

    async def fetch() -> bytes:
        answer = await client.get("/learnings.ndjson")
        assert answer.streaming and answer.is_async
        return b"".join([chunk async for chunk in answer.streaming_content])

    assert json.loads(async_to_sync(fetch)())["title"] == "one"
