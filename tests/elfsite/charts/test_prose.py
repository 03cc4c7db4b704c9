from __future__ import annotations

from typing import Any

import pytest

from elfsite.charts.prose import JSON_LINES, MARKDOWN_LIMIT, json_lines, markdown
from tests.elfsite.charts.reading import tree


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("**now**", "<p><strong>now</strong></p>"),
        ("# Head", "<h3>Head</h3>"),
        ("##### Head", "<h6>Head</h6>"),
        ("~~old~~", "<s>old</s>"),
        ("`a < b`", "<code>a &lt; b</code>"),
        ("<b onclick=x>hi</b>", "&lt;b onclick=x&gt;hi&lt;/b&gt;"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        (
            "[x](https://a.example)",
            '<a href="https://a.example" rel="nofollow noopener noreferrer">',
        ),
        ("![pic](https://a.example/p.png)", ">pic (picture)</a>"),
    ],
)
def test_markdown(written: str, drawn: str) -> None:
    assert drawn in markdown(written)


def test_a_picture_is_never_loaded() -> None:
    drawn = markdown('![a"b](https://spy.example/beacon.gif?"x)')
    assert "<img" not in drawn
    tree(drawn)


def test_a_table_scrolls_and_needs_no_inline_style() -> None:
    drawn = markdown("| a | b |\n|---|--:|\n| 1 | 2 |")
    assert "style=" not in drawn
    assert '<td class="n">2</td>' in drawn
    assert 'tabindex="0"' in drawn


@pytest.mark.parametrize("nothing", [None, "", "  \n "])
def test_no_text_is_no_box(nothing: object) -> None:
    assert markdown(nothing) == ""


def test_a_text_without_end_is_shown_as_it_is_written() -> None:
    drawn = markdown("*" * (MARKDOWN_LIMIT + 1))
    assert drawn.startswith('<div class="prompt"><pre>***')


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": 1, "b": [True, None]}, '{\n  "a": 1,\n  "b": [\n    true,\n    null\n  ]\n}'),
        ([], "[]"),
        ({}, "{}"),
        ("ü<b>", '"ü<b>"'),
        (0.5, "0.5"),
    ],
)
def test_json_is_indented_and_escaped(value: Any, text: str) -> None:
    assert "".join(tree(json_lines(value)).itertext()) == text


def test_json_without_end_is_cut_and_says_so() -> None:
    lines = json_lines(list(range(100_000))).splitlines()
    assert len(lines) == JSON_LINES + 1
    assert lines[-1].startswith("… and more than these 2,000 lines")


def test_json_of_any_depth_is_drawn() -> None:
    deep: Any = 1
    for _ in range(200):
        deep = [deep]
    assert "[[" in json_lines(deep)
