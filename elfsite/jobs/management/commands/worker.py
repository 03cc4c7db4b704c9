"""Runs background jobs and schedules until SIGTERM or Ctrl-C."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from elfsite.jobs.worker import run_until_told


class Command(BaseCommand):
    help = "Run background jobs and schedules until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--threads",
            type=int,
            default=2,
            choices=range(1, 33),
            metavar="1..32",
            help="jobs at a time (default 2, so that a long import does not hold up the rest)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        run_until_told(threads=options["threads"], most_memory=settings.WORKER_MEMORY)
