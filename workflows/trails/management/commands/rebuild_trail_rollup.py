"""``manage.py rebuild_trail_rollup``: sum up places, scents and days of trails anew."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from workflows.trails.models import TrailDay
from workflows.trails.places import rebuild_places


class Command(BaseCommand):
    help = (
        "Sums up trails by place, by scent and by day anew. It may run beside the site and be "
        "repeated; one that was interrupted goes on where it stopped, unless --fresh is given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--fresh", action="store_true", help="begin anew even if one was interrupted"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.perf_counter()
        places = rebuild_places(resume=not options["fresh"])
        took = time.perf_counter() - started
        self.stdout.write(
            f"{places:,} places and {TrailDay.objects.count():,} sums of days in {took:.1f} s"
        )
