"""Keys with which agents and other programs come in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from elfsite.origins.fields import words


class AgentKey(models.Model):
    """A key of an agent. Only its hash is kept; ``prefix`` is what pages show of it.

    ``scopes`` is a list out of SCOPES. ``trust_class`` is the grader class of what the key reports
    and caps what the report can earn.
    """

    SCOPES = ("read", "record", "grade", "run", "ingest", "admin")
    TRUST_CLASSES = ("human", "ci", "tool", "agent", "self")

    name = models.TextField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="agent_keys"
    )
    prefix = models.CharField(max_length=12, unique=True)
    key_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    trust_class = models.TextField(choices=words(*TRUST_CLASSES), default="agent")
    project = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "agent_keys"
        indexes = [models.Index(fields=["owner", "-created_at"], name="agent_keys_owner")]

    def __str__(self) -> str:
        return self.name
