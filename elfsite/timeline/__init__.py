"""The event log: ``write()`` opens a write, its events are the live feed."""
