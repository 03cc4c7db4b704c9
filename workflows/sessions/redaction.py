"""Taking secrets out of a text before it is written anywhere. No database."""

from __future__ import annotations

import re

SECRET = "[secret]"  # noqa: S105 - what stands where a secret stood

# shapes of the keys that are handed out most, words that announce a secret, and long noise; none
# begins anew inside of what it has just read: a megabyte of one letter would take minutes
_SHAPES = (
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    r"\b(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{16,}",
    r"\bgh[pousr]_[A-Za-z0-9]{20,}\b|\bgithub_pat_\w{20,}",
    r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    r"(?<![\w-])eyJ[\w-]{8,}+\.[\w-]{8,}(?:\.[\w-]*)?",
    r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)",
    r"\b[A-Fa-f0-9]{32,}\b",
    r"(?<![A-Za-z0-9+/_-])(?=[A-Za-z0-9+/_-]*\d)(?=[A-Za-z0-9+/_-]*[A-Z])"
    r"[A-Za-z0-9+/_-]{40,}={0,2}",
)
_KNOWN = re.compile("|".join(_SHAPES), re.DOTALL)
_HANDED_OUT = re.compile("|".join(_SHAPES[:7]), re.DOTALL)
_NAMED = re.compile(
    r"(?i)\b((?:api[_-]?key|secret|token|passw(?:or)?d|pwd|authorization|bearer|cookie)\w*"
    r"[\"']?+(?:\s*+[:=]\s*+|\s++is\s++|\s++)[\"']?)((?:bearer\s+)?[^\s\"',;]{6,})"
)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+\b")


def redact(text: str) -> str:
    """*text* with what looks like a secret or an address of a person replaced by ``[secret]``."""
    clean = _KNOWN.sub(SECRET, text)
    clean = _NAMED.sub(_only_name, clean)
    return _MAIL.sub(SECRET, clean)


def _only_name(found: re.Match[str]) -> str:
    """The announcing word stays; after a mere space what follows has to look like a key."""
    name, value = found.group(1), found.group(2)
    if name[-1:].isspace() and not (":" in name or "=" in name or " is " in name.lower()):
        plain = value.isalpha() and (value.islower() or value.istitle())
        return found.group(0) if plain else f"{name}{SECRET}"
    return f"{name}{SECRET}"


def redact_keys(text: str) -> str:
    """*text* without keys of known shapes; long noise stays, as hashes of commits and paths are.

    For what programs hand to each other: there a hash that is gone breaks the next step.
    """
    return _HANDED_OUT.sub(SECRET, text)
