"""The words of templates."""

from __future__ import annotations

import math

import pytest
from django.template import Context, Template


def drawn(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1902345, "1,902,345"),
        (-3, "−3"),
        (92.4, "92.4"),
        (3.0, "3"),
        (0.12345, "0.123"),
        (None, "–"),
        ("", "–"),
        ("12 or so", "12 or so"),
        (math.nan, "nan"),
        (True, "True"),
    ],
)
def test_num(value: object, said: str) -> None:
    assert drawn("{{ value|num }}", value=value) == said


def test_num_with_places() -> None:
    assert drawn("{{ value|num:3 }}", value=0.5) == "0.500"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('{{ 1|plural:"rule" }}', "1 rule"),
        ('{{ 1902|plural:"rule" }}', "1,902 rules"),
        ('{{ 2|plural:"entry,entries" }}', "2 entries"),
        ('{% for w in "a b"|words %}{{ w }}.{% endfor %}', "a.b."),
        ('{{ "src/a.py"|path }}', '<span class="path"><i>src/</i>a.py</span>'),
        ('{{ "a.py"|path }}', '<span class="path">a.py</span>'),
        ('{{ "src/"|path }}', '<span class="path">src/</span>'),
        ('{{ "git"|genus }}', '<i class="genus">git</i>'),
        ("{{ None|genus }}", ""),
    ],
)
def test_words(source: str, said: str) -> None:
    assert drawn(source) == said


@pytest.mark.parametrize("name", ["scent", "state", "alert", "stage", "trust", "severity", "fraud"])
def test_each_family_has_a_filter(name: str) -> None:
    assert 'class="mark"' in drawn(f"{{{{ value|{name} }}}}", value="<any>")
    assert "&lt;any&gt;" in drawn(f"{{{{ value|{name} }}}}", value="<any>")


def test_a_mark_in_a_title_is_boxed() -> None:
    assert 'class="mark boxed"' in drawn('{% mark "state" "running" boxed=True %}')


def test_a_plate_escapes_its_head_and_draws_its_body() -> None:
    source = '{% plate title sub="why" href="/x?a=1&b" more="All" %}<b>body</b>{% endplate %}'
    said = drawn(source, title="<Hot>")
    assert "<h2>&lt;Hot&gt;</h2>" in said
    assert "<b>body</b>" in said
    assert 'href="/x?a=1&amp;b">All</a>' in said


def test_boxes_that_scroll_can_be_reached_and_have_a_name() -> None:
    for tag in ("scroller", "figbox"):
        said = drawn(f'{{% {tag} "<Rules>" %}}x{{% end{tag} %}}')
        assert 'tabindex="0"' in said
        assert 'aria-label="&lt;Rules&gt;"' in said


def test_the_leaf_and_the_spark_of_a_row() -> None:
    assert "0.934" in drawn("{% confidence 0.934 74 4.6 hue='gold' %}")
    assert 'class="spark"' in drawn("{% spark days %}", days=[1, 2, 3])
    assert 'class="pulse"' in drawn("{% pulse %}")
