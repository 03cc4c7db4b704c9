"""Small databases of ELF in the dialects that its programs have written, made by hand."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

# A: what the installer makes; rules have no life cycle, file names may repeat
INSTALLER = """
CREATE TABLE learnings (id INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL,
    filepath TEXT NOT NULL, title TEXT NOT NULL, summary TEXT, tags TEXT, domain TEXT,
    severity INTEGER DEFAULT 3, created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE heuristics (id INTEGER PRIMARY KEY AUTOINCREMENT, domain TEXT NOT NULL,
    rule TEXT NOT NULL, explanation TEXT, source_type TEXT, source_id INTEGER,
    confidence REAL DEFAULT 0.5, times_validated INTEGER DEFAULT 0,
    times_violated INTEGER DEFAULT 0, is_golden INTEGER DEFAULT 0,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP, updated_at DATETIME);
CREATE TABLE schema_version (version INTEGER PRIMARY KEY,
    applied_at DATETIME DEFAULT CURRENT_TIMESTAMP, description TEXT);
INSERT INTO schema_version (version, description) VALUES (2, 'four more tables');
CREATE TABLE db_operations (id INTEGER PRIMARY KEY CHECK (id = 1), operation_count INTEGER);
INSERT INTO db_operations VALUES (1, 41);
"""

# B: the life cycle of rules, the conductor, fraud; texts where a later schema has numbers
LIFE_CYCLE = """
CREATE TABLE learnings (id INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL,
    filepath TEXT NOT NULL UNIQUE, title TEXT NOT NULL, summary TEXT, tags TEXT, domain TEXT,
    severity TEXT, created_at DATETIME DEFAULT CURRENT_TIMESTAMP, updated_at DATETIME);
CREATE TABLE heuristics (id INTEGER PRIMARY KEY AUTOINCREMENT, domain TEXT, rule TEXT,
    explanation TEXT, source_type TEXT, source_id INTEGER, confidence REAL DEFAULT 0.0,
    times_validated INTEGER DEFAULT 0, times_violated INTEGER DEFAULT 0,
    is_golden INTEGER DEFAULT 0, status TEXT DEFAULT 'active', dormant_since DATETIME,
    times_contradicted INTEGER DEFAULT 0, confidence_ema REAL, last_used_at DATETIME,
    is_quarantined INTEGER DEFAULT 0, project_path TEXT,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP, updated_at DATETIME, times_consulted INTEGER);
CREATE TABLE confidence_updates (id INTEGER PRIMARY KEY AUTOINCREMENT, heuristic_id INTEGER,
    old_confidence REAL, new_confidence REAL, delta REAL, update_type TEXT, reason TEXT,
    session_id TEXT, agent_id TEXT, rate_limited INTEGER DEFAULT 0,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE decisions (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT, context TEXT,
    decision TEXT, rationale TEXT, status TEXT DEFAULT 'accepted', superseded_by INTEGER,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE workflows (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE,
    description TEXT, nodes_json TEXT NOT NULL DEFAULT '[]',
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE workflow_runs (id INTEGER PRIMARY KEY AUTOINCREMENT, workflow_id INTEGER,
    workflow_name TEXT, status TEXT NOT NULL DEFAULT 'pending', started_at DATETIME,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE node_executions (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id INTEGER NOT NULL,
    node_id TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'pending', error_type TEXT,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE trails (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id INTEGER, location TEXT NOT NULL,
    scent TEXT NOT NULL, strength REAL DEFAULT 1.0, agent_id TEXT,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE fraud_reports (id INTEGER PRIMARY KEY AUTOINCREMENT, heuristic_id INTEGER NOT NULL,
    fraud_score REAL NOT NULL, classification TEXT NOT NULL,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE domain_metadata (domain TEXT PRIMARY KEY, soft_limit INTEGER DEFAULT 5,
    hard_limit INTEGER DEFAULT 10, ceo_override_limit INTEGER, current_count INTEGER DEFAULT 0,
    state TEXT DEFAULT 'normal');
CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, github_id INTEGER UNIQUE,
    username TEXT NOT NULL, avatar_url TEXT, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    role TEXT, password TEXT, is_superuser INTEGER);
CREATE TABLE game_state (user_id INTEGER PRIMARY KEY, score INTEGER DEFAULT 0,
    unlocked_weapons TEXT DEFAULT '["pulse_laser"]');
CREATE TABLE revival_triggers (id INTEGER PRIMARY KEY AUTOINCREMENT, heuristic_id INTEGER);
"""

# C: typed models; references are called after what they refer to and nothing has a default
TYPED = """
CREATE TABLE learnings (id INTEGER NOT NULL PRIMARY KEY, type TEXT NOT NULL,
    filepath TEXT NOT NULL, title TEXT NOT NULL, severity INTEGER NOT NULL,
    created_at DATETIME NOT NULL);
CREATE TABLE heuristics (id INTEGER NOT NULL PRIMARY KEY, domain TEXT NOT NULL,
    rule TEXT NOT NULL, confidence REAL NOT NULL, is_golden INTEGER NOT NULL,
    status TEXT NOT NULL, created_at DATETIME NOT NULL);
CREATE TABLE workflows (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE workflow_runs (id INTEGER NOT NULL PRIMARY KEY, "workflow", status TEXT NOT NULL,
    created_at DATETIME NOT NULL);
CREATE TABLE node_executions (id INTEGER NOT NULL PRIMARY KEY, "run", node_id TEXT NOT NULL,
    created_at DATETIME NOT NULL);
CREATE TABLE trails (id INTEGER NOT NULL PRIMARY KEY, "run", location TEXT NOT NULL,
    scent TEXT NOT NULL, strength REAL NOT NULL, created_at DATETIME NOT NULL);
CREATE TABLE experiments (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE cycles (id INTEGER NOT NULL PRIMARY KEY, "experiment", "heuristic",
    cycle_number INTEGER, created_at DATETIME NOT NULL);
"""

# D: the dashboard's own tables; a rule is unique in its domain, metrics may be empty
DASHBOARD = """
CREATE TABLE learnings (id INTEGER PRIMARY KEY, type TEXT NOT NULL CHECK (type IN ('failure',
    'success', 'observation', 'experiment')), filepath TEXT NOT NULL, title TEXT NOT NULL,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE heuristics (id INTEGER PRIMARY KEY, domain TEXT NOT NULL, rule TEXT NOT NULL,
    source_type TEXT CHECK (source_type IN ('failure', 'success', 'observation')),
    confidence REAL DEFAULT 0.5, is_golden BOOLEAN DEFAULT 0,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP, UNIQUE (domain, rule));
CREATE TABLE metrics (id INTEGER PRIMARY KEY, timestamp DATETIME DEFAULT CURRENT_TIMESTAMP,
    metric_type TEXT, metric_name TEXT, metric_value REAL, tags TEXT, context TEXT);
"""

# E: a project's own database
PROJECT = """
CREATE TABLE heuristics (id INTEGER PRIMARY KEY AUTOINCREMENT, rule TEXT NOT NULL,
    explanation TEXT, domain TEXT, confidence REAL DEFAULT 0.7, source TEXT DEFAULT 'observation',
    tags TEXT, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, last_validated TIMESTAMP,
    validation_count INTEGER DEFAULT 0, promoted_to_global INTEGER DEFAULT 0);
CREATE TABLE learnings (id INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL,
    summary TEXT NOT NULL, details TEXT, domain TEXT, tags TEXT,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE decisions (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL,
    decision TEXT NOT NULL, rationale TEXT, alternatives TEXT, status TEXT DEFAULT 'accepted',
    domain TEXT, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
"""

# F: one that grew for a year; severities are words and digits, an old table was left behind
WILD = """
CREATE TABLE learnings (id INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT, filepath TEXT,
    title TEXT, domain TEXT, severity TEXT, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE learnings_v1 (id INTEGER PRIMARY KEY, body TEXT);
INSERT INTO learnings_v1 (body) VALUES ('kept from before'), ('and this');
CREATE TABLE heuristics (id INTEGER PRIMARY KEY AUTOINCREMENT, domain TEXT NOT NULL,
    rule TEXT NOT NULL, confidence REAL, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
"""

DIALECTS = {
    "installer": INSTALLER,
    "life cycle": LIFE_CYCLE,
    "typed": TYPED,
    "dashboard": DASHBOARD,
    "project": PROJECT,
    "wild": WILD,
}


class ElfFile:
    """A database of ELF for one test; every change is committed and closed at once."""

    def __init__(self, path: Path, dialect: str = LIFE_CYCLE) -> None:
        self.path = path
        self.run(dialect)

    def run(self, script: str) -> None:
        with sqlite3.connect(self.path) as connection:
            connection.executescript(script)
        connection.close()

    def add(self, table: str, **columns: Any) -> int:
        """Insert a row; returns its rowid."""
        marks = ", ".join("?" * len(columns))
        names = ", ".join(f'"{name}"' for name in columns)
        values = f"({names}) VALUES ({marks})" if columns else "DEFAULT VALUES"
        with sqlite3.connect(self.path) as connection:
            cursor = connection.execute(f"INSERT INTO {table} {values}", list(columns.values()))
        connection.close()
        return int(cursor.lastrowid or 0)

    def rule(self, text: str = "Read before you write", **columns: Any) -> int:
        return self.add("heuristics", **({"domain": "testing", "rule": text} | columns))

    def learning(self, path: str = "a.md", **columns: Any) -> int:
        defaults = {"type": "failure", "filepath": path, "title": "Something failed"}
        return self.add("learnings", **(defaults | columns))
