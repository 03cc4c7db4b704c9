"""Pages of what agents noted down."""

from __future__ import annotations

from elfsite.listings import cells
from elfsite.listings.declare import between, col, equals, listing, panel
from elfsite.listings.references import ids
from learning.knowledge.fulltext import matching
from learning.knowledge.models import (
    Assumption,
    Cycle,
    Decision,
    Experiment,
    Invariant,
    Learning,
    SpikeReport,
    Violation,
)

listing(
    Learning, "title type severity domain tags created_at", named_by="title",
    filters="type domain severity", order="-created_at", growing=True,
    search="title summary", search_note="Looks through titles and summaries.",
    panels=(panel("Learned", "title summary type severity domain tags"),
            panel("File", "filepath")),
    about="What went wrong, what went well, what was noticed; each with the file that tells it.",
    empty="Agents record failures and successes as they work; an import brings them.",
)  # fmt: skip

listing(
    Experiment, "name status hypothesis cycles_run created_at", filters="status",
    search="name hypothesis", order="-created_at", related="cycles",
    panels=(panel("Experiment", "name hypothesis status cycles_run folder_path"),),
    about="Hypotheses under test, run in cycles of try, break, analyse, learn.",
    empty="Agents start experiments with start-experiment; an import brings them.",
)  # fmt: skip

listing(
    Cycle, "try_summary experiment cycle_number heuristic created_at", named_by="try_summary",
    filters="experiment heuristic", order="-created_at",
    panels=(panel("Try, break, analyse, learn",
                  "try_summary break_summary analysis learning_extracted"),),
    about="One round of an experiment each.",
    empty="Each round of an experiment writes one row.",
)  # fmt: skip

listing(
    Decision, "title status domain superseded_by created_at", filters="status domain",
    search="title context decision rationale", order="-created_at", related="decisions",
    panels=(panel("Decision", "context options_considered decision rationale"),
            panel("Standing", "status superseded_by domain"),
            panel("Trace", "files_touched tests_added")),
    about="Architecture decisions, with what each gave way to.",
    empty="Agents and people record decisions; an import brings them.",
)  # fmt: skip

listing(
    Invariant, ("statement severity status scope domain",
                col("violation_count", label="Violated"), "last_violated_at"),
    filters="severity status scope validation_type domain", search="statement rationale",
    order="-created_at", orders="-violation_count",
    panels=(panel("Invariant", "statement rationale severity status scope domain"),
            panel("How it is checked", "validation_type validation_code last_validated_at"),
            panel("Violations", "violation_count last_violated_at")),
    about="What must always be true, and how often it was not.",
    empty="Agents and people state invariants; an import brings them.",
)  # fmt: skip

listing(
    Violation,
    ("rule_name", col("acknowledged", cells.flag_as("acknowledged", "open")),
     "description session_id violation_date"),
    filters=("acknowledged rule_id", equals("session_id", typed=True)),
    search="rule_name description", order="-violation_date", named_by="rule_name",
    panels=(panel("Violation", "rule_name rule_id description acknowledged session_id"),),
    refers=(ids("rule_id", "heuristics", called="rule_name"),),
    about="Golden rules that were broken.",
    empty="Agents report a broken golden rule with record-violation; an import brings them.",
)  # fmt: skip

listing(
    Assumption,
    ("assumption", col("confidence", cells.share), "status domain",
     col("verified_count", label="Verified"), col("challenged_count", label="Challenged"),
     "created_at"),
    filters=("status domain", between("confidence")), search="assumption context",
    order="-created_at", orders="-confidence",
    panels=(panel("Assumption", "assumption context source domain"),
            panel("Standing", "confidence status verified_count challenged_count")),
    about="What is believed and not yet proved.",
    empty="Agents note what they take for granted; an import brings it.",
)  # fmt: skip

listing(
    SpikeReport,
    ("title topic domain", col("time_invested_minutes", label="Minutes"),
     col("usefulness_score", label="Useful"), col("access_count", label="Read"), "created_at"),
    filters="domain topic", fulltext=matching, order="-created_at", title="Spikes", noun="spike",
    orders="-usefulness_score -access_count",
    panels=(panel("Question", "topic question"), panel("Findings", "findings gotchas resources"),
            panel("Worth", "usefulness_score access_count time_invested_minutes tags domain")),
    about="Time-boxed investigations and what they found.",
    empty="Agents write up an investigation with record-spike; an import brings them.",
)  # fmt: skip
