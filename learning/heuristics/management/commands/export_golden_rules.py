"""``manage.py export_golden_rules [PATH]``: golden-rules.md, to a file or to the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from learning.heuristics.services import export_golden_rules


class Command(BaseCommand):
    help = "Write the golden rules as golden-rules.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", nargs="?", help="where to; the terminal where left out")

    def handle(self, *args: Any, **options: Any) -> None:
        text = export_golden_rules()
        if not options["path"]:
            self.stdout.write(text, ending="")
            return
        try:
            Path(options["path"]).write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"This file cannot be written: {error}.") from error
        self.stdout.write(f"{text.count('## ')} golden rules in {options['path']}")
