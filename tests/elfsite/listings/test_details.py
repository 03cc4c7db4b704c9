"""The page of one row: facts, texts, where it comes from, what hangs on it, what happened."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from elfsite.listings.links import url_of
from elfsite.origins.models import Source
from elfsite.timeline.log import write
from learning.fraud.models import AnomalySignal, FraudReport
from learning.knowledge.models import Cycle, Decision, Experiment, Learning
from tests.factories import make
from workflows.conductor.models import ConductorDecision, NodeExecution

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_long_texts_are_markdown_and_never_html(member: Client) -> None:
    row = make(Decision, context="# Why\n\n* one\n* <b>two</b>\n\n[x](javascript:alert(1))")
    text = member.get(url_of(row)).text
    assert "<h3>Why</h3>" in text and "&lt;b&gt;two" in text and 'href="javascript' not in text


def test_json_is_drawn_and_what_is_none_is_shown_as_written(member: Client) -> None:
    good = make(ConductorDecision, decision_data='{"why": [1, "<i>"]}')
    bad = make(ConductorDecision, decision_data='{"why": ')
    text = member.get(url_of(good)).text
    assert 'class="prompt json"' in text and "&lt;i&gt;" in text
    text = member.get(url_of(bad)).text
    assert "not readable as JSON" in text and "{&quot;why&quot;: " in text


def test_what_machines_read_is_shown_letter_for_letter(member: Client) -> None:
    row = make(NodeExecution, prompt="# not a heading\n*stars*")
    assert "# not a heading\n*stars*" in member.get(url_of(row)).text


def test_a_row_says_where_it_comes_from(member: Client) -> None:
    source = make(Source, name="The other one")
    row = make(Learning, origin=source, origin_key="k-17", governed_at=timezone.now())
    text = member.get(url_of(row)).text
    assert "The other one" in text and "k-17" in text and "Governed here" in text
    assert "recorded here" in member.get(url_of(make(Learning))).text


def test_children_are_shown_and_lead_to_their_list(member: Client) -> None:
    experiment = make(Experiment)
    for number in range(11):
        make(Cycle, experiment=experiment, try_summary=f"try {number}")
    make(Cycle, try_summary="of another")
    text = member.get(url_of(experiment)).text
    assert len(re.findall(r">try \d+</a>", text)) == 10 and "of another" not in text
    address = re.search(r'href="(/cycles/\?[^"]+)">All cycles', text)
    assert address and "11 cycles" in member.get(address[1]).text


def test_a_report_shows_its_signals(member: Client) -> None:
    report = make(FraudReport)
    make(AnomalySignal, fraud_report=report, detector_name="growth curve")
    assert "growth curve" in member.get(f"/fraud-reports/{report.pk}/").text


def test_a_row_tells_what_happened_to_it(member: Client) -> None:
    row = make(Learning)
    with write("mira") as w:
        w.event("knowledge", "edited", row, "The title was mended")
    text = member.get(url_of(row)).text
    assert "The title was mended" in text and "mira" in text
    assert "Nothing has been done to it here." in member.get(url_of(make(Learning))).text


def test_no_field_is_left_out(member: Client) -> None:
    row = make(Learning)
    text = member.get(url_of(row)).text
    for label in ("Title", "Summary", "Filepath", "Severity", "Created at", "Updated at", "ID"):
        assert f"<dt>{label}</dt>" in text, label
