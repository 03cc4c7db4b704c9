"""Specimens for the style guide: invented rows that show each component in each state."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from elfsite.charts import glyphs
from elfsite.charts.ladder import Step
from elfsite.charts.plumes import Lane, Scent
from elfsite.charts.pulse import Beat
from elfsite.charts.treemap import Place

SCENTS = [
    ("blocker", "work stops here"),
    ("warning", "went wrong, or may"),
    ("hot", "much happened lately"),
    ("discovery", "worth knowing"),
    ("write", "was changed"),
    ("read", "was looked at"),
    ("cold", "nobody came for long"),
]

# outcomes, carried confidence, Beta(a, b), hue, stage
LEAVES = [
    ("nothing yet: the domain's prior", 0.500, 2.6, 1.4, "leaf", "warm-up"),
    ("4 of 5 held", 0.545, 3.9, 3.0, "leaf", "warm-up"),
    ("19 of 25 held", 0.694, 9.5, 3.8, "leaf", "learning"),
    ("88 of 98 held, many graders", 0.871, 38, 5.2, "leaf", "validated"),
    ("8 of 20 held", 0.410, 8, 12, "hot", "at risk"),
    ("at rest since March", 0.280, 6, 14, "cold", "dormant"),
    ("168 of 178 held", 0.934, 74, 4.6, "gold", "golden"),
    ("31 of 31 by one agent", 0.883, 13, 6.2, "leaf", "quarantined"),
    ("confidence not recorded", None, 3, 3, "leaf", "learning"),
]

TALLIES = [(0, 0, 0), (4, 1, 0), (74, 9, 2), (201, 14, 2), (3, 19, 6)]

PLACES = [
    Place("src/auth/oauth.py", 4.7, "blocker", 9, 3, "6 min", 0, "two agents, 4 min apart"),
    Place("workflows/conductor/services.py", 3.3, "warning", 8, 3, "21 min", 0),
    Place("src/api/routes.py", 2.7, "hot", 14, 4, "12 min", 0),
    Place("tests/test_api.py", 2.2, "warning", 6, 2, "2 h", 1),
    Place("app/models.py", 1.7, "write", 5, 2, "40 min", 0),
    Place("backend/utils/broadcast.py", 1.7, "discovery", 3, 1, "3 h", 1),
    Place("frontend/src/components/RunsPanel.tsx", 1.3, "write", 4, 1, "5 h", 1),
    Place("migrations/0042_split_ledger.py", 1.2, "warning", 2, 1, "7 h", 2),
    Place("docs/design/adr-007.md", 1.2, "discovery", 2, 2, "9 h", 2),
    Place("scripts/release.sh", 0.8, "hot", 3, 1, "8 h", 2),
    Place("tests/conftest.py", 0.7, "read", 4, 2, "1 h", 1),
    Place("infra/network.tf", 0.7, "blocker", 1, 1, "20 h", 2),
    Place("README.md", 0.5, "read", 2, 1, "22 h", 2),
    Place("var/old.log", 0.3, "cold", 1, 1, "23 h", 2),
]

LANES = [
    Lane(
        "src/auth/oauth.py",
        [
            Scent(5.4, "blocker", 1.0, "agent-5"),
            Scent(0.6, "write", 0.9, "agent-5"),
            Scent(0.9, "write", 0.7, "fixer-1"),
        ],
        "agent-5 and fixer-1 within 4 minutes",
    ),
    Lane("migrations/0042_split_ledger.py", [Scent(4.1, "warning", 0.8), Scent(3.3, "write", 0.9)]),
    Lane("tests/test_api.py", [Scent(9, "read", 0.5), Scent(0.2, "discovery", 0.9, "scout-2")]),
]

STEPS = [
    Step("success rate", 5.42),
    Step("temporal", 5.90),
    Step("growth", 1.0, "quiet: 9 updates, 10 are needed"),
]

BEATS = [
    Beat(age, hue, height)
    for age, hue, height in [
        (2, "write", 7), (5, "read", 4), (11, "leaf", 12), (19, "write", 7), (22, "read", 4),
        (31, "blocker", 16), (33, "warning", 11), (44, "read", 4), (52, "accent", 9),
        (63, "leaf", 12), (71, "write", 7), (78, "hot", 11), (97, "leaf", 12), (112, "read", 4),
    ]
]  # fmt: skip

DAYS: list[float | None] = [
    4, 6, 5, 7, 9, 8, 6, 5, 7, 8, 11, 12, 9, 8, None, 7, 9, 10, 12, 14,
    13, 11, 12, 15, 14, 16, 13, 15, 17, 18,
]  # fmt: skip

CHAIN = [
    ("ADR-003", "superseded", "Keep the ledger in one table", "it grew past 4 million rows"),
    ("ADR-007", "superseded", "Split the ledger by year", "two years in one query cost 900 ms"),
    ("ADR-012", "accepted", "Split the ledger by account, roll up by month", ""),
]

GATES = [
    (True, "confidence at least 0.90", "0.934"),
    (True, "at least three graders", "9"),
    (False, "two people sign", "1 of 2"),
]

PROSE = """# What happened

