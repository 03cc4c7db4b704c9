"""``manage.py recount_scores``: proves that every score is the sum of its ledger; ``--repair``."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from game.arena.services import differences, recount


class Command(BaseCommand):
    help = "Compares every player's score with the sum of their ledger. Ends with 1 if one differs."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="set the scores that differ")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(differences())
        for each in found:
            self.stdout.write(f"{each.name}: {each.what} {each.score:,}, ledger {each.ledger:,}")
            if options["repair"]:
                recount(player_id=each.player_id)
        if not found:
            self.stdout.write("Every score is the sum of its ledger.")
        elif options["repair"]:
            self.stdout.write(f"{len(found)} repaired.")
        else:
            raise CommandError(f"{len(found)} differ. --repair sets them to their ledger.")
