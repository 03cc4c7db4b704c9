"""``manage.py follow elf PATH``: keep up with a database of ELF while agents write to it."""

from __future__ import annotations

import os
import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.sources.connecting import resolved
from elfsite.sources.follow.process import Stop, follow
from elfsite.sources.services import connect_source


class Command(BaseCommand):
    help = "Read a database of another system, then show what changes in it until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("system", choices=Source.KINDS, help="whose database it is")
        parser.add_argument("path", nargs="?", help="the database file")
        parser.add_argument("--source", type=int, help="the number of a connected source instead")
        parser.add_argument("--name", help="what to call a new source; default: after its folder")
        parser.add_argument(
            "--timezone",
            help="the zone of its local times, such as Europe/Berlin; default: this machine's",
        )
        parser.add_argument(
            "--write-back",
            action="store_true",
            help="carry what people decide here (status, golden, reviews, acknowledgements) back",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stop = Stop()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop.ask)
        try:
            source = self._source(options)
            self.stdout.write(f"Follows {source.path} as {source.name}. Ctrl-C ends it.")
            # a worker names the source by number: then the source says what is written back
            write_back = None if options["source"] is not None else options["write_back"]
            follow(source, self.stdout.write, stop, write_back=write_back)
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.flush()
        os._exit(0)  # all is let go of; taking the interpreter down would only take time

    def _source(self, options: dict[str, Any]) -> Source:
        if options["source"] is not None:
            found = Source.objects.filter(pk=options["source"]).first()
        elif options["path"]:
            found = Source.objects.filter(kind="elf", path=str(resolved(options["path"]))).first()
            found = found or connect_source(
                actor="command line",
                path=options["path"],
                name=options["name"],
                time_zone=options["timezone"],
            )
        else:
            raise CommandError("Name the database file.")
        if found is None:
            raise CommandError(f"No source has the number {options['source']}.")
        return found
