from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from elfsite.listings import limits, registry
from elfsite.search import everything
from game.players.models import User
from learning.heuristics.models import Heuristic
from learning.knowledge.models import Learning, SpikeReport
from tests.factories import make

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def member(client: Client) -> Client:
    client.force_login(User.objects.create_user("reader"))
    return client


def headings(html: str) -> list[str]:
    return re.findall(r"<h2>([^<]+)</h2>", html.partition('id="main"')[2].partition("</main>")[0])


def test_it_finds_rows_of_every_table_what_is_known_first(member: Client) -> None:
    make(Learning, title="A force push lost work")
    make(Heuristic, rule="Never force push to main")
    make(SpikeReport, title="What a force push does")
    page = member.get("/search/", {"q": "push force"})
    assert headings(page.text) == ["Heuristics", "Learnings", "Spikes"]
    assert "Never force push to main" in page.text and 'value="push force"' in page.text


def test_five_rows_of_a_table_then_its_list(member: Client) -> None:
    for number in range(6):
        make(Learning, title=f"deadlock {number}")
    page = member.get("/search/", {"q": "deadlock"}).text
    assert page.count('class="rule"') == 5
    assert '<a href="/learnings/?q=deadlock">All that match</a>' in page


def test_nothing_found_and_nothing_asked(member: Client) -> None:
    assert "Nothing holds “zebra”" in member.get("/search/", {"q": "zebra"}).text
    empty = member.get("/search/").text
    assert "looks through every table" in empty and "Nothing holds" not in empty


def test_what_is_cut_short_is_said_and_leads_on(
    member: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(Learning, title="deadlock")
    monkeypatch.setattr(limits, "SEARCH_MS", 0)
    page = member.get("/search/", {"q": "deadlock"}).text
    assert headings(page) == ["Not searched to the end"]
    assert '<a href="/learnings/?q=deadlock">Learnings</a>' in page


def test_growing_tables_are_asked_last() -> None:
    searched = [each for each in registry.all_listings() if each.search]
    asked = [each.growing for each in sorted(searched, key=everything._cost)]
    assert asked == sorted(asked) and True in asked and False in asked


@pytest.mark.parametrize("text", ["x" * 201, "a b c d e f g h i", "a\x00b"])
def test_too_much_is_refused(member: Client, text: str) -> None:
    page = member.get("/search/", {"q": text})
    assert page.status_code == 400 and "q must be at most" in page.text


@pytest.mark.parametrize("text", ["%", "_", "'", '"OR" NEAR(', "a*", "\\", "<script>"])
def test_signs_are_letters(member: Client, text: str) -> None:
    make(Learning, title="nothing of that")
    page = member.get("/search/", {"q": text})
    assert page.status_code == 200 and "nothing of that" not in page.text
    assert "<script>alert" not in page.text


def test_it_is_for_people_who_signed_in(client: Client) -> None:
    assert client.get(reverse("search"), {"q": "x"}).status_code == 302
