"""Prints the registry: what each table's pages show and how they can be narrowed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from elfsite.listings import registry
from elfsite.listings.declare import Listing
from elfsite.listings.params import known_controls, offered_orders


class Command(BaseCommand):
    help = "Prints every declared table with its columns, filters, orders and search."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("table", nargs="?", help="only this table, e.g. heuristics")

    def handle(self, *args: Any, table: str | None = None, **options: Any) -> None:
        for room, listings in registry.rooms():
            chosen = [each for each in listings if table in {None, each.table, each.slug}]
            if chosen:
                self.stdout.write(self.style.MIGRATE_HEADING(room))
            for each in chosen:
                self._print(each)

    def _print(self, listing: Listing) -> None:
        grows = ", growing" if listing.growing else ""
        audience = "" if listing.audience == "member" else f", for {listing.audience}s"
        self.stdout.write(f"  /{listing.slug}/{grows}{audience}: {listing.about}")
        search = "full text" if listing.fulltext else ", ".join(listing.search)
        lines: dict[str, list[str]] = {
            "columns": [each.name for each in listing.columns],
            "filters": list(known_controls(listing)),
            "orders": offered_orders(listing),
            "search": [search] if search else [],
            "related": [str(getattr(each, "table", each)) for each in listing.related],
        }
        for word, names in lines.items():
            if names:
                self.stdout.write(f"    {word}: {', '.join(names)}")
