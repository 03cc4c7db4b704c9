"""Looks for what could be wrong with this instance, and says what to do about it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from elfsite import health
from elfsite.dangling import BATCH, find_dangling


class Command(BaseCommand):
    help = "Check settings, database, references and worker; exit status 1 if something is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        # the system checks have run by now: a wrong setting has ended the command
        wrong = [word for word in (self._database(), self._tables(), self._references()) if word]
        self._worker()
        if wrong:
            raise CommandError(" ".join(wrong))
        self.stdout.write("Nothing is wrong.")

    def _database(self) -> str:
        state = health.database_state()
        if not state["ok"]:
            return "The database does not answer."
        self.stdout.write(f"The database ({state['kind']}) answers in {state['milliseconds']} ms.")
        if state["kind"] != "sqlite":
            return ""
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check(1)")
            verdict = str(cursor.fetchone()[0])
        return "" if verdict == "ok" else f"The database file is damaged: {verdict}."

    def _tables(self) -> str:
        return "" if health.all_applied() else "Migrations wait: run manage.py prepare."

    def _references(self) -> str:
        if connection.vendor != "sqlite":
            return ""
        database = Path(str(connection.settings_dict["NAME"])).absolute()
        found = find_dangling(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True))
        if not found:
            return ""
        many = f"{len(found)} or more" if len(found) == BATCH else str(len(found))
        places = sorted({f"{one.table}.{one.column}" for one in found})
        return (
            f"References to missing rows: {many} ({', '.join(places)}). "
            "They are mended before the next migration."
        )

    def _worker(self) -> None:
        state = health.worker_state() if health.all_applied() else {"ok": False}
        age = state.get("seconds_since_seen")
        if state["ok"]:
            self.stdout.write(f"A worker was seen {age:.0f} s ago.")
        else:
            self.stdout.write("No worker runs: jobs wait until one does (make run starts one).")
