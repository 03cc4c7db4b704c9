"""``manage.py load_sample``: the rows that a newcomer looks at first; again is harmless."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from elfsite.errors import Refused
from elfsite.sources.services import load_sample
from elfsite.sources.terminal import Bar


class Command(BaseCommand):
    help = "Load the sample: a small team's memory of two months. Does nothing if it is there."

    def handle(self, *args: Any, **options: Any) -> None:
        bar = Bar(self.stderr)
        try:
            report = load_sample(actor="command line", progress=bar)
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        finally:
            bar.end()
        said = f"{report.said()}." if report else "The sample is loaded already."
        self.stdout.write(said)
