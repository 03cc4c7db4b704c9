"""What people and commands do with sources; the parts lie in the modules named here."""

from __future__ import annotations

from elfsite.sources.connecting import (
    allowed_path,
    connect_source,
    found_databases,
    import_elf,
)
from elfsite.sources.follow.services import follow_source, set_write_back, unfollow_source
from elfsite.sources.forgetting import dependents_of, forget_source, refuse_needed
from elfsite.sources.importer import read_source
from elfsite.sources.welcome import (
    load_sample,
    needs_welcome,
    prepare_sample,
    sample_source,
    start_empty,
)

__all__ = [
    "allowed_path",
    "connect_source",
    "dependents_of",
    "follow_source",
    "forget_source",
    "found_databases",
    "import_elf",
    "load_sample",
    "needs_welcome",
    "prepare_sample",
    "read_source",
    "refuse_needed",
    "sample_source",
    "set_write_back",
    "start_empty",
    "unfollow_source",
]
