"""What every figure shares: its size class, its scrolling box, its words."""

from __future__ import annotations

from django.utils.html import escape
from django.utils.safestring import SafeString

# the hues that tokens.css maps to --hue-ink, --hue-mark and --hue-wash
HUES = frozenset(
    {"leaf", "gold", "blocker", "warning", "hot", "cold", "discovery", "read", "write"}
    | {"accent", "ink"}
)


def hue_or_ink(hue: str) -> str:
    """A hue that the stylesheets know; anything else is ink."""
    return hue if hue in HUES else "ink"


def size(width: float) -> str:
    """Size class of a figure: it may grow or shrink by a quarter, then its box scrolls."""
    if width >= 1000:
        return "full"
    return "wide" if width >= 600 else "slim" if width >= 300 else "mini"


def figbox(label: str, drawing: str) -> SafeString:
    """A drawing in a box that scrolls and that the keyboard reaches; *drawing* is SVG text."""
    return SafeString(
        f'<div class="figbox" tabindex="0" role="region" aria-label="{escape(label)}">'
        f"{drawing}</div>"
    )


def plate_svg(kind: str, width: float, height: float, label: str, inner: str, **data: str) -> str:
    """The outer element of a figure; *inner* is safe SVG, *data* becomes ``data-…`` attributes."""
    more = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
    return (
        f'<svg class="plate-svg {size(width)} {kind}"{more} viewBox="0 0 {width:g} {height:g}"'
        f' role="img" aria-label="{escape(label)}">{inner}</svg>'
    )


def fit(text: str, room: float, per_letter: float = 7.3) -> str:
    """*text* cut to *room* pixels with an ellipsis; empty where fewer than six letters fit."""
    letters = int(room / per_letter)
    if len(text) <= letters:
        return text
    return "" if letters < 6 else text[: letters - 1].rstrip("._-/") + "…"


def split_path(path: str) -> tuple[str, str]:
    """The folder with its last slash, and the file: ``src/a.py`` is ``("src/", "a.py")``."""
    folder, slash, name = path.rpartition("/")
    return (folder + slash, name) if name else ("", path)
