from __future__ import annotations

import pytest
from django.test import Client

from game.players.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in() -> Client:
    client = Client()
    client.force_login(User.objects.create_user("mira"))
    return client


def test_the_guide_shows_every_family_of_signs(signed_in: Client) -> None:
    text = signed_in.get("/style/").content.decode()
    for name in ("blocker", "golden candidate", "acknowledged", "fraud likely", "faded", "5 of 5"):
        assert name in text
    assert "{%" not in text
    assert "{{" not in text


def test_a_stranger_is_led_to_the_door() -> None:
    answer = Client().get("/style/")
    assert answer.status_code == 302
    assert answer["Location"].endswith("?next=/style/")


@pytest.mark.parametrize(("word", "hue"), [("success", "leaf"), ("error", "blocker")])
def test_a_message_becomes_a_banner_of_its_kind(signed_in: Client, word: str, hue: str) -> None:
    text = signed_in.post("/style/", {"say": word}, follow=True).content.decode()
    above = text[text.index('class="banners"') : text.index('id="flash"')]
    assert f'class="banner" data-hue="{hue}"' in above


def test_a_refusal_is_said_in_the_words_of_the_house(signed_in: Client) -> None:
    answer = signed_in.post("/style/", {"say": "nonsense"})
    assert answer.status_code == 429
    text = answer.content.decode()
    assert "Cooldown active, 41 minutes remaining. Nothing was written." in text
    assert answer["X-Request-Id"] in text


def test_a_refused_fragment_is_one_banner(signed_in: Client) -> None:
    answer = signed_in.post("/style/", {"say": "nonsense"}, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert answer.status_code == 429
    assert text.count('class="banner"') == 1
    assert "<html" not in text
    assert answer["X-Request-Id"] in text


def test_only_reading_and_saying_is_possible(signed_in: Client) -> None:
    assert signed_in.delete("/style/").status_code == 405
