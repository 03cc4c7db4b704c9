"""``manage.py refresh_domains [DOMAIN]``: counts, health and baselines, now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from learning.domains.services import Refreshed, count_all, refresh_baselines, refresh_health


class Command(BaseCommand):
    help = "Count the rules of every domain, measure its health, compute its baseline."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("domain", nargs="?", help="the only one whose baseline is computed")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = "refresh_domains"
        self.stdout.write(f"{count_all(actor=actor)} counts changed")
        self.stdout.write(f"{refresh_health(actor=actor)} domains measured anew")
        for each in refresh_baselines(actor=actor, domain=options["domain"]):
            self.stdout.write(f"  {each.domain}: {_said(each)}")


def _said(each: Refreshed) -> str:
    if each.found is None:
        return each.reason
    rules = f"hold {each.found.avg_success_rate:.3f}, told by {each.found.sample_count}"
    if each.moved is None:
        return rules
    word = f", drift, {each.moved.severity}" if each.moved.significant else ""
    return f"{rules}, {each.moved.percent:+.1f} %{word}"
