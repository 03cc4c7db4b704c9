"""Words of the sample: what a small team would have written in two months of building a shop."""

from __future__ import annotations

from pathlib import Path

# type, domain, title, summary: one line each
LEARNINGS = tuple(
    tuple(line.split("|"))
    for line in Path(__file__).with_name("learnings.txt").read_text(encoding="utf-8").splitlines()
)

# key, days ago, domain, status, title, context, options, decision, rationale
DECISIONS = (
    ("session-1", 71, "architecture", "superseded", "Keep sessions in the web process",
     "One server, no state to share.", "Memory; files; a table", "Memory of the web process.",
     "The fastest, and nothing to run beside it."),
    ("stock-1", 58, "architecture", "superseded", "Each service counts stock by itself",
     "The basket, the warehouse and the export read stock.", "Own counts; one service; triggers",
     "Each counts what it needs.", "No service waits for another."),
    ("session-2", 46, "architecture", "superseded", "Keep sessions in Redis",
     "A second web process forgets the first one's baskets.", "Redis; sticky routes; a table",
     "A Redis beside the database.", "Both processes see one basket."),
    ("pages", 44, "frontend", "accepted", "Server pages first, script second",
     "Forms failed behind one customer's proxy.", "Single-page app; server pages; both",
     "Every page works without script; script makes it faster.", "One way to render a page."),
    ("stock-2", 31, "architecture", "accepted", "One function writes stock",
     "Four counts disagreed and nobody knew which was right.", "Locks; one writer; events",
     "`reserve()` is the only writer, everybody else asks.", "A wrong count has one place."),
    ("release", 29, "deployment", "accepted", "The schema goes one release ahead",
     "Two versions run side by side for ninety seconds.", "Stop the shop; one step; two steps",
     "A release changes the schema or the code.", "Either version reads either schema."),
    ("session-3", 20, "architecture", "accepted", "Keep sessions in the database",
     "Redis was one more thing to patch, for 40 kB of baskets.", "Redis; signed cookies; a table",
     "A table, cleaned once an hour.", "One thing less to run, and it is backed up."),
    ("search", 12, "performance", "accepted", "Search stays in the database",
     "People asked for a search engine of its own.", "Search engine; full-text index; LIKE",
     "A full-text index.", "200,000 products answer in 14 ms; a second store would drift."),
    ("money", 9, "database", "accepted", "Money is whole cents",
     "Rounding differed between the invoice and the basket.", "Floats; decimals; cents",
     "Integers of cents, rounded once, at the tax.", "The sums agree with the tax office."),
    ("queue", 2, "architecture", "proposed", "Jobs live in a table of their own database",
     "The nightly export slows the basket.", "Same database; own database; a broker",
     "A second database for jobs.", "Waiting for the measurement of the nightly load."),
)  # fmt: skip
SUPERSEDED = {"session-1": "session-2", "session-2": "session-3", "stock-1": "stock-2"}

# domain, statement, rationale, severity, validation type, code, times violated
INVARIANTS = (
    ("database", "The stock of a product is never below zero", "We would sell what nobody has.",
     "error", "automated", "SELECT count(*) FROM stock WHERE pieces < 0", 0),
    ("database", "Every order line belongs to an order", "A line alone is charged to nobody.",
     "error", "automated", "tests/orders/test_integrity.py", 0),
    ("security", "No page answers without a person or a key", "One open page is enough.",
     "error", "test", "tests/test_every_address.py", 1),
    ("frontend", "The basket works without script", "A proxy may block any file.",
     "warning", "test", "tests/browser/test_no_script.py", 3),
    ("performance", "No page asks more than twelve queries", "Pages grow by one query.",
     "warning", "test", "tests/query_counts.json", 4),
    ("deployment", "The version before this one can read today's schema", "We go back at night.",
     "error", "automated", "infra/release/check.py", 0),
    ("documentation", "Every command in the handbook was run this month", "People copy them.",
     "info", "manual", "", 2),
    ("testing", "The whole suite takes less than eight minutes", "Beyond that nobody waits for it.",
     "info", "automated", "infra/release/timing.py", 1),
)  # fmt: skip

# domain, assumption, context, times verified, challenged, status
ASSUMPTIONS = (
    ("performance", "A basket rarely has more than thirty lines", "Size of the checkout page", 4, 0,
     "verified"),
    ("architecture", "One worker is enough for invoices", "Nightly jobs", 2, 1, "active"),
    ("deployment", "A release takes less than two minutes", "When to release", 1, 2, "challenged"),
    ("database", "Nobody edits an order after it was shipped", "Refund of single lines", 0, 3,
     "invalidated"),
    ("security", "The payment provider signs every webhook", "Webhook check", 5, 0, "verified"),
    ("frontend", "People filter by size before colour", "Order of the filters", 0, 0, "active"),
    ("testing", "The test account behaves like the real one", "Payments in tests", 1, 1, "active"),
    ("performance", "The warehouse scanners keep the page open all day", "Polling", 0, 0, "active"),
    ("architecture", "Mail may be late by ten minutes", "Retry of the mail job", 3, 0, "verified"),
)  # fmt: skip

