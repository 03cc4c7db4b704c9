"""How many queries a page costs, held against a file.

``ELF_UPDATE_BASELINES=1 pytest tests/elfsite/listings/test_query_counts.py`` writes it anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from elfsite.listings import facets, links, registry
from elfsite.pages.context import Frame
from tests.elfsite.listings.test_every_listing import is_ours, rows_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="time limits cost statements there"),
]

FILE = Path(__file__).with_name("query_counts.json")
UPDATE = os.environ.get("ELF_UPDATE_BASELINES") == "1"
LIST_MOST, DETAIL_MOST = 3, 8
TABLES = [each.table for each in registry.all_listings()]


@pytest.fixture(scope="module")
def baseline() -> Iterator[dict[str, Any]]:
    kept = json.loads(FILE.read_text()) if FILE.exists() else {}
    yield kept
    if UPDATE:
        FILE.write_text(json.dumps(dict(sorted(kept.items())), indent=1) + "\n")


@pytest.fixture
def bare(admin: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Without what the frame of each page keeps for seconds: it costs a query now, none then."""
    monkeypatch.setattr(Frame, "inbox", None)
    monkeypatch.setattr(Frame, "banners", ())
    return admin


def queries(client: Client, path: str) -> int:
    """How many queries *path* asks beside session and user, with no values kept for filters."""
    client.get(path)
    facets.forget()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured) - len(("session", "user"))


@pytest.mark.parametrize("table", TABLES)
def test_pages_cost_as_many_queries_as_the_file_says(
    table: str, bare: Client, baseline: dict[str, Any]
) -> None:
    listing = registry.by_table(table)
    assert listing is not None
    row = rows_of(listing)[-1]
    found = {}
    if is_ours(links.list_path(listing)):
        found["list"] = queries(bare, f"{links.list_path(listing)}?limit=2")
        assert found["list"] <= LIST_MOST + bool(listing.top)  # a picture is one more
    if is_ours(links.url_of(row)):
        found["detail"] = queries(bare, links.url_of(row))
        assert found["detail"] <= DETAIL_MOST
    if UPDATE:
        baseline[table] = found
    # an area that takes a page over leaves a number in the file that nothing is held against
    kept = {name: baseline.get(table, {}).get(name) for name in found}
    assert found == kept, "ELF_UPDATE_BASELINES=1 writes the file anew"
