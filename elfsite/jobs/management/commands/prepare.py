"""Everything between a new version and serving it: tables, static files, the first link."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from elfsite.errors import Refused
from elfsite.preparation import prepare


class Command(BaseCommand):
    help = "Apply migrations, collect static files, print the first administrator's link."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            prepare(self.stdout.write)
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        link = administrator_link()
        if link:
            self.stdout.write(
                f"\nNobody can sign in yet. This link makes the administrator:\n  {link}\n"
            )


def administrator_link() -> str | None:
    """A one-time link while the site has no active administrator."""
    from game.players.services import first_admin_link

    return first_admin_link()
