"""People: users and their game state (seed: elf-schema §11), invitations."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone

from elfsite.origins.fields import recorded_at, words
from elfsite.origins.models import Recorded, between, from_origin


class UserManager(BaseUserManager["User"]):
    """Makes people for commands and tests; the product makes them through its services."""

    def create_user(self, login: str, password: str | None = None, **fields: Any) -> User:
        """A person who may sign in as *login*; without a password only GitHub or a link admits."""
        username = fields.pop("username", login)
        user = self.model(login=login.lower(), username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, login: str, password: str | None = None, **fields: Any) -> User:
        """Django's ``createsuperuser``: a person with the role admin."""
        return self.create_user(login, password, role="admin", is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin, Recorded):
    """Somebody who plays, browses, governs or administers.

    The seed's ``username`` is a display name and not unique; people sign in by ``login``, or with
    GitHub, which knows them by ``github_id``. A row written by a raw INSERT or an import has no
    login, no password and is inactive: only a GitHub sign-in with its id can claim it.

    ``login`` is kept in lower case: two names that differ by case alone are one name.
    """

    ROLES = ("member", "steward", "admin")
    THEMES = ("system", "light", "dark")
    DENSITIES = ("dense", "roomy")

    # the seed's columns
    github_id = models.BigIntegerField(unique=True, null=True, blank=True)
    username = models.TextField()
    avatar_url = models.TextField(null=True, blank=True)
    created_at = recorded_at()
    # ours
    login = models.CharField(max_length=150, unique=True, null=True, blank=True)
    email = models.EmailField(default="", db_default="", blank=True)
    password = models.CharField(max_length=128, default="!", db_default="!")
    role = models.TextField(choices=words(*ROLES), default="member", db_default="member")
    is_active = models.BooleanField(default=True, db_default=False)
    is_superuser = models.BooleanField(default=False, db_default=False)
    theme = models.TextField(choices=words(*THEMES), default="system", db_default="system")
    density = models.TextField(choices=words(*DENSITIES), default="dense", db_default="dense")
    shortcuts = models.BooleanField(default=True, db_default=True)
    plays = models.BooleanField(default=True, db_default=True)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        db_table = "users"
        constraints = [from_origin("users")]
        indexes = [
            models.Index(fields=["username"], name="idx_users_username"),
            models.Index(fields=["role"], name="idx_users_role"),
            models.Index(fields=["created_at"], name="idx_users_created_at"),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def is_staff(self) -> bool:
        """Django admin is for administrators."""
        return self.role == "admin"

    @property
    def is_steward(self) -> bool:
        """Stewards and administrators govern."""
        return self.role in {"steward", "admin"}

    @property
    def is_unclaimed(self) -> bool:
        """A row from another database whom nobody here has signed in as yet."""
        return self.login is None and not self.is_active

    def to_dict(self) -> dict[str, Any]:
        """Every column but the password's hash, which leaves the database for nobody."""
        return {name: value for name, value in super().to_dict().items() if name != "password"}

    def get_short_name(self) -> str:
        return self.username


class ShownStates(models.Manager["GameState"]):
    """Game states but for those of people who turned the game off: on no page, in no file."""

    def get_queryset(self) -> models.QuerySet[GameState]:
        off = User.objects.filter(is_active=True, plays=False)
        return super().get_queryset().exclude(pk__in=off.values("pk"))


class GameState(Recorded):
    """Score and armory of one player; unlocked things are JSON lists as text."""

    user = models.OneToOneField(
        User,
        on_delete=models.CASCADE,
        primary_key=True,
        db_constraint=False,
        related_name="game_state",
    )
    score = models.BigIntegerField(default=0, db_default=0)
    unlocked_weapons = models.TextField(
        default='["pulse_laser"]', db_default='["pulse_laser"]', blank=True
    )
    unlocked_cursors = models.TextField(default='["default"]', db_default='["default"]', blank=True)
    active_weapon = models.TextField(default="pulse_laser", db_default="pulse_laser")

    shown = ShownStates()
    objects: models.Manager[GameState] = models.Manager()

    class Meta:
        db_table = "game_state"
        verbose_name = "game state"
        constraints = [from_origin("game_state"), between("score", 0, None, "game_state")]
        indexes = [models.Index(fields=["score"], name="idx_game_state_score")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.score}"


class Invitation(models.Model):
    """A link that works once; only the hash of its token is kept.

    ``first`` makes the first administrator, ``invitation`` lets somebody in with a role,
    ``password`` lets ``person`` choose a new password.
    """

    KINDS = ("first", "invitation", "password")

    kind = models.TextField(choices=words(*KINDS), default="invitation")
    token_hash = models.CharField(max_length=64, unique=True)
    role = models.TextField(choices=words(*User.ROLES), default="member")
    note = models.TextField(default="", blank=True)
    person = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "invitations"

    def __str__(self) -> str:
        return f"{self.kind} as {self.role}"
