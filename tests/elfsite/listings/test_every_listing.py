"""Each declared table: what a list, a file and a page of a row have to do, whatever the table."""

from __future__ import annotations

import csv
import io
import json
import re
from contextlib import suppress
from typing import Any

import pytest
from django.db import IntegrityError, connection, models
from django.db.transaction import atomic
from django.test import Client
from django.urls import resolve

from elfsite.listings import links, registry
from elfsite.listings.controls import NONE, Control
from elfsite.listings.declare import PLAYERS, Listing
from elfsite.listings.params import known_controls, offered_orders
from elfsite.origins.fields import SeedDateTimeField
from tests.factories import make

pytestmark = pytest.mark.django_db

TABLES = [each.table for each in registry.all_listings()]
HTMX = {"HX-Request": "true", "HX-Target": "list"}
SINGLE = {"db_operations"}  # holds one row by a CHECK


@pytest.fixture(params=TABLES)
def listing(request: pytest.FixtureRequest) -> Listing:
    found = registry.by_table(request.param)
    assert found is not None
    return found


def rows_of(listing: Listing, number: int = 3) -> list[Any]:
    kept = list(listing.model._default_manager.all())  # who is signed in is a row of users
    wanted = 1 if listing.table in SINGLE else number
    return kept + [make(listing.model, full=True) for _ in range(wanted - len(kept))]


def shown_in(html: str, listing: Listing) -> list[str]:
    return re.findall(f'<tr[^>]* data-row="{listing.table}:([^"]+)"', html)


def is_ours(path: str) -> bool:
    """Whether the kernel answers at *path*: an area may have a page of its own there."""
    return resolve(path).namespace == "listing"


def path_of(listing: Listing) -> str:
    path = links.list_path(listing)
    if not is_ours(path):
        pytest.skip("the area has its own page there")
    return path


@pytest.mark.postgres
def test_it_opens_with_its_rows(listing: Listing, admin: Client) -> None:
    rows = rows_of(listing)
    page = admin.get(path_of(listing))
    assert page.status_code == 200
    assert listing.heading in page.text and listing.about.split("'")[0] in page.text
    assert set(shown_in(page.text, listing)) == {str(row.pk) for row in rows}


def test_empty_it_says_what_fills_it(listing: Listing, admin: Client) -> None:
    if listing.table in {"users", "game_state"} | SINGLE:
        pytest.skip("there is always a row")
    listing.model._default_manager.all().delete()
    page = admin.get(path_of(listing))
    assert page.status_code == 200
    assert f"No {listing.one} is recorded" in page.text and "python manage.py" in page.text


def an_offer(control: Control, row: Any) -> str:
    value = getattr(row, control.field) if control.field else True
    if control.ask_word:
        return control.choices[0][0]
    if control.kind == "flag" or control.ask:
        return str(int(bool(value)))
    return NONE if value is None else str(value)


@pytest.mark.postgres
def test_each_filter_keeps_the_rows_it_names(listing: Listing, admin: Client) -> None:
    row = rows_of(listing)[-1]
    for name, control in known_controls(listing).items():
        page = admin.get(path_of(listing), {name: an_offer(control, row)})
        assert page.status_code == 200, name
        if not control.ask and not control.ask_word:
            assert str(row.pk) in shown_in(page.text, listing), name


@pytest.mark.postgres
def test_each_order_sorts_both_ways(listing: Listing, admin: Client) -> None:
    rows = rows_of(listing)
    for order in offered_orders(listing):
        column = order.removeprefix("-")
        one = shown_in(admin.get(path_of(listing), {"order": column}).text, listing)
        other = shown_in(admin.get(path_of(listing), {"order": f"-{column}"}).text, listing)
        assert one == other[::-1] and len(one) == len(rows), order


def test_search_finds_a_row_by_a_word_of_it(listing: Listing, admin: Client) -> None:
    if not listing.search and not listing.fulltext:
        assert admin.get(path_of(listing), {"q": "x"}).status_code == 400
        return
    name = listing.search[0] if listing.search else "title"
    rows = rows_of(listing)
    listing.model._default_manager.filter(pk=rows[0].pk).update(**{name: "One 50%_sure Thing"})
    for words in ("50%_sure", "thing one"):
        page = admin.get(path_of(listing), {"q": words})
        assert shown_in(page.text, listing) == [str(rows[0].pk)], words
    if listing.search:  # signs are letters like any other, not wildcards
        assert shown_in(admin.get(path_of(listing), {"q": "5_%"}).text, listing) == []


@pytest.mark.postgres
def test_the_files_hold_every_row(listing: Listing, admin: Client) -> None:
    keys = sorted(str(row.pk) for row in rows_of(listing))
    key = listing.model._meta.pk.column
    texts = {
        fmt: admin.get(f"/{listing.slug}.{fmt}").getvalue().decode()
        for fmt in ("csv", "json", "ndjson")
    }
    found = {
        "csv": list(csv.DictReader(io.StringIO(texts["csv"]))),
        "json": json.loads(texts["json"]),
        "ndjson": [json.loads(line) for line in texts["ndjson"].splitlines()],
    }
    for fmt, records in found.items():
        assert sorted(str(record[key]) for record in records) == keys, fmt
    assert not set(listing.hidden) & set(found["json"][0])


