"""Ties between rules, their places on the sheet, and the page that shows them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from elfsite.listings import facets
from learning.heuristics import graph_index
from learning.heuristics.graph import Index, lines_among, words_of
from learning.heuristics.graph_figure import Dot, places
from learning.heuristics.models import Heuristic

RULES = {
    1: "Retry flaky network calls with jitter",
    2: "Retry network calls twice",
    3: "Never retry payments",
    4: "Network calls need timeouts and jitter, retry never without them",
    5: "",
}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Use the big red API", set()),  # three letters say little
        ("Because NETWORK calls need it", {"network", "calls"}),
        ("", set()),
    ],
)
def test_the_words_of_a_rule(text: str, words: set[str]) -> None:
    assert words_of(text) == words


def test_ties_need_two_words_and_a_fifth_of_the_longer_rule() -> None:
    ties = Index(RULES.items()).near(1)
    assert [(tie.pk, tie.words) for tie in ties] == [
        (2, ("calls", "network", "retry")),
        (4, ("calls", "jitter", "network", "retry")),  # more words, but it has seven
    ]
    assert ties[0].share > ties[1].share > 0.2


def test_a_rule_that_is_not_there_has_no_ties() -> None:
    assert Index(RULES.items()).near(99) == []


def test_a_rule_keeps_ten_ties() -> None:
    assert len(Index((i, "retry network calls") for i in range(50)).near(7)) == 10


def test_refreshing_follows_every_change() -> None:
    index = Index(RULES.items())
    index.refresh({1: RULES[1], 2: "Write tests first"}.items())
    assert (len(index), index.near(1)) == (2, [])
    index.refresh({1: RULES[1], 6: RULES[2]}.items())
    assert [tie.pk for tie in index.near(1)] == [6]


texts = st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta"]), max_size=5)


@given(st.lists(texts, max_size=8), st.lists(texts, max_size=8))
def test_a_refreshed_index_is_a_new_one(first: list[list[str]], then: list[list[str]]) -> None:
    index = Index(enumerate(map(" ".join, first)))
    index.refresh(enumerate(map(" ".join, then)))
    fresh = Index(enumerate(map(" ".join, then)))
    assert [index.near(i) for i in range(8)] == [fresh.near(i) for i in range(8)]


@given(st.lists(texts, min_size=2, max_size=8))
def test_ties_are_those_of_comparing_all_pairs(rules: list[list[str]]) -> None:
    words = [frozenset(rule) for rule in rules]
    index = Index(enumerate(map(" ".join, rules)))
    for i, mine in enumerate(words):
        shared = {j: len(mine & w) / max(len(mine), len(w), 1) for j, w in enumerate(words)}
        expected = {
            j for j, share in shared.items() if j != i and len(mine & words[j]) >= 2 and share > 0.2
        }
        assert {tie.pk for tie in index.near(i)} == expected


def test_lines_join_domains_only_and_each_pair_once() -> None:
    index = Index(RULES.items())
    same = dict.fromkeys(RULES, "net")
    assert lines_among(same, index) == []
    pairs = [(line.one, line.other) for line in lines_among(same | {2: "api"}, index)]
    assert pairs == [(1, 2), (2, 4)]


@given(st.lists(st.integers(0, 12), min_size=1, max_size=120))
def test_every_rule_stands_in_the_bed_of_its_domain(domains: list[int]) -> None:
    dots = [Dot(i, "A rule", f"d{d}", i / 120, "learning", "") for i, d in enumerate(domains)]
    beds, spots, height = places(dots)
    assert sum(count for count, _ in beds.values()) == len(spots) == len(dots)
    for dot in dots:
        box, spot = beds[dot.domain][1], spots[dot.pk]
        assert box.x <= spot.x <= box.x + box.width
        assert box.y <= spot.y <= box.y + box.height <= height + 1e-6
    assert len({(spot.x, spot.y) for spot in spots.values()}) == len(dots)


Make = Callable[..., Heuristic]


@pytest.fixture
def _nothing_kept() -> Iterator[None]:
    graph_index.forget()
    facets.forget()
    yield
    graph_index.forget()
    facets.forget()


@pytest.fixture
def reader(client: Client, member: Any, _nothing_kept: None) -> Client:
    client.force_login(member)
    return client


@pytest.fixture
def three(a_rule: Make) -> list[Heuristic]:
    return [
        a_rule(0.9, rule=RULES[1], domain="net", is_golden=True),
        a_rule(0.8, rule=RULES[2], domain="api"),
        a_rule(0.4, rule=RULES[3], domain="pay"),
    ]


def shown(html: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'<a id="h(\d+)"', html)]


def get(reader: Client, query: str = "") -> str:
    answer = reader.get(f"/heuristics/graph/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.postgres
@pytest.mark.django_db
def test_rules_stand_in_the_order_of_their_confidence(
    reader: Client, three: list[Heuristic]
) -> None:
    html = get(reader)
    assert shown(html) == [rule.pk for rule in three]
    assert 'class="ties"' in html
    assert "1 tie between domains" in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "places"),
    [("?domain=api", [1]), ("?is_golden=1", [0]), ("?q=payments", [2]), ("?q=nobody", [])],
)
def test_the_filters_are_those_of_the_list(
    reader: Client, three: list[Heuristic], query: str, places: list[int]
) -> None:
    assert shown(get(reader, query)) == [three[i].pk for i in places]


@pytest.mark.django_db
def test_a_chosen_rule_shows_its_ties_and_the_words(reader: Client, three: list[Heuristic]) -> None:
    html = get(reader, f"?domain=net&rule={three[0].pk}")
    assert re.search(r'aria-current="true"', html)
    assert "calls, network, retry" in html
    assert "not on this sheet" in html


@pytest.mark.django_db
def test_around_a_rule_stands_what_is_near(reader: Client, three: list[Heuristic]) -> None:
    assert shown(get(reader, f"?around={three[1].pk}")) == [three[0].pk, three[1].pk]


@pytest.mark.django_db
def test_pages_follow_each_other_without_a_gap(reader: Client, a_rule: Make) -> None:
    rules = {a_rule(0.5, rule=f"Rule number {i}").pk for i in range(7)}
    html, seen = get(reader, "?limit=3"), list[int]()
    while True:
        seen += shown(html)
        following = re.search(r'<a href="/heuristics/graph/([^"]+)" rel="next"', html)
        if following is None:
            break
        html = get(reader, following[1].replace("&amp;", "&"))
    assert len(seen) == len(rules)
    assert set(seen) == rules


@pytest.mark.django_db
def test_queries_do_not_grow_with_the_rules(
    reader: Client, a_rule: Make, django_assert_max_num_queries: Any
) -> None:
    rules = [a_rule(0.5, rule=f"Retry network calls {i}", domain=f"d{i % 9}") for i in range(60)]
    get(reader)
    with django_assert_max_num_queries(8):
        get(reader, f"?rule={rules[0].pk}&limit=15")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?rule=abc", 400),
        ("?around=99999999999999999999999", 400),
        ("?nobody=1", 400),
        ("?limit=5000", 400),
        ("?around=999", 404),
        ("?rule=999", 200),
    ],
)
def test_bad_addresses(reader: Client, query: str, status: int) -> None:
    assert reader.get(f"/heuristics/graph/{query}").status_code == status


@pytest.mark.django_db
def test_without_rules_the_page_says_what_fills_it(reader: Client) -> None:
    assert "Agents record rules as they learn" in get(reader)


@pytest.mark.django_db
def test_nobody_reads_without_signing_in(client: Client) -> None:
    assert client.get("/heuristics/graph/").status_code == 302
