"""Templates: what is filled, what is refused, and that nothing else is reached (row C19)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.conductor.prompts import TemplateError, check, prompt_hash, render

CONTEXT = {"who": "bob", "n": 3, "deep": {"list": [{"a-b": 1}, "x"]}, "flag": True, "none": None}


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("hi {who}", "hi bob"),
        ("{n} {flag} {none}", "3 True None"),
        ("{deep.list[0].a-b}{deep[list][-1]}", "1x"),
        ("{deep['list']}", '[{"a-b":1},"x"]'),
        ("{{who}} {{}}", "{who} {}"),
        ("", ""),
    ],
)
def test_what_is_filled(template: str, filled: str):
    assert render(template, CONTEXT) == filled


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{gone}", "holds nothing called 'gone'"),
        ("{who.upper}", "holds nothing called 'who.upper'"),
        ("{deep.list[2]}", "holds nothing"),
        ("{deep.list[99999999999]}", "holds nothing"),
        ("{who.__class__.__init__.__globals__}", "holds nothing"),
        ("{who!r}", "Character 1: { opens or closes no name"),
        ("{n:>99999999}", "Character 1"),
        ('{"a": 1}', "a brace itself is written {{"),
        ("a } b", "Character 3: } opens"),
        ("{}", "Character 1"),
        ("{0}", "Character 1"),
    ],
)
def test_what_is_refused(template: str, said: str):
    with pytest.raises(TemplateError, match=said.replace("{", r"\{").replace("}", r"\}")):
        render(template, CONTEXT)


@given(st.text(alphabet="{}[].!:'\"abwho_0-9 ", max_size=60))
def test_no_text_does_anything_else(template: str):
    try:
        filled = render(template, CONTEXT)
    except TemplateError:
        return
    assert check(template) == ""
    assert "<" not in filled  # as the repr of an object or a method has


@given(st.text())
def test_escaped_text_stays(text: str):
    assert render(text.replace("{", "{{").replace("}", "}}"), {}) == text


def test_the_hash_is_short():
    assert prompt_hash("hi bob") == "bf2449413ed0d64b"
