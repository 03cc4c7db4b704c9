"""The rules of the sample: what agents of a small team learned while they built a shop."""

from __future__ import annotations

from typing import NamedTuple

HARBOUR = "/srv/harbour"  # the one project of the sample; None: the rule holds everywhere


class Rule(NamedTuple):
    """``life`` names the story of its confidence, see ``lives``."""

    domain: str
    life: str
    rule: str
    why: str
    source_type: str = "failure"
    project: str | None = None


RULES = [
    # testing
    Rule("testing", "golden", "Run the one failing test before you change anything",
         "A fix that was never seen red proves nothing; twice the failure was in the fixture."),
    Rule("testing", "candidate", "Freeze the clock in every test that compares dates",
         "Four tests failed on the last day of a month, and only then.", "observation"),
    Rule("testing", "validated", "Make each test build its own rows, never lean on a seed file",
         "A shared seed file changed and forty tests failed for reasons of their own."),
    Rule("testing", "validated", "Assert on the number of queries where a page lists rows",
         "One forgotten join made the order list ask 300 times.", "success"),
    Rule("testing", "learning", "Delete a test that cannot fail",
         "It cost minutes of every run and guarded nothing.", "observation"),
    Rule("testing", "learning", "Give a flaky test an owner and a week, then remove it",
         "A red run that people ignore hides the next real one."),
    Rule("testing", "atrisk", "Mock the payment provider in every test",
         "Held for unit tests. The mock agreed to a call that the provider refuses.", "success"),
    Rule("testing", "dormant", "Run the browser tests against the staging server",
         "Nobody has done so since each branch has a server of its own.", "observation"),
    Rule("testing", "gamed", "Report a green run after every edit, however small",
         "Reported held once an hour for two days; no run of the tests is on record.", "auto"),
    # database
    Rule("database", "golden", "Add a column as nullable first, fill it, then make it required",
         "A required column with a default rewrote 9 million rows while people were buying."),
    Rule("database", "golden", "Read the query plan before you add an index",
         "Two indexes on orders were never used and slowed every write.", "observation"),
    Rule("database", "validated", "Keep a write transaction free of network calls",
         "A slow mail server held the order table for eleven seconds."),
    Rule("database", "validated", "Page by key, never by offset, where a table grows",
         "Page 4,000 of the log took eight seconds.", "observation"),
    Rule("database", "learning", "Name constraints yourself so that a migration can drop them",
         "The generated name differed between two servers.", "failure", HARBOUR),
    Rule("database", "failing", "Keep session data in the memory of the web process",
         "Fast with one process. With two, people lost their basket at every second click."),
    Rule("database", "warmup", "Set a statement timeout for reports",
         "A report of three years blocked the nightly vacuum.", "failure", HARBOUR),
    Rule("database", "deprecated", "Use the ORM's bulk create for every import",
         "Contradicted: plain statements were four times faster and used less memory.", "success"),
    # security
    Rule("security", "golden", "Never build SQL out of text that came from outside",
         "A search box of the back office could read the customer table."),
    Rule("security", "candidate", "Compare secrets in constant time",
         "The webhook check leaked the length of its key by timing.", "observation"),
    Rule("security", "validated", "Write no token into a log, not even shortened",
         "Eight characters were enough to find it in another system's log."),
    Rule("security", "learning", "Ask for the narrowest scope that a key needs",
         "The export job could delete what it only had to read.", "observation"),
    Rule("security", "learning", "Answer 404, not 403, for a row of somebody else",
         "403 told a stranger which order numbers exist.", "failure", HARBOUR),
    Rule("security", "quarantined", "Skip the dependency audit when only a patch version moved",
         "All reports of success came from the agent that wrote the rule, minutes apart.", "auto"),
    # frontend
    Rule("frontend", "golden", "Give every control a visible label before you style it",
         "Half of the checkout could not be used with a screen reader."),
    Rule("frontend", "validated", "Put what a person filters by into the address",
         "People mailed each other links that showed something else.", "observation"),
    Rule("frontend", "learning", "Send the form without script first, then make it faster with it",
         "The basket was empty where a proxy blocked one file.", "success", HARBOUR),
    Rule("frontend", "learning", "Reserve the height of an image before it loads",
         "The buy button moved away under people's fingers.", "observation"),
    Rule("frontend", "atrisk", "Cache product pages in the browser for an hour",
         "Prices changed and people argued with support about the old ones.", "success"),
    Rule("frontend", "warmup", "Say how many results a filter leaves before it is applied",
         "People opened and closed the same filter to find that it was empty.", "observation"),
    Rule("frontend", "dormant", "Load icons as a font",
         "No page has used the icon font since the sprite.", "success"),
    # architecture
    Rule("architecture", "golden", "Write down why before you write how",
         "Three decisions were taken twice because nobody found the first one."),
    Rule("architecture", "candidate", "Let one function own each write to a table",
         "Stock was counted in four places and was wrong in three.", "success"),
    Rule("architecture", "validated", "Make a job safe to run twice before you schedule it",
         "A restart at night sent 2,100 invoices again."),
    Rule("architecture", "learning", "Keep the shape of a message when you add to it",
         "An old worker stopped at a field that it did not know.", "failure", HARBOUR),
    Rule("architecture", "failing", "Split a service as soon as two teams touch it",
         "Held twice. The third split made every release wait for two others.", "success"),
    Rule("architecture", "archived", "Have one place that writes stock",
         "Merged: it says what a broader rule says.", "observation"),
    # performance
    Rule("performance", "validated", "Measure on the slowest machine that we support",
         "A page was fast on our laptops and took six seconds in the warehouse.", "observation"),
    Rule("performance", "validated", "Fetch what a page needs in one round trip",
         "The stock page asked seven services one after the other."),
    Rule("performance", "learning", "Bound every list at the door",
         "An export asked for all orders and took the server with it.", "failure", HARBOUR),
    Rule("performance", "learning", "Cache by the version of the data, not by the clock",
         "Five minutes were too long for stock and too short for photos.", "success"),
    Rule("performance", "atrisk", "Raise the number of workers when a queue grows",
         "Helped once; twice it moved the jam into the database.", "success"),
    Rule("performance", "dormant", "Inline the critical styles of the start page",
         "Not applied since the start page is served compressed.", "success"),
    # debugging
    Rule("debugging", "golden", "Read the whole error before you search for it",
         "The last line named the symptom, the ninth named the file.", "observation"),
    Rule("debugging", "validated", "Reproduce it by a command that a colleague can paste",
         "An hour was spent on a fault that only one machine had.", "success"),
    Rule("debugging", "learning", "Change one thing between two tries",
         "Two changes made it work and nobody knows which.", "observation"),
    Rule("debugging", "learning", "Look at what was released in the hour before",
         "Seven of nine night alarms began with a release.", "observation"),
    Rule("debugging", "warmup", "Compare a good and a bad request byte by byte",
         "The difference was a trailing slash.", "success"),
    # deployment
    Rule("deployment", "validated", "Try the way back before you take the way forward",
         "The rollback script had not run for a year and did not run that night."),
    Rule("deployment", "validated", "Release the schema one step before the code that needs it",
         "Both versions run for ninety seconds, every time.", "observation", HARBOUR),
    Rule("deployment", "learning", "Write the version into every log line",
         "It was not clear which half of the servers failed.", "observation"),
    Rule("deployment", "failing", "Release on every merge",
         "Held for months. Since the schema has its own step, merges collide.", "success"),
    Rule("deployment", "warmup", "Stop a release by itself when errors double",
         "Somebody has to be awake to see the graph.", "failure", HARBOUR),
    # git
    Rule("git", "validated", "Say in the message why, the diff says what",
         "A message 'fix' hid the reason for a rounding rule for two years.", "observation"),
    Rule("git", "learning", "Rebase your own branch, merge everybody else's",
         "A rewritten branch cost a colleague a morning.", "failure"),
    Rule("git", "learning", "Keep a rename and an edit in two commits",
         "History ended at the rename.", "observation"),
    Rule("git", "archived", "Explain the reason of a change in its message",
         "Merged: it says what an older rule says.", "observation"),
    # documentation
    Rule("documentation", "validated", "Put the command that works first, the explanation after it",
         "People copied the first block, and it was the one that fails.", "observation"),
    Rule("documentation", "learning", "Test every command of the manual once a month",
         "Three of the eleven set-up commands were gone.", "success"),
    Rule("documentation", "deprecated", "Describe every function in the handbook",
         "Contradicted: the handbook was wrong within a week, the code was not.", "observation"),
    Rule("documentation", "warmup", "Say when a page was last proven, not when it was last edited",
         "A page edited last week described last year's server.", "observation"),
]  # fmt: skip
