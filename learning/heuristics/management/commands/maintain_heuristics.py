"""``manage.py maintain_heuristics``: the nightly round over all rules, now."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from learning.heuristics.maintenance import maintain


class Command(BaseCommand):
    help = "Let idle rules fade and rest, give up contradicted ones, ask about gold. Idempotent."

    def handle(self, *args: Any, **options: Any) -> None:
        report = maintain(actor="maintain_heuristics")
        width = max(len(name) for name in asdict(report))
        for name, count in asdict(report).items():
            self.stdout.write(f"{name:<{width}}  {count:>6}")
