"""What one list shows of some rows: conditions, sentence, chips, count, time, source."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from elfsite.listings import limits, query
from elfsite.listings.rows import render_rows
from elfsite.origins.models import Source
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from learning.knowledge.models import Learning, SpikeReport
from tests.factories import make
from workflows.conductor.models import WorkflowRun
from workflows.trails.models import Trail

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def said(html: str) -> str:
    found = re.search(r'<p class="said">(.*?)</p>', html, re.S)
    assert found
    return plain(found[1])


def keys(html: str) -> list[int]:
    return [int(key) for key in re.findall(r'data-row="\w+:(\d+)"', html)]


def test_a_list_says_in_a_sentence_what_it_shows(member: Client) -> None:
    make(Heuristic, domain="git", confidence=0.3)
    make(Heuristic, domain="git", confidence=0.1)
    page = member.get("/heuristics/?domain=git&confidence_min=0.20").text
    assert said(page) == (
        "1 rule with domain git × with confidence from 0.2 × confidence, high first Clear"
    )
    assert 'href="/heuristics/?domain=git"' in page and 'href="/heuristics/?confidence_min' in page


def test_flags_and_missing_values_have_words(member: Client) -> None:
    rule = make(Heuristic, is_golden=False, project_path=None)
    page = member.get("/heuristics/?is_golden=0&project_path=~none").text
    assert keys(page) == [rule.pk]
    assert said(page).startswith("1 rule not golden × with project everywhere ×")


def test_gone_rows_are_hidden_and_found(member: Client) -> None:
    source = make(Source)
    here = make(Learning, origin=source, origin_key="1")
    gone = make(Learning, origin=source, origin_key="2", gone_at=timezone.now())
    assert keys(member.get("/learnings/").text) == [here.pk]
    page = member.get("/learnings/?gone=1").text
    assert keys(page) == [gone.pk] and '<tr class="gone"' in page
    assert "Its source no longer has this row" in member.get(f"/learnings/{gone.pk}/").text


def test_rows_are_narrowed_by_their_source(member: Client) -> None:
    one, other = make(Source, name="One"), make(Source, name="Other")
    ours = make(Learning)
    theirs = make(Learning, origin=one, origin_key="1")
    make(Learning, origin=other, origin_key="1")
    assert keys(member.get("/learnings/?source=ours").text) == [ours.pk]
    page = member.get(f"/learnings/?source={one.pk}").text
    assert keys(page) == [theirs.pk] and "from One ×" in said(page)


def test_an_empty_window_leads_to_the_time_of_the_last_row(member: Client) -> None:
    then = dt.datetime(2026, 1, 10, 10, 0, tzinfo=dt.UTC)
    old = make(Learning, created_at=then)
    with time_machine.travel(dt.datetime(2026, 11, 20, tzinfo=dt.UTC), tick=False):
        page = member.get("/learnings/?days=7").text
        assert "The last one is" in page and "10 months ago" in page
        address = re.search(r'href="([^"]+)"[^>]*>show that time', page)
        assert address
        then_page = member.get(address[1].replace("&amp;", "&")).text
    assert keys(then_page) == [old.pk]
    assert "2026-01-10 10:00:00 UTC</time>" in then_page  # not "10 months ago": it is that time


def test_at_another_time_later_rows_are_not_there_and_nothing_is_live(member: Client) -> None:
    make(Learning, created_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    old = make(Learning, created_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    page = member.get("/learnings/?asof=2026-02-01").text
    assert keys(page) == [old.pk]
    assert "data-live-table" not in page and "data-live-table" in member.get("/learnings/").text


def test_more_rows_than_are_counted_are_more_than_so_many(
    member: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "COUNT_MOST", 2)
    for _ in range(3):
        make(Learning)
    assert said(member.get("/learnings/?limit=1").text).startswith("more than 2 learnings")
    assert said(member.get("/learnings/").text).startswith("3 learnings")


def test_a_count_that_takes_too_long_is_many(
    member: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        make(Learning)

    def never(*args: object, **kwargs: object) -> int:
        with limits.time_limit(1), connection.cursor() as cursor:
            cursor.execute(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99999999)"
                " SELECT count(*) FROM n"
            )
        return 0

    monkeypatch.setattr("django.db.models.QuerySet.count", never)
    assert said(member.get("/learnings/?limit=1").text).startswith("many learnings")


def test_a_search_that_takes_too_long_keeps_the_form(
    member: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(Learning)
    monkeypatch.setattr(limits, "LIST_MS", 0)
    monkeypatch.setattr(limits, "STEPS", 1)
    monkeypatch.setattr(query, "page_of", slow)
    page = member.get("/learnings/?q=words")
    assert page.status_code == 400
    assert "This search took longer than" in page.text and 'value="words"' in page.text
    part = member.get("/learnings/?q=words", headers={"HX-Request": "true"})
    assert part.status_code == 400 and "Narrow it" in part.text and "<form" not in part.text


def slow(*args: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99999999)"
            " SELECT count(*) FROM n"
        )


def test_a_reference_to_nothing_hides_no_row(member: Client) -> None:
    """A join would drop it: the column is required, so Django joins strictly."""
    row = make(ConfidenceUpdate)
    ConfidenceUpdate.objects.filter(pk=row.pk).update(heuristic_id=987654)
    page = member.get("/confidence-updates/").text
    assert keys(page) == [row.pk] and 'class="flag"' in page and "rule 987654" in page
    Heuristic.objects.all().delete()
    assert member.get(f"/confidence-updates/{row.pk}/").status_code == 200


def test_full_text_finds_words_in_any_column(member: Client) -> None:
    spike = make(SpikeReport, title="Queues", findings="Backpressure <b> matters.")
    make(SpikeReport, title="Other")
    assert keys(member.get("/spike-reports/?q=backpress").text) == [spike.pk]
    assert keys(member.get('/spike-reports/?q="OR" NEAR(').text) == []


def test_what_agents_wrote_is_escaped_everywhere(member: Client) -> None:
    bad = '<script>alert(1)</script>"onx='
    run = make(WorkflowRun, workflow_name=bad)
    trail = make(Trail, run=run, location=bad, scent=bad, agent_id=bad, message=bad)
    for path in (
        "/trails/",
        f"/trails/{trail.pk}/",
        f"/trails/?location={bad}",
        "/search/?q=alert",
    ):
        text = member.get(path).text
        assert "<script>alert" not in text and '"onx' not in text, path


def test_private_columns_are_for_stewards(member: Client, steward: Client) -> None:
    from workflows.sessions.models import SessionContext

    row = make(SessionContext, context_preview="the secret task")
    paths = (f"/session-contexts/{row.pk}/", "/session-contexts.csv", "/session-contexts.ndjson")
    for path in paths:
        assert b"the secret task" not in member.get(path).getvalue(), path
        assert b"the secret task" in steward.get(path).getvalue(), path


def test_rows_for_the_live_pages_are_those_of_the_list(member: Client) -> None:
    rule = make(Heuristic)
    gone = make(Heuristic, gone_at=timezone.now())
    found = render_rows({"heuristics": {str(rule.pk), str(gone.pk), "x"}, "jobs": {"1"}})
    assert found == {}  # a key that is none: nothing of that table
    found = render_rows({"heuristics": {str(rule.pk), str(gone.pk)}, "no_such": {"1"}})
    assert list(found) == [f"heuristics:{rule.pk}"]
    assert found[f"heuristics:{rule.pk}"] in member.get("/heuristics/").text


def test_values_that_exist_are_offered_and_found_by_the_index(member: Client) -> None:
    for domain in ("git", "api", "git"):
        make(Learning, domain=domain)
    page = member.get("/learnings/").text
    assert '<option value="api">' in page and page.index('"api"') < page.index('value="git"')
    assert "any of 2" in page
