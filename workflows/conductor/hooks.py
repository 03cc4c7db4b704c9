"""What other areas hang onto the life of a run. This room imports none of them.

Each is registered by the area's ``AppConfig.ready`` or a module that it loads.
"""

from __future__ import annotations

from collections.abc import Callable

# f(w, execution=NodeExecution, paths=list[str], agent_id=str): an agent completed a node and wrote
# these files; called inside of the write, so it has to be quick and may not commit
FilesWritten = Callable[..., None]

on_files: list[FilesWritten] = []
