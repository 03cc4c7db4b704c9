"""Hangs the domains onto the life of rules; imported once, when the app is ready."""

from __future__ import annotations

from elfsite.origins.services import after_edit
from learning.domains.limits import ceiling
from learning.domains.models import DomainMetadata
from learning.domains.services import admit, contract_due, count_all, enter_merge
from learning.domains.services.joining import count_edited, count_moved, refuse_where_full
from learning.heuristics import hooks
from learning.heuristics.lifecycle import ACTIVE_PER_DOMAIN
from learning.heuristics.models import Heuristic


def enter_proposal(rule: Heuristic) -> None:
    """A proposed rule is counted and its row of ``expansion_events`` written."""
    admit(rule)


def count_imported() -> None:
    """Rules of another database came, changed or went: the domains get rows and counts."""
    count_all(actor="import")


def caps() -> dict[str, int]:
    """The most active rules of the domains that do not hold the usual ten."""
    rows = DomainMetadata.objects.only("domain", "hard_limit", "ceo_override_limit")
    found = {row.domain: ceiling(row) for row in rows.iterator(chunk_size=500)}
    return {domain: most for domain, most in found.items() if most != ACTIVE_PER_DOMAIN}


hooks.add(hooks.proposal_gates, refuse_where_full)
hooks.add(hooks.after_proposal, enter_proposal)
hooks.add(hooks.after_move, count_moved)
hooks.add(hooks.after_merge, enter_merge)
hooks.add(hooks.after_import, count_imported)
hooks.add(hooks.contractions, contract_due)
hooks.add(hooks.caps, caps)
after_edit(Heuristic, count_edited)
