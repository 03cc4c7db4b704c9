"""What a key may carry, by the role of its owner. No database in here.

A key's trust class is the grader class of what it reports and caps what the report can earn. Who
could issue a higher one could let their own agent count as a witness, so:

* ``agent`` and ``self`` are for everybody; ``tool``, ``ci`` and ``human`` for those who govern;
* the scope ``admin`` is for administrators, the other scopes are for everybody.

A key never outlives the right to issue it: it is asked again at every use.
"""

from __future__ import annotations

from collections.abc import Iterable

from elfsite.errors import Refused

ANYBODY_TRUSTS = frozenset({"agent", "self"})
GOVERNS = frozenset({"steward", "admin"})
ADMIN_SCOPE = "admin"


def trust_classes(role: str, known: Iterable[str]) -> list[str]:
    """The trust classes that a person of *role* may give, in the order of *known*."""
    return [word for word in known if role in GOVERNS or word in ANYBODY_TRUSTS]


def scopes(role: str, known: Iterable[str]) -> list[str]:
    """The scopes that a person of *role* may give, in the order of *known*."""
    return [word for word in known if role == "admin" or word != ADMIN_SCOPE]


def require(role: str, key_scopes: Iterable[str], trust_class: str) -> None:
    """Raises Refused 403 when a person of *role* may not issue such a key."""
    if ADMIN_SCOPE in key_scopes and role != "admin":
        raise Refused(
            "scope_above", "Only administrators issue keys with the scope admin.", status=403
        )
    if trust_class not in ANYBODY_TRUSTS and role not in GOVERNS:
        raise Refused(
            "trust_above",
            f"Only stewards and administrators issue keys with the trust class {trust_class}.",
            status=403,
        )
