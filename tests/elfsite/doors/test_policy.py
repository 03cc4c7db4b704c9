from __future__ import annotations

import pytest

from elfsite.doors import policy
from elfsite.doors.models import AgentKey
from elfsite.errors import Refused

EVERY_SCOPE = ["read", "record", "grade", "run", "ingest"]


@pytest.mark.parametrize(
    ("role", "classes", "scopes"),
    [
        ("member", ["agent", "self"], EVERY_SCOPE),
        ("steward", ["human", "ci", "tool", "agent", "self"], EVERY_SCOPE),
        ("admin", ["human", "ci", "tool", "agent", "self"], [*EVERY_SCOPE, "admin"]),
    ],
)
def test_what_a_role_may_give(role: str, classes: list[str], scopes: list[str]) -> None:
    assert policy.trust_classes(role, AgentKey.TRUST_CLASSES) == classes
    assert policy.scopes(role, AgentKey.SCOPES) == scopes


@pytest.mark.parametrize("role", ["member", "steward", "admin"])
@pytest.mark.parametrize("scope", AgentKey.SCOPES)
@pytest.mark.parametrize("trust_class", AgentKey.TRUST_CLASSES)
def test_what_is_offered_is_what_is_allowed(role: str, scope: str, trust_class: str) -> None:
    offered = scope in policy.scopes(role, AgentKey.SCOPES) and trust_class in policy.trust_classes(
        role, AgentKey.TRUST_CLASSES
    )
    try:
        policy.require(role, [scope], trust_class)
    except Refused as refused:
        assert refused.status == 403
        assert not offered
    else:
        assert offered