# days ago, domain, title, question, findings (Markdown), gotchas, minutes, usefulness
SPIKES = (
    (34, "performance", "Full-text search in the database", "Is it fast enough for our catalogue?",
     "**Yes.** 200,000 products, 14 ms at the 95th percentile.\n\n| words | ms |\n|---|---|\n"
     "| one | 6 |\n| three | 14 |\n\nPlural forms need a dictionary.",
     "The index grows by 40 % of the text.", 180, 4.5),
    (27, "frontend", "Images without layout jumps", "What does it cost to know each image's size?",
     "Two columns in the product table, filled by the upload.\n\n- no jump in any browser\n"
     "- 3 kB less script", "Old images need one pass of the upload job.", 90, 3.5),
    (19, "deployment", "Stop a release by itself", "Which number tells that a release is bad?",
     "The share of failed requests against the hour before. Twice the share within two minutes "
     "was right in **8 of 9** old incidents.", "Quiet nights: 3 failures of 40 look like a fire.",
     240, 4.0),
    (11, "security", "Keys for the warehouse", "Can a scanner have a key of its own?",
     "Yes: a key per device, scope `labels`, thrown away with the device.", "", 60, 3.0),
    (6, "database", "Split an order", "Can an order have two addresses?",
     "1. a parcel table between order and line\n2. the address moves to the parcel\n\n"
     "The refund code asks for the address in seven places.", "Vouchers count per order.", 150,
     4.2),
    (1, "debugging", "The slow second click", "Why is the second click slow, and only the second?",
     "The session is written at the first and read from a cold page at the second.",
     "Cannot be seen with one process.", 75, 0),
)  # fmt: skip

# name, days ago, status, hypothesis, ((try, break, analysis, learned, rule), …)
EXPERIMENTS = (
    ("one-writer-of-stock", 33, "completed", "With one writer the counts agree for a week.",
     (("Route the basket through reserve()", "The export still wrote by itself",
       "Found by the invariant within an hour", "An invariant finds what a review does not", ""),
      ("Route the export as well", "Nothing for seven days", "The counts agree",
       "One writer is enough", "Let one function own each write to a table"))),
    ("shorter-prompts", 14, "active", "Half the prompt gives the same result for mending.",
     (("Leave out the file list", "Two of ten mends touched the wrong file",
       "The list is what keeps it in place", "Keep the file list, drop the history", ""),)),
    ("nightly-browser-tests", 48, "abandoned", "At night nobody waits, so nobody minds slow tests.",
     (("Run them at two", "Red for nine days before somebody looked",
       "A test that nobody waits for nobody reads", "Slow tests need an owner, not a night",
       "Give a flaky test an owner and a week, then remove it"),)),
)  # fmt: skip

# task id, days ago, status, domain, title, approach, risks, expected,
# (actual, differences, went well, went wrong, lesson, rule) or None
PLANS = (
    ("split-orders", 3, "active", "architecture", "Let people split an order",
     "Parcel table first, then the checkout, then refunds.", "Vouchers count per order.",
     "Two addresses in one checkout.", None),
    ("reserve-stock", 16, "completed", "architecture", "Reserve stock before the payment",
     "reserve() holds for twelve minutes, a job releases.", "The job may be late.",
     "No order without stock.",
     ("No order without stock for two weeks.", "Fifteen minutes instead of twelve.",
      "The invariant was there before the code.", "The release job ran twice after a restart.",
      "A job that may run twice has to say so in its name.",
      "Make a job safe to run twice before you schedule it")),
    ("two-step-release", 30, "completed", "deployment", "The schema goes one release ahead",
     "Check in the release script.", "People forget.", "No stop of the shop for a migration.",
     ("Four releases without a stop.", "", "The check refuses by itself.",
      "The first refusal had no reason in it.", "A refusal needs its reason.",
      "Release the schema one step before the code that needs it")),
    ("night-mode", 40, "abandoned", "frontend", "A dark shop", "Second set of colours.",
     "Photos look dull.", "People shop longer at night.",
     ("Stopped after the first test.", "Nobody of eleven people switched it on.",
      "The test took one day.", "We drew all pages before asking.", "Ask before drawing.", "")),
    ("yearly-report", 8, "active", "performance", "Export a year of orders",
     "Stream by key, no list in memory.", "Takes the place of people's queries.",
     "A year in less than a minute.", None),
)  # fmt: skip

# rule number, its name, days ago, what happened, acknowledged
VIOLATIONS = (
    (1, "Read the query plan before you add an index", 26, "An index on orders.note.", True),
    (2, "Run the one failing test before you change anything", 19, "Mended blind, twice.", True),
    (3, "Never build SQL out of text that came from outside", 13, "A sort order from the address.",
     True),
    (2, "Run the one failing test before you change anything", 6, "It was green before.", True),
    (4, "Write down why before you write how", 4.5, "A table without a decision.", True),
    (1, "Read the query plan before you add an index", 2.4, "Second index on (sku).", False),
    (2, "Run the one failing test before you change anything", 0.6, "Edited the fixture first.",
     False),
)  # fmt: skip

# title, context, recommendation, status, days ago
REVIEWS = (
    ("May the release stop itself at night?", "The spike says 8 of 9 incidents were seen in time.",
     "Yes, between 22 and 6 UTC, with a message to the person on call.", "pending", 0.7),
    ("Delete the customer export of 2019", "Nobody has opened it for four years; it holds names.",
     "Delete it and keep the sums.", "pending", 1.8),
    ("Golden rule: compare secrets in constant time", "Held in all but one of its outcomes.",
     "Promote it.", "pending", 2.6),
    ("A second database for jobs", "See the decision that was proposed two days ago.",
     "Measure a week, then decide.", "pending", 3.9),
    ("Pay for the larger test account", "The small one is locked every Friday.", "Pay.", "approved",
     15),
    ("Let agents merge into main", "Reviews wait for half a day.", "Not yet: 3 faults found.",
     "rejected", 22),
)  # fmt: skip
