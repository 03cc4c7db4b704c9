"""``manage.py import_golden_rules PATH``: the rules of another team's golden-rules.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from elfsite.errors import Refused
from learning.heuristics.services import import_golden_rules


class Command(BaseCommand):
    help = "Propose the rules of a golden-rules.md and ask the stewards about each."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", help="a golden-rules.md")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["path"])
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"This file cannot be read: {error}.") from error
        try:
            found = import_golden_rules(actor="import_golden_rules", text=text, name=path.name)
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        for line in found.refused:
            self.stderr.write(f"not taken: {line}")
        self.stdout.write(
            f"{found.added} added and laid into the inbox, {found.known} known, "
            f"{len(found.refused)} not taken"
        )
