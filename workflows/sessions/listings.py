"""Pages of sessions: what they did, what they were given, what they asked."""

from __future__ import annotations

from elfsite.listings import cells
from elfsite.listings.declare import col, equals, listing, panel, written
from elfsite.listings.references import ids
from workflows.sessions.models import BuildingQuery, SessionContext, SessionSummary

OF_SESSION = tuple(
    written(table, "session_id", "{row.session_id}")
    for table in ("building_queries", "session_contexts", "confidence_updates")
)

listing(
    SessionSummary,
    ("conversation_summary project", col("message_count", label="Messages"), "session_id",
     "summarizer_model", col("is_stale", cells.flag_as("stale")), "summarized_at"),
    filters=("project is_stale", equals("session_id", typed=True)), named_by="project",
    search="project conversation_summary content_summary", order="-summarized_at",
    orders="-message_count", search_note="Looks through projects and summaries.", growing=True,
    panels=(panel("What it did", "conversation_summary content_summary tool_summary"),
            panel("Session", "project session_id message_count files_touched tool_counts"),
            panel("Transcript", "session_file_path session_file_size session_last_modified")),
    related=OF_SESSION,
    about="What each session did, in a few lines.",
    empty="Sessions are summarised from their transcripts; an import brings the summaries.",
)  # fmt: skip

listing(
    SessionContext, "session_id agent_id heuristics_applied context_hash created_at",
    filters=("agent_id", equals("session_id", typed=True)), order="-created_at", growing=True,
    panels=(panel("Context", "session_id agent_id context_hash context_preview"),
            panel("Rules applied", "heuristics_applied")),
    private={"context_preview": "steward"}, refers=(ids("heuristics_applied", "heuristics"),),
    about="The context that a session worked in, as a hash, and the rules it applied.",
    empty="Each outcome that agents report with their context writes one row.",
)  # fmt: skip

listing(
    BuildingQuery,
    ("query_summary query_type status domain", col("results_returned", label="Results"),
     col("duration_ms", cells.milliseconds, label="Took"), "agent_id created_at"),
    filters=("query_type status domain", equals("session_id", typed=True)),
    search="query_summary error_message", search_note="Looks through summaries and errors.",
    order="-created_at", orders="-duration_ms", growing=True, named_by="query_type",
    panels=(panel("Question", "query_type query_summary domain tags session_id agent_id"),
            panel("Answer", "status results_returned golden_rules_returned heuristics_count"
                  " learnings_count experiments_count ceo_reviews_count tokens_approximated"),
            panel("Cost", "duration_ms limit_requested max_tokens_requested completed_at")),
    about="What agents asked the memory, and what came back.",
    empty="Each question to the memory writes one row; an import brings those of other databases.",
)  # fmt: skip
