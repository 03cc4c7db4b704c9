"""``manage.py scan_fraud``: look at every rule for gaming."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from learning.fraud.fusion import BORDERS
from learning.fraud.services import scan

CLASSES = ("clean", "low_confidence", *BORDERS)


class Command(BaseCommand):
    help = "Looks at every rule whose ledger has grown since its last report, and files reports."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--all", action="store_true", help="look at unchanged rules again as well"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.perf_counter()
        found = scan(actor="scan_fraud", everything=options["all"])
        took = time.perf_counter() - started
        self.stdout.write(f"{found.checked} rules checked in {took:.1f} s")
        for word in CLASSES:
            if found.classes[word]:
                self.stdout.write(f"  {found.classes[word]:>6}  {word.replace('_', ' ')}")
        self.stdout.write(
            f"  {found.unchanged:>6}  without news\n  {found.too_little:>6}  too little to tell"
        )
        if found.profile_rules < 30:
            self.stdout.write(
                f"{found.profile_rules} rules with ten outcomes: too few to say what is usual; "
                "the documented borders alone decide."
            )
