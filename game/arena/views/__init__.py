"""The pages of the game, and what the arena asks of the server."""
