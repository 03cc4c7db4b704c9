"""What a URL may ask of a list, and what it is refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.http import QueryDict

from elfsite.errors import Refused
from elfsite.listings import registry
from elfsite.listings.params import Asked, read


def asked(table: str, query: str = "") -> Asked:
    listing = registry.by_table(table)
    assert listing is not None
    return read(listing, QueryDict(query))


GOOD: list[tuple[str, dict[str, Any]]] = [
    ("", {}),
    ("domain=&status=", {}),
    ("status=active", {"status": "active"}),
    ("is_golden=1", {"is_golden": True}),
    ("is_golden=no", {"is_golden": False}),
    ("confidence_min=0.2&confidence_max=.9", {"confidence_min": 0.2, "confidence_max": 0.9}),
    ("project_path=~none", {"project_path": None}),
    ("domain=a, b", {"domain": "a, b"}),
    ("q=%20force%20%20push%20", {"q": "force push"}),
    ("source=ours", {"source": "ours"}),
    ("source=3", {"source": 3}),
    ("gone=0", {}),
    ("gone=1", {"gone": True}),
    ("days=7&limit=200&order=confidence", {"days": 7, "limit": 200, "order": "confidence"}),
]


@pytest.mark.parametrize(("query", "values"), GOOD)
def test_what_is_asked_is_read(query: str, values: dict[str, Any]) -> None:
    assert asked("heuristics", query).values == values


BAD = [
    ("nonsense=1", "no parameter 'nonsense'"),
    ("status=asleep", "status must be one of active, dormant"),
    ("is_golden=maybe", "is_golden must be 1 or 0"),
    ("confidence_min=high", "confidence_min must be a number"),
    ("confidence_min=nan", "confidence_min must be a finite number"),
    ("domain=a&domain=b", "domain is given 2 times"),
    ("domain=" + "x" * 501, "domain must be a text of at most 500"),
    ("q=" + "x" * 201, "q must be at most 200 characters"),
    ("q=" + "+".join("abcdefghi"), "q must be at most 8 words"),
    ("source=theirs", "source must be the number of a source or 'ours'"),
    ("source=-1", "source must be the number"),
    ("days=0", "days must be a number of days from 1"),
    ("days=99999", "days must be a number of days"),
    ("from=yesterday", "from must be a date like"),
    ("to=2026-13-01", "to must be a date like"),
    ("asof=9999-99", "asof must be a date like"),
    ("limit=201", "limit must be a number of rows from 1 to 200"),
    ("limit=1e2", "limit must be a number of rows"),
    ("order=rule", "order must be one of -confidence"),
    ("order=--confidence", "order must be one of"),
    ("after=a&before=b", "not both"),
    ("gone=perhaps", "gone must be 1 or 0"),
]


@pytest.mark.parametrize(("query", "sentence"), BAD)
def test_what_is_no_such_is_refused_by_name(query: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence.replace("(", r"\(")) as refused:
        asked("heuristics", query)
    assert refused.value.status == 400


def test_numbers_beyond_the_databases_are_refused() -> None:
    with pytest.raises(Refused, match="run_id must be a"):
        asked("trails", "run_id=9223372036854775808")


ORDERS = [
    ("", "-confidence"),
    ("order=confidence", "confidence"),
    ("days=7", "-created_at"),
    ("from=2026-01-01", "-created_at"),
    ("days=7&order=-confidence", "-confidence"),
    ("gone=1", "-gone_at"),
    ("asof=2026-01-01", "-confidence"),
]


@pytest.mark.parametrize(("query", "order"), ORDERS)
def test_a_window_of_time_turns_the_order_to_time(query: str, order: str) -> None:
    assert asked("heuristics", query).order == order


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


NOW = "2026-11-20T12:00:00"
LAST = "2026-11-20T23:59:59.999999"
WINDOWS = [
    ("", None, None),
    ("from=2026-11-19", "2026-11-19T00:00:00", None),
    ("to=2026-11-20", None, LAST),
    ("to=2026-11-20T09:30", None, "2026-11-20T09:30:00"),
    ("from=2026-11-20T09:30:00%2B02:00", "2026-11-20T07:30:00", None),
    ("from=2026-11-20T09:30:00+02:00", "2026-11-20T07:30:00", None),
    ("days=1", "2026-11-19T12:00:00", None),
    ("asof=2026-01-31T08:00", None, "2026-01-31T08:00:00"),
    ("asof=2026-01-31T08:00&days=30", "2026-01-01T08:00:00", "2026-01-31T08:00:00"),
    ("asof=2026-01-31T08:00&to=2026-01-30T08:00", None, "2026-01-30T08:00:00"),
]


@pytest.mark.parametrize(("query", "first", "last"), WINDOWS)
def test_windows_of_time(query: str, first: str | None, last: str | None) -> None:
    with time_machine.travel(at(NOW), tick=False):
        wanted = (first and at(first), last and at(last))
        assert asked("heuristics", query).window == wanted


def test_urls_keep_what_is_asked_and_drop_the_page() -> None:
    found = asked("heuristics", "status=active&domain=git+flow&limit=15&after=abc&q=")
    assert found.url() == "/heuristics/?status=active&domain=git+flow&limit=15"
    assert found.without("status", "limit") == "/heuristics/?domain=git+flow"
    assert found.url(order="-created_at").endswith("&order=-created_at")
    assert found.file("csv") == "/heuristics.csv?status=active&domain=git+flow"
