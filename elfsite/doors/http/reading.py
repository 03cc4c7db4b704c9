"""The body of a request: bounded, unpacked, parsed, and of nothing that a database would refuse."""

from __future__ import annotations

import json
import math
import zlib
from typing import Any, NoReturn

from django.http import HttpRequest

from elfsite.errors import Refused

BODY_MOST = 1024 * 1024  # bytes, as sent and as unpacked
DEPTH_MOST = 32  # of nested lists and objects
TOO_LARGE = Refused("too_large", "A body has at most 1 MB, unpacked too.", status=413)


def raw_body(request: HttpRequest) -> bytes:
    """The body as sent, unpacked. Raises Refused 413 when too large, 415 for another coding."""
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > BODY_MOST:
        raise TOO_LARGE
    sent = request.read(BODY_MOST + 1)
    if len(sent) > BODY_MOST:
        raise TOO_LARGE
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding in {"", "identity"}:
        return sent
    if coding != "gzip":
        raise Refused("bad_coding", "A body may be packed with gzip, nothing else.", status=415)
    return _unpacked(sent)


def _unpacked(sent: bytes) -> bytes:
    """At most one byte more than allowed is ever unpacked, whatever the archive claims."""
    unpacker = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        found = unpacker.decompress(sent, BODY_MOST + 1)
    except zlib.error:
        raise Refused("bad_gzip", "The body is no gzip.") from None
    if len(found) > BODY_MOST:
        raise TOO_LARGE
    if not unpacker.eof:
        raise Refused("bad_gzip", "The packed body is cut short.")
    return found


def parsed(request: HttpRequest, raw: bytes) -> Any:
    """The JSON of *raw*; an empty body is an empty object. Raises Refused 400, 415."""
    if not raw.strip():
        return {}
    kind = request.content_type or ""
    if kind != "application/json":
        raise Refused("bad_type", "Send application/json.", status=415)
    try:
        value = json.loads(raw.decode(), parse_constant=_no_number, parse_float=_finite)
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise Refused("bad_json", f"The body is no JSON in UTF-8: {error}.") from None
    _require_storable(value)
    return value


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word[:20]} is no number that can be kept")


def _finite(word: str) -> float:
    """``1e999`` is a number of JSON and none that can be kept."""
    number = float(word)
    return number if math.isfinite(number) else _no_number(word)


def _too_deep() -> Refused:
    return Refused("too_deep", f"A body nests at most {DEPTH_MOST} lists and objects.")


def _require_storable(value: Any) -> None:
    """Raises Refused 400 for what nests too deep, and for texts that no database takes."""
    level: list[Any] = [value]
    for _ in range(DEPTH_MOST + 1):
        below: list[Any] = []
        for each in level:
            if isinstance(each, str):
                _require_text(each)
            elif isinstance(each, list):
                below += each
            elif isinstance(each, dict):
                below += each.keys()
                below += each.values()
        if not below:
            return
        level = below
    if any(isinstance(each, list | dict) for each in level):
        raise _too_deep()
    for each in level:
        if isinstance(each, str):
            _require_text(each)


def _require_text(text: str) -> None:
    if "\x00" in text:
        raise Refused("bad_text", "A text holds no NUL character.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Refused("bad_text", "A text holds half of a surrogate pair.") from None
