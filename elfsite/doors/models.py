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


class KeyBucket(models.Model):
    """What a key has left of its requests: ``tokens`` at ``filled_at``, more since then.

    ``kind`` is ``all`` or ``write``. A table, so that the limit holds over all web processes and
    a restart.
    """

    key = models.ForeignKey(AgentKey, on_delete=models.CASCADE, related_name="buckets")
    kind = models.TextField()
    tokens = models.FloatField()
    filled_at = models.DateTimeField()

    class Meta:
        db_table = "key_buckets"
        constraints = [models.UniqueConstraint(fields=["key", "kind"], name="key_buckets_kind")]

    def __str__(self) -> str:
        return f"{self.key_id} {self.kind}"


class RememberedAnswer(models.Model):
    """The answer to a request that carried an ``Idempotency-Key``, given again for 24 hours.

    It is written in the transaction of the act itself: neither is there without the other.
    ``fingerprint`` is the SHA-256 of method, path, query and body.
    """

    key = models.ForeignKey(AgentKey, on_delete=models.CASCADE, related_name="answers")
    name = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.IntegerField(default=0)
    body = models.BinaryField(default=b"")
    location = models.TextField(default="", blank=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "remembered_answers"
        constraints = [
            models.UniqueConstraint(fields=["key", "name"], name="remembered_answers_name")
        ]
        indexes = [models.Index(fields=["made_at"], name="remembered_answers_made")]

    def __str__(self) -> str:
        return self.name
