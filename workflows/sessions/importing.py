"""How sessions and what they asked are read from a file of ELF."""

from __future__ import annotations

from elfsite.origins.speaking import Voice, short
from elfsite.origins.tables import TableImport
from workflows.sessions.models import BuildingQuery, SessionContext, SessionSummary

TABLES = [
    TableImport(SessionSummary, unique=("session_id",), activity="summarized_at"),
    TableImport(SessionContext),
    TableImport(BuildingQuery),
]


VOICES = {
    "session_summaries": Voice(
        "sessions", lambda row: f"session {short(row['session_id'], 40)} was summed up"
    ),
    "session_contexts": Voice("sessions"),
    "building_queries": Voice(
        "queries", lambda row: f"{row['agent_id'] or 'somebody'} asked: {row['query_type']}"
    ),
}
