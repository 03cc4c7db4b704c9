"""The only doors through which a rule changes; no other code writes a confidence."""

from __future__ import annotations

from learning.heuristics.services.golden import (
    approve_golden,
    demote,
    propose_demotion,
    propose_from_file,
    propose_golden,
)
from learning.heuristics.services.golden_file import (
    Imported,
    export_golden_rules,
    import_golden_rules,
)
from learning.heuristics.services.guard import (
    freeze,
    loosen_limits,
    quarantine,
    release,
    reset_confidence,
    set_manual,
    tighten_limits,
    unfreeze,
)
from learning.heuristics.services.life import (
    archive,
    decay,
    deprecate,
    deprecate_if_contradicted,
    make_dormant,
    restore,
    revive,
)
from learning.heuristics.services.merging import (
    Merged,
    Plan,
    merge_heuristics,
    plan_merge,
    unmerge,
)
from learning.heuristics.services.outcomes import Outcome, note_use, preview, record_outcome
from learning.heuristics.services.proposals import propose_heuristic, refuse_claims

__all__ = [
    "Imported",
    "Merged",
    "Outcome",
    "Plan",
    "approve_golden",
    "archive",
    "decay",
    "demote",
    "deprecate",
    "deprecate_if_contradicted",
    "export_golden_rules",
    "freeze",
    "import_golden_rules",
    "loosen_limits",
    "make_dormant",
    "merge_heuristics",
    "note_use",
    "plan_merge",
    "preview",
    "propose_demotion",
    "propose_from_file",
    "propose_golden",
    "propose_heuristic",
    "quarantine",
    "record_outcome",
    "refuse_claims",
    "release",
    "reset_confidence",
    "restore",
    "revive",
    "set_manual",
    "tighten_limits",
    "unfreeze",
    "unmerge",
]
