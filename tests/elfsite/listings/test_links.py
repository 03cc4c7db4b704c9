from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from elfsite.doors.models import AgentKey
from elfsite.listings.links import list_url, reference, url_of
from elfsite.listings.registry import by_table
from elfsite.origins.models import Source
from learning.domains.models import DomainMetadata
from learning.heuristics.models import Heuristic
from workflows.trails.models import Trail

MARCH = dt.datetime(2026, 3, 1, 8, 30, tzinfo=dt.UTC)
LISTS = [
    (list_url(Heuristic), "/heuristics/"),
    (list_url(Heuristic, is_golden=True), "/heuristics/?is_golden=1"),
    (list_url(Heuristic, project_path=None), "/heuristics/?project_path=~none"),
    (list_url(Trail, run=7, days=30), "/trails/?run_id=7&days=30"),
    (list_url(Trail, source=Source(pk=3)), "/trails/?source=3"),
    (list_url(Trail, from_=MARCH), "/trails/?from=2026-03-01T08%3A30%3A00%2B00%3A00"),
]


@pytest.mark.parametrize(("found", "wanted"), LISTS)
def test_lists_have_addresses(found: str, wanted: str) -> None:
    assert found == wanted


def test_rows_have_addresses_whatever_their_key_holds() -> None:
    assert url_of(Heuristic(pk=17)) == "/heuristics/17/"
    assert url_of(DomainMetadata(pk="a b/ü?")) == "/domain-metadata/a%20b%2F%C3%BC%3F/"
    assert url_of(AgentKey(pk=1)) == ""
    with pytest.raises(LookupError):
        list_url(AgentKey)


@pytest.mark.django_db
def test_a_domain_of_any_letters_opens(member: Client) -> None:
    domain = DomainMetadata.objects.create(domain="a b/ü?.json")
    assert member.get(url_of(domain)).status_code == 200


def test_a_reference_says_when_no_such_row_is_here() -> None:
    rules = by_table("heuristics")
    assert rules is not None
    assert reference(rules, 17, "Never <b>") == (
        '<a class="soft" href="/heuristics/17/">Never &lt;b&gt;</a>'
    )
    assert 'class="flag"' in reference(rules, 17, None) and "rule 17" in reference(rules, 17, None)
    assert "–" in reference(rules, None, None)


def test_addresses_have_names() -> None:
    assert reverse("listing:list", args=["trails"]) == "/trails/"
    assert reverse("listing:export", args=["trails", "csv"]) == "/trails.csv"
    assert reverse("listing:detail", args=["trails", 7]) == "/trails/7/"
    assert reverse("listing:json", args=["trails", 7]) == "/trails/7.json"
