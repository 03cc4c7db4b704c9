"""What the way to GitHub tells areas above: they register here, nobody here knows them."""

from __future__ import annotations

from collections.abc import Callable

from game.players.models import User

# f(person, repository, starred): the person's token was asked once whether they star it
Starred = Callable[[User, str, bool], None]
after_star: list[Starred] = []
