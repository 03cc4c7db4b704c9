"""``manage.py import elf PATH``: read a database of ELF, new or known."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.sources.services import import_elf
from elfsite.sources.terminal import Bar


class Command(BaseCommand):
    help = "Read a database of another system. Again is safe: only what differs is written."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("system", choices=Source.KINDS, help="whose database it is")
        parser.add_argument("path", help="the database file")
        parser.add_argument("--name", help="what to call the source; default: after its folder")
        parser.add_argument(
            "--timezone",
            help="the zone of its local times, such as Europe/Berlin; default: this machine's",
        )
        parser.add_argument("--project", help="the project that all of its rules belong to")

    def handle(self, *args: Any, **options: Any) -> None:
        bar = Bar(self.stderr)
        try:
            report = import_elf(
                path=options["path"],
                actor="command line",
                name=options["name"],
                time_zone=options["timezone"],
                project_path=options["project"],
                progress=bar,
            )
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        finally:
            bar.end()
        for line in report.lines():
            self.stdout.write(line)
        self.stdout.write(f"{report.said()}, in {report.seconds:.1f} s.")
        if report.hint:
            self.stdout.write(report.hint)
