"""The look as a contract: colours one can read, short files, templates without inline code."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from elfsite.charts.figure import HUES

ROOT = Path(__file__).resolve().parents[2]
CSS = ROOT / "static" / "css"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")
THEMES = ("light", "dark")
LINES = 200  # the most that a stylesheet may have

_PAIR = re.compile(r"--([\w-]+):\s*light-dark\((oklch\([^)]*\)),\s*(oklch\([^)]*\))\)")
_OKLCH = re.compile(r"oklch\(\s*([\d.]+)\s+([\d.]+)\s+([\d.]+)\s*\)")

Rgb = tuple[float, float, float]


def linear_srgb(text: str) -> Rgb:
    """OKLCH as linear sRGB, by the matrices of Björn Ottosson's OKLab."""
    found = _OKLCH.match(text)
    assert found, text
    lightness, chroma, hue = (float(part) for part in found.groups())
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    l_ = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m_ = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s_ = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_,
        -1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_,
        -0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_,
    )


def luminance(colour: Rgb) -> float:
    red, green, blue = (min(1.0, max(0.0, part)) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """WCAG 2.2: 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


COLOURS = {
    name: dict(zip(THEMES, map(linear_srgb, pair), strict=True))
    for name, *pair in _PAIR.findall(TOKENS)
}
WORDS, SHAPES = 4.5, 3.0  # WCAG AA for text, and for what is not text


def allowed_pairs() -> list[tuple[str, str, float]]:
    """Which colour may stand on which ground, and how much contrast it needs (look §2)."""
    sheets = ("paper-0", "paper-1", "paper-2")
    pairs = [
        (ink, sheet, WORDS) for ink in ("ink-1", "ink-2", "ink-3", "accent") for sheet in sheets
    ]
    pairs += [("on-accent", "accent", WORDS), ("ink-1", "paper-3", WORDS)]
    pairs += [("ink-2", "paper-3", WORDS), ("ink-1", "accent-wash", WORDS)]
    pairs += [("accent", "accent-wash", WORDS)]
    pairs += [("line-strong", sheet, SHAPES) for sheet in sheets]
    pairs += [("focus", sheet, SHAPES) for sheet in (*sheets, "paper-3")]
    for hue in sorted(HUES - {"accent", "ink"}):
        grounds = (*sheets, f"{hue}-wash")
        pairs += [(f"{hue}-ink", ground, WORDS) for ground in grounds]
        pairs += [(f"{hue}-mark", ground, SHAPES) for ground in grounds]
        pairs += [(ink, f"{hue}-wash", WORDS) for ink in ("ink-1", "ink-2")]
    return [*pairs, ("night-ink", "night-0", WORDS), ("night-ink-2", "night-0", WORDS)]


def test_there_are_as_many_pairs_as_the_look_measures() -> None:
    assert len(allowed_pairs()) == 116


@pytest.mark.parametrize(("fore", "ground", "needs"), allowed_pairs())
def test_a_colour_can_be_read_on_its_ground(fore: str, ground: str, needs: float) -> None:
    for theme in THEMES:
        assert contrast(COLOURS[fore][theme], COLOURS[ground][theme]) >= needs, theme


@pytest.mark.parametrize("name", sorted(COLOURS))
def test_a_colour_lies_inside_srgb(name: str) -> None:
    for theme, colour in COLOURS[name].items():
        assert all(-0.002 <= part <= 1.002 for part in colour), (theme, colour)


@pytest.mark.parametrize("hue", sorted(HUES))
def test_a_hue_maps_its_three_tokens(hue: str) -> None:
    rule = re.search(rf'\[data-hue="{hue}"\] \{{([^}}]*)\}}', TOKENS)
    assert rule, hue
    assert all(f"--hue-{part}:" in rule[1] for part in ("ink", "mark", "wash"))


@pytest.mark.parametrize("file", sorted(CSS.glob("*.css")), ids=lambda file: file.name)
def test_a_stylesheet_is_short_and_lies_in_a_layer(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LINES
    if file.name != "admin.css":  # Django's admin has no layers, so ours would never win there
        first = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).lstrip()
        assert first.startswith("@layer ")
    assert not re.search(r"url\(\s*[\"']?(https?:)?//", text), "nothing comes from another host"


def test_colours_stand_only_in_the_tokens() -> None:
    for file in CSS.glob("*.css"):
        if file.name not in {"tokens.css", "print.css"}:
            rules = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
            assert not re.search(r"oklch\(|rgba?\(|hsla?\(|#[0-9a-fA-F]{3,8}\b[^\"')]*;", rules), (
                file.name
            )


def test_every_used_token_is_declared() -> None:
    declared = set(re.findall(r"(--[\w-]+):", TOKENS))
    for file in CSS.glob("*.css"):
        text = file.read_text(encoding="utf-8")
        own = set(re.findall(r"(--[\w-]+):", text))
        used = set(re.findall(r"var\((--[\w-]+)", text))
        assert used <= declared | own, (file.name, used - declared - own)


def test_the_head_links_every_stylesheet_once() -> None:
    head = (ROOT / "templates/components/head.html").read_text(encoding="utf-8")
    linked = re.findall(r'"css/([\w-]+\.css)"', head)
    assert linked[0] == "tokens.css", "it declares the order of the layers"
    # the pages of the game, the editor of workflows and who carries a cursor link theirs themselves
    own = {"admin.css", "game.css", "boards.css", "editor.css", "cursors.css"}
    assert sorted(linked) == sorted({f.name for f in CSS.glob("*.css")} - own)


FORBIDDEN = {
    "an inline style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a handler of htmx, which is eval": re.compile(r"\shx-on|hx-vals\s*=\s*[\"']js:|\shx-vars"),
    "a script of its own": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*\bnonce=)[^>]*>", re.I),
    "a style sheet of its own": re.compile(r"<style\b", re.IGNORECASE),
    "something from another host": re.compile(
        r"(src|<link[^>]*href)\s*=\s*[\"'](https?:)?//", re.I
    ),
}


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda f: str(f.relative_to(ROOT / "templates")))
def test_a_template_passes_our_policy(file: Path) -> None:
    text = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    found = [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]
    assert found == []


@pytest.mark.parametrize("file", sorted((ROOT / "static/js").rglob("*.mjs")), ids=lambda f: f.name)
def test_a_module_needs_no_eval_and_asks_no_other_host(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("http://www.w3.org/", "")  # names, not hosts
    assert not re.search(r"\beval\(|new Function\(|\.innerHTML\s*=|document\.write", text)
    assert not re.search(r"(https?|wss?):?//\w", text)


def test_every_vendored_thing_has_its_licence() -> None:
    fonts = ROOT / "static/vendor/fonts"
    families = {file.name.split("-latin")[0] for file in fonts.glob("*.woff2")}
    assert families
    assert {file.stem for file in fonts.glob("*.LICENSE")} == families
