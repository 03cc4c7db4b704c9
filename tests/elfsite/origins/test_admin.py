from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.test import Client

from elfsite.timeline.models import TimelineEvent
from game.players.models import User
from learning.heuristics.models import Heuristic

pytestmark = pytest.mark.django_db

SEED = json.loads((Path(__file__).parents[2] / "contracts" / "elf_schema.json").read_text())
MODELS = [model for model in apps.get_models() if model._meta.db_table in SEED]


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ada", "a long enough password"))
    return client


def address(model: type[models.Model]) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


def test_every_seed_table_is_in_the_admin() -> None:
    assert len(MODELS) == len(SEED) == 37
    assert all(admin.site.is_registered(model) for model in MODELS)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.db_table)
def test_its_list_opens_searches_and_cannot_delete(ada: Client, model: type[models.Model]) -> None:
    assert ada.get(address(model)).status_code == 200
    assert ada.get(address(model), {"q": "100%"}).status_code == 200
    site_admin = admin.site.get_model_admin(model)
    assert site_admin.list_display and site_admin.show_full_result_count is False


def test_a_member_has_no_admin(client: Client) -> None:
    client.force_login(User.objects.create_user("bob", "a long enough password"))
    assert client.get("/admin/").status_code in {302, 403}


def test_editing_goes_through_the_service(ada: Client) -> None:
    rule = Heuristic.objects.create(domain="git", rule="Keep history", confidence=0.4)
    path = f"{address(Heuristic)}{rule.pk}/change/"
    assert b"confidence" in ada.get(path).content
    answer = ada.post(
        path, {"domain": "git", "rule": "Keep it all", "confidence": "0.99", "is_golden": "on"}
    )
    assert answer.status_code == 302
    rule.refresh_from_db()
    assert (rule.rule, rule.confidence, rule.is_golden) == ("Keep it all", 0.4, False)
    assert TimelineEvent.objects.get(verb="edited").actor == "ada"
