"""The first seed as a contract: its columns, defaults, statements and examples hold."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

HERE = Path(__file__).parent
SCHEMA: dict[str, list[dict[str, str]]] = json.loads((HERE / "elf_schema.json").read_text())
STATEMENTS = json.loads((HERE / "elf_statements.json").read_text())

# statement → why it runs on no schema at all
TEMPLATES = {
    "ALTER TABLE table_name": "a placeholder: there is no table of that name",
    "VALUES (X,": "a placeholder: X is no column",
}
# where the two seed documents disagree and the behaviour document decides
DECIDED_DEFAULTS: dict[tuple[str, str], Any] = {
    ("heuristics", "confidence"): 0.5,
    ("learnings", "severity"): 3,
}


def model_of(table: str) -> type[models.Model]:
    return next(model for model in apps.get_models() if model._meta.db_table == table)


@pytest.fixture
def plain(transactional_db: None) -> Iterator[sqlite3.Connection]:
    """Plain sqlite3 on our migrated file, as an agent's script opens it."""
    if connection.vendor != "sqlite":
        pytest.skip("plain sqlite3 needs the embedded database")
    link = sqlite3.connect(connection.settings_dict["NAME"], timeout=10)
    yield link
    link.close()


@pytest.mark.parametrize("table", SCHEMA)
@pytest.mark.postgres
@pytest.mark.django_db
def test_every_seed_column_exists(table: str) -> None:
    with connection.cursor() as cursor:
        found = {c.name for c in connection.introspection.get_table_description(cursor, table)}
    assert {column["name"] for column in SCHEMA[table]} <= found


@pytest.mark.parametrize("table", SCHEMA)
def test_an_insert_of_the_required_columns_gets_the_seeds_defaults(
    plain: sqlite3.Connection, table: str
) -> None:
    required = {
        column["name"]: _value(column)
        for column in SCHEMA[table]
        if _is_required(column) and column["name"] != "id"
    }
    if required:
        names = ", ".join(required)
        marks = ", ".join("?" * len(required))
        plain.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(required.values()))
    else:
        plain.execute(f"INSERT INTO {table} DEFAULT VALUES")
    plain.commit()
    for column in SCHEMA[table]:
        expected = _default(table, column)
        if expected is None or column["name"] in required:
            continue
        stored = plain.execute(f"SELECT {column['name']} FROM {table}").fetchone()[0]
        if expected == "CURRENT_TIMESTAMP":
            assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", stored)
        else:
            assert stored == expected, column["name"]
    assert model_of(table)._default_manager.count() == 1


def _is_required(column: dict[str, str]) -> bool:
    said = column["constraints"]
    primary = "PRIMARY KEY" in said and "AUTOINCREMENT" not in said and "CHECK" not in said
    return primary or ("NOT NULL" in said and "DEFAULT" not in said)


def _value(column: dict[str, str]) -> Any:
    """A value that the column's documented CHECKs admit."""
    legal = {
        "type": "failure",
        "classification": "suspicious",
        "severity": "info" if column["type"] == "TEXT" else 3,
        "response_type": "alert",
    }
    if column["name"] == "severity" and column["type"] == "TEXT":
        return "critical"
    if column["name"] in legal:
        return legal[column["name"]]
    return {"TEXT": "x", "INTEGER": 1, "REAL": 0.5}[column["type"]]


def _default(table: str, column: dict[str, str]) -> Any:
    decided = DECIDED_DEFAULTS.get((table, column["name"]))
    if decided is not None:
        return decided
    found = re.search(r"DEFAULT ('[^']*'|[\d.]+|CURRENT_TIMESTAMP)", column["constraints"])
    if not found:
        return None
    text = found[1]
    if text.startswith("'"):
        return text.strip("'")
    return text if text == "CURRENT_TIMESTAMP" else float(text)


@pytest.mark.parametrize("printed", STATEMENTS, ids=lambda row: f"line {row['line']}")
def test_every_printed_statement_runs_verbatim(
    plain: sqlite3.Connection, printed: dict[str, Any], tmp_path: Path
) -> None:
    sql = printed["sql"]
    if sql.startswith(".backup"):
        with sqlite3.connect(tmp_path / "backup.db") as target:
            plain.backup(target)
            assert target.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return
    if any(part in sql for part in TEMPLATES):
        with pytest.raises(sqlite3.OperationalError):
            plain.execute(sql)
        return
    before = set(_schema(plain))
    rows = plain.execute(sql, (None,) if "?" in sql else ()).fetchall()
    plain.commit()
    if "integrity_check" in sql:
        assert rows == [("ok",)]
    for kind, name in set(_schema(plain)) - before:
        if "fts" not in name or name == "spike_reports_fts":
            plain.execute(f"DROP {kind} IF EXISTS {name}")
    plain.commit()


def _schema(link: sqlite3.Connection) -> list[tuple[str, str]]:
    return link.execute(
        "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    ).fetchall()


def test_the_orm_sees_what_the_printed_inserts_wrote(plain: sqlite3.Connection) -> None:
    for printed in STATEMENTS:
        if printed["sql"].startswith("INSERT INTO learnings"):
            plain.execute(printed["sql"])
        if printed["sql"].startswith("INSERT INTO heuristics"):
            plain.execute(printed["sql"])
    plain.commit()
    learning = model_of("learnings")._default_manager.get().to_dict()  # type: ignore[attr-defined]
    assert (learning["severity"], learning["domain"]) == (5, "security")
    rule = model_of("heuristics")._default_manager.get().to_dict()  # type: ignore[attr-defined]
    assert (rule["confidence"], rule["is_golden"], rule["status"]) == (0.9, False, "active")


def test_the_schema_needs_no_function_of_django(plain: sqlite3.Connection) -> None:
    texts = [row[0] or "" for row in plain.execute("SELECT sql FROM sqlite_master")]
    assert not [text for text in texts if "django_" in text.lower() and "REGEXP" in text]
    assert not [text for text in texts if re.search(r"django_(date|time)\w*\(", text)]
    assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
