from __future__ import annotations

import re

import pytest
from django.apps import apps

from elfsite.charts import glyphs
from elfsite.charts.figure import HUES
from tests.elfsite.charts.reading import tree

# columns whose words have a sign, and the family that gives it
FAMILY_OF = {
    "status": "state",
    "state": "state",
    "review_outcome": "state",
    "severity": "severity",
    "classification": "fraud",
    "update_type": "outcome",
    "event_type": "kind",
    "response_type": "kind",
    "decision_type": "kind",
    "trust_class": "trust",
}


def recorded_words() -> list[tuple[str, str]]:
    """(family, word) of every documented value of every table."""
    found = set()
    for model in apps.get_models():
        for field in model._meta.get_fields():
            family = FAMILY_OF.get(field.name)
            if model._meta.db_table == "meta_alerts" and field.name == "state":
                family = "alert"
            if model._meta.db_table == "learnings" and field.name == "type":
                family = "kind"
            for word, _ in getattr(field, "choices", None) or []:
                if family:
                    found.add((family, str(word)))
    return sorted(found)


def test_every_documented_value_of_every_table_has_a_sign() -> None:
    words = recorded_words()
    assert len(words) > 50, "the models were looked at"
    plain = [w for w in words if glyphs.sign(glyphs.FAMILIES[w[0]], w[1]).glyph == glyphs.PLAIN]
    assert plain == []


@pytest.mark.parametrize("family", sorted(glyphs.FAMILIES))
def test_a_family_uses_glyphs_and_hues_that_exist(family: str) -> None:
    for word, sign in glyphs.FAMILIES[family].items():
        assert sign.glyph in glyphs.GLYPHS, word
        assert sign.hue in HUES, word


def test_the_sprite_holds_each_glyph_once_and_a_pattern_per_scent() -> None:
    names = re.findall(r'id="([\w-]+)"', glyphs.sprite())
    assert len(names) == len(set(names))
    assert {f"g-{name}" for name in glyphs.GLYPHS} <= set(names)
    assert set(glyphs.SCENTS) == glyphs.PATTERNS
    tree(glyphs.sprite())


@pytest.mark.parametrize(
    ("family", "value", "word", "hue"),
    [
        ("state", "completed", "completed", "leaf"),
        ("state", " Running ", "running", "accent"),
        ("state", "true_positive", "true positive", "blocker"),
        ("alert", "ack", "acknowledged", "accent"),
        ("alert", "active", "active", "blocker"),
        ("severity", 5, "5 of 5", "blocker"),
        ("fraud", "fraud_likely", "fraud likely", "hot"),
        ("outcome", "success", "held", "leaf"),
        ("scent", "blocker", "blocker", "blocker"),
        ("scent", "some_thing", "some thing", "ink"),
    ],
)
def test_a_word_gets_its_sign(family: str, value: object, word: str, hue: str) -> None:
    mark = tree(glyphs.mark_of(family, value))[0]
    assert "".join(mark.itertext()) == word
    assert mark.get("data-hue") == hue


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_has_no_sign(nothing: object) -> None:
    assert glyphs.mark_of("state", nothing) == ""


def test_an_unknown_word_is_shown_as_written_and_escaped() -> None:
    mark = glyphs.mark_of("scent", "<b>Compost</b>")
    assert "&lt;b&gt;Compost" in mark
    assert "#g-plain" in mark


def test_an_unknown_glyph_is_plain_and_an_unknown_family_a_mistake() -> None:
    assert "#g-plain" in glyphs.use("no-such")
    with pytest.raises(KeyError):
        glyphs.mark_of("no-such", "x")


def test_failed_breaks_the_circle() -> None:
    """Of the states of a run only the failed one is no circle, so it is seen without its hue."""
    source = glyphs.sprite()
    drawn = {
        word: re.search(rf'id="g-{glyphs.STATES[word].glyph}"[^>]*>(.*?)</symbol>', source)
        for word in ("completed", "running", "pending", "skipped", "cancelled", "failed")
    }
    round_ones = {w for w, m in drawn.items() if m and ("<circle" in m[1] or "a7.2 7.2" in m[1])}
    assert set(drawn) - round_ones == {"failed"}
