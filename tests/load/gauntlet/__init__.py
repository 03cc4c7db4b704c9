"""The gauntlet: honest agents and planted attacks, and how well the detectors tell them apart."""