@pytest.mark.postgres
def test_pages_lead_forth_and_back(listing: Listing, admin: Client) -> None:
    whole = shown_in((rows_of(listing) and admin.get(path_of(listing))).text, listing)
    url, seen, backs = f"{path_of(listing)}?limit=1", [], []
    for _ in whole:
        page = admin.get(url).text
        seen += shown_in(page, listing)
        url, back = link(page, "next"), link(page, "prev")
        backs.append(back)
    assert seen == whole and url == ""
    assert backs[0] == "" and all(backs[1:])
    if len(whole) > 1:
        assert shown_in(admin.get(backs[-1]).text, listing) == [whole[-2]]


def link(html: str, rel: str) -> str:
    found = re.search(rf'<a href="([^"]*)"[^>]* rel="{rel}"', html)
    return found[1].replace("&amp;", "&") if found else ""


def test_htmx_gets_the_part_that_changes(listing: Listing, admin: Client) -> None:
    rows_of(listing)
    part = admin.get(path_of(listing), {"limit": "15"}, headers=HTMX)
    assert part.status_code == 200 and "<html" not in part.text
    assert part["HX-Push-Url"] == f"/{listing.slug}/?limit=15"
    assert part.text.count('id="list"') == 1 and "#status" in part.text


def test_who_is_not_signed_in_is_led_to_the_login(listing: Listing, client: Client) -> None:
    row = rows_of(listing)[0]
    for path in (links.list_path(listing), links.url_of(row)):
        answer = client.get(path)
        assert answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
    assert client.get(f"/{listing.slug}.json").status_code == 401


def test_who_may_not_see_it_is_refused(listing: Listing, member: Client) -> None:
    row = rows_of(listing)[0]
    wanted = 200 if listing.audience in ("member", PLAYERS) else 403
    assert member.get(path_of(listing)).status_code == wanted
    assert member.get(links.url_of(row)).status_code == wanted
    assert member.get(f"/{listing.slug}.csv").status_code == wanted


BAD = {
    "nonsense": "1",
    "order": "no_such_column",
    "limit": "201",
    "after": "not a cursor",
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_parameter_is_refused_by_name(listing: Listing, admin: Client, name: str) -> None:
    asked = {name: BAD[name]}
    page = admin.get(path_of(listing), asked)
    part = admin.get(path_of(listing), asked, headers=HTMX)
    file = admin.get(f"/{listing.slug}.json", asked)
    assert {page.status_code, part.status_code, file.status_code} == {400}
    said = "another order" if name == "after" else name
    assert said in page.text and said in part.text and said in file.json()["detail"]


def test_a_value_that_is_no_such_is_refused_by_name(listing: Listing, admin: Client) -> None:
    for name, control in known_controls(listing).items():
        if control.read.__name__ == "read_text":
            continue
        page = admin.get(path_of(listing), {name: "~nonsense"})
        assert page.status_code == 400 and f"{name} must be" in page.text


@pytest.mark.postgres
def test_a_row_has_a_page_and_a_twin(listing: Listing, admin: Client) -> None:
    row = rows_of(listing)[-1]
    path = links.url_of(row)
    page = admin.get(path)
    assert page.status_code == 200
    twin = path.removesuffix("/") + ".json"
    if is_ours(twin):
        assert str(admin.get(twin).json()[listing.model._meta.pk.column]) == str(row.pk)
    if not is_ours(path):
        return
    for section in listing.panels:
        assert section.title in page.text
    for name in listing.hidden:
        assert f"<dt>{name.capitalize()}</dt>" not in page.text


@pytest.mark.parametrize("key", ["999999", "no-such-key", "9" * 40, "1/2", "%00"])
def test_an_unknown_key_is_not_found(listing: Listing, admin: Client, key: str) -> None:
    assert admin.get(f"/{listing.slug}/{key}/").status_code == 404


def test_a_row_that_breaks_every_rule_opens(listing: Listing, admin: Client) -> None:
    """What a raw INSERT may leave: no time, JSON, number or UTF-8, a reference to nothing."""
    row = rows_of(listing, 1)[0]
    spoil(listing, row)
    for path in (links.list_path(listing), links.url_of(row), f"/{listing.slug}.csv"):
        answer = admin.get(path)
        assert answer.status_code == 200, path
        answer.getvalue()


def spoil(listing: Listing, row: Any) -> None:
    """Put nonsense into each column that no CHECK closes."""
    key = listing.model._meta.pk.column
    for name, field in listing.fields.items():
        if field.primary_key or field.choices or field.unique or name == "origin":
            continue
        nonsense = nonsense_for(field)
        if nonsense:
            sql = f'UPDATE "{listing.table}" SET "{field.column}" = {nonsense} WHERE "{key}" = %s'
            with suppress(IntegrityError), atomic(), connection.cursor() as cursor:
                cursor.execute(sql, [row.pk])


def nonsense_for(field: models.Field[Any, Any]) -> str:
    """As SQL; only SQLite takes a text for a time or a number."""
    loose = connection.vendor == "sqlite"
    if isinstance(field, models.ForeignKey):
        return "" if field.db_constraint else "987654"
    if isinstance(field, models.TextField):
        return "CAST(x'7b80ff3c623e' AS TEXT)" if loose else "'{\"a\": <b>'"
    number = isinstance(field, models.IntegerField | models.FloatField)
    return "'no value'" if loose and (number or isinstance(field, SeedDateTimeField)) else ""
