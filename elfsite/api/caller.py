"""Who calls the API: a key and its owner, or a person who is signed in and may only read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import HttpRequest

from elfsite.errors import Refused
from game.players.models import User


@dataclass(frozen=True)
class Caller:
    """Who asks, and what they may.

    ``person`` answers for the act: their role decides what services allow. ``trust_class`` is the
    grader class of what is reported. ``project`` is a path, "" for all of them. ``key_id`` is None
    for a person without a key.
    """

    person: User
    scopes: frozenset[str]
    trust_class: str = "human"
    project: str = ""
    key_id: int | None = None
    key_name: str = ""

    @property
    def name(self) -> str:
        """What ledgers call the caller. Nobody can choose it in a request: the same key is always
        the same grader, and a person is one grader through a key as well as on the pages."""
        login = str(self.person.login)
        return login if self.trust_class == "human" else f"{login}/{self.key_name}"

    def agent(self, sent: str | None) -> str:
        """The agent's own id where it *sent* one, for a key may serve many agents; else the key's
        name, in the letters that ids may have (behaviour: elf §5.7)."""
        return sent or re.sub(r"[^A-Za-z0-9_-]+", "-", self.name)[:100].strip("-_") or "agent"

    def require(self, scope: str) -> None:
        """Raises Refused 403 where the caller does not have *scope*."""
        if scope not in self.scopes:
            raise Refused("scope", f"This key does not have the scope {scope}.", status=403)

    def require_person(self, act: str) -> None:
        """Raises Refused 403 for a key through which no person speaks: programs do not govern."""
        if self.trust_class != "human":
            raise Refused(
                "people_only",
                f"Only people {act}: it takes a key of the trust class human.",
                status=403,
            )

    def placed(self, sent: str | None) -> str | None:
        """The project that a new row is of: what was *sent*, else the key's; None for everywhere.

        Raises Refused 403 for another project than the key's.
        """
        wanted = (sent or "").strip()
        if self.project and wanted and wanted != self.project:
            raise Refused(
                "other_project", f"This key is for the project {self.project}.", status=403
            )
        return wanted or self.project or None

    def reaches(self, project: str | None) -> bool:
        """Whether a row of *project* is open to the caller; None and "" are everywhere."""
        return not self.project or not project or project == self.project


def caller_of(request: HttpRequest) -> Caller:
    """Who calls; the door has found out before any act runs. Raises Refused 401 for nobody."""
    found = getattr(request, "caller", None)
    if not isinstance(found, Caller):
        raise Refused("sign_in", "Send a key: Authorization: Bearer elf_…", status=401)
    return found
