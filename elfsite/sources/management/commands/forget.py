"""``manage.py forget NAME``: delete every row of a source, and the source."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.sources.services import forget_source
from elfsite.sources.terminal import Bar


class Command(BaseCommand):
    help = "Delete every row that came from a source, and the source. Its file is left alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the source's name")
        parser.add_argument(
            "--with-ours",
            action="store_true",
            help="delete rows of this site that cannot stand without them as well",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        source = Source.objects.filter(name=options["name"]).first()
        if source is None:
            names = ", ".join(Source.objects.order_by("name").values_list("name", flat=True))
            raise CommandError(f"No source is called {options['name']}. There are: {names or '–'}.")
        bar = Bar(self.stderr)
        try:
            gone = forget_source(
                actor="command line",
                source=source,
                with_ours=options["with_ours"],
                progress=bar,
            )
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        finally:
            bar.end()
        self.stdout.write(f"{options['name']} is forgotten: {gone:,} rows.")
