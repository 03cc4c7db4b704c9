"""Long texts: Markdown drawn safely, JSON drawn readably.

Texts come from agents and are not trusted. HTML in them is shown as text, links get no referrer
and no credit, pictures are never loaded (their address may be a beacon) but become links.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

HEADING_SHIFT = 2  # a page has h1, a plate has h2
MARKDOWN_LIMIT = 200_000  # characters; a longer text is shown as it is written
JSON_LINES = 2_000  # of a pretty-printed block; the rest is cut, and said to be
JSON_DEPTH = 40  # below it a value stands on one line


def _image_as_link(
    self: RendererHTML, tokens: Sequence[Token], i: int, options: OptionsDict, env: EnvType
) -> str:
    address = escape(str(tokens[i].attrGet("src") or ""))
    words = escape(tokens[i].content or "picture")
    return f'<a href="{address}" rel="nofollow noopener noreferrer">{words} (picture)</a>'


def _link_open(
    self: RendererHTML, tokens: Sequence[Token], i: int, options: OptionsDict, env: EnvType
) -> str:
    tokens[i].attrSet("rel", "nofollow noopener noreferrer")
    return self.renderToken(tokens, i, options, env)


def _table_open(
    self: RendererHTML, tokens: Sequence[Token], i: int, options: OptionsDict, env: EnvType
) -> str:
    return '<div class="table" tabindex="0" role="group" aria-label="Table"><table>'


def _table_close(
    self: RendererHTML, tokens: Sequence[Token], i: int, options: OptionsDict, env: EnvType
) -> str:
    return "</table></div>"


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    reader.add_render_rule("image", _image_as_link)
    reader.add_render_rule("link_open", _link_open)
    reader.add_render_rule("table_open", _table_open)
    reader.add_render_rule("table_close", _table_close)
    return reader


_READER = _reader()


def _lower_headings(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + HEADING_SHIFT)}"
        # alignment comes as an inline style, which our policy forbids
        style = token.attrs.pop("style", None)
        if style == "text-align:right":
            token.attrSet("class", "n")


@lru_cache(maxsize=256)
def _markdown(text: str) -> str:
    tokens = _READER.parse(text)
    _lower_headings(tokens)
    return str(_READER.renderer.render(tokens, _READER.options, {}))


def markdown(text: object) -> SafeString:
    """*text* as HTML in a ``.prose`` box; empty for None and for what is only white."""
    written = str(text or "").strip()
    if not written:
        return SafeString("")
    if len(written) > MARKDOWN_LIMIT:
        return SafeString(f'<div class="prompt"><pre>{escape(written)}</pre></div>')
    return SafeString(f'<div class="prose">{_markdown(written)}</div>')


def _scalar(value: Any) -> str:
    kind = "s" if isinstance(value, str) else "v"
    return f'<span class="{kind}">{escape(json.dumps(value, ensure_ascii=False))}</span>'


def _key(key: object) -> str:
    return f'<span class="k">{escape(json.dumps(str(key), ensure_ascii=False))}</span>: '


def _lines(value: Any, depth: int, out: list[str], head: str, tail: str) -> None:
    """Add the lines of *value* to *out*, until there are enough of them."""
    pad = "  " * depth
    if len(out) > JSON_LINES:
        return
    if not isinstance(value, dict | list):
        out.append(f"{pad}{head}{_scalar(value)}{tail}")
    elif not value or depth >= JSON_DEPTH:
        out.append(f"{pad}{head}{escape(json.dumps(value))}{tail}")
    else:
        pairs = value.items() if isinstance(value, dict) else [(None, item) for item in value]
        out.append(f"{pad}{head}{'{' if isinstance(value, dict) else '['}")
        for i, (key, item) in enumerate(pairs, 1):
            comma = "," if i < len(value) else ""
            _lines(item, depth + 1, out, "" if key is None else _key(key), comma)
        out.append(f"{pad}{'}' if isinstance(value, dict) else ']'}{tail}")


def json_lines(value: Any) -> SafeString:
    """A parsed JSON value, indented, keys and values marked for the stylesheet, bounded."""
    out: list[str] = []
    _lines(value, 0, out, "", "")
    if len(out) > JSON_LINES:
        out = [*out[:JSON_LINES], f"… and more than these {JSON_LINES:,} lines"]
    return SafeString("\n".join(out))
