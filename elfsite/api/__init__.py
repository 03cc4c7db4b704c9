"""What an area needs to say what its API does: who calls, acts, bodies, rows.

The lowest layer: areas declare in their ``api.py``; ``elfsite.doors.http`` serves what they said.
"""