The suite failed on **one** test of `tests/test_oauth.py`, twice in a row; see
[the run](https://example.org/runs/1841).

> Refresh tokens expire two seconds early on machines whose clock is behind.

## What to do

1. Allow five seconds of skew.
2. Say so in the documentation:
   - in the README
   - in `docs/auth.md`

```python
def is_fresh(token, now, skew=5):
    return token.expires_at + skew > now
```

| clock | expires | held |
|---|---|--:|
| ci-3 | early | 4 |
| ci-7 | in time | 19 |

<script>alert("shown as text")</script> and ~~an old idea~~.
"""

PROMPT = """Run the suite for payments-api.
If a test needs the network, stop and say so; do not skip it."""

JSON = {
    "node": "test-suite",
    "attempt": 2,
    "passed": False,
    "findings": [{"type": "discovery", "tags": ["oauth", "clock"], "importance": "high"}],
    "cost": 0.42,
    "next": None,
}

HUES = ["leaf", "gold", "blocker", "warning", "hot", "cold", "discovery", "read", "write", "accent"]


class SampleForm(forms.Form):
    """Every kind of field, sent with faults so that the faults can be seen."""

    rule = forms.CharField(
        help_text="One sentence that says what to do.",
        max_length=40,
        widget=forms.TextInput(attrs={"size": 40}),
    )
    why = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    domain = forms.ChoiceField(
        choices=[("", "choose"), ("testing", "testing"), ("security", "security")]
    )
    share = forms.FloatField(label="Confidence from", min_value=0, max_value=1)
    scope = forms.ChoiceField(
        label="Where it holds",
        choices=[("global", "everywhere"), ("project", "in one project")],
        widget=forms.RadioSelect,
    )
    tell = forms.BooleanField(
        label="Tell the other stewards", required=False, help_text="It waits in their inbox."
    )
    file = forms.FileField(label="An ELF database", required=False)
    locked = forms.CharField(disabled=True, initial="set by the source", required=False)

    @classmethod
    def wrong(cls) -> SampleForm:
        """As it comes back when it was refused."""
        form = cls({"rule": "x" * 60, "share": "1.4", "scope": "global", "tell": "on"})
        form.is_valid()
        return form


def events(now: dt.datetime) -> list[tuple[dt.datetime, str, str, str]]:
    """Rows of a feed: time, glyph, hue, line."""
    rows = [
        (2, "write", "write", "agent-5 wrote src/api/routes.py"),
        (11, "completed", "leaf", "Node implement-api completed in 6 min"),
        (31, "blocker", "blocker", "Blocker: the test needs a secret that CI has not got"),
        (190, "stage-golden", "gold", "Never force push to main became golden"),
    ]
    return [(now - dt.timedelta(seconds=ago), sign, hue, line) for ago, sign, hue, line in rows]


def families() -> list[tuple[str, list[str]]]:
    """Every word that has a sign, by family; of words that mean the same only the first."""
    shown = []
    for name, table in glyphs.FAMILIES.items():
        first = {glyphs.sign(table, word): word for word in reversed(list(table))}
        shown.append((name, [word for word in table if word in first.values()]))
    return shown


def times(now: dt.datetime) -> list[tuple[str, Any]]:
    """Every way in which a date column reads."""
    return [
        ("just now", now),
        ("recorded", now - dt.timedelta(minutes=3, seconds=12)),
        ("planned", now + dt.timedelta(hours=5)),
        ("long ago", now - dt.timedelta(days=400)),
        ("text of a database", "2025-12-01 08:30:00"),
        ("a day", dt.date(2025, 12, 1)),
        ("not readable", "tomorrow-ish"),
        ("never", None),
    ]
