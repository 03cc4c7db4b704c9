from __future__ import annotations

from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "workflows.sessions"
    label = "agent_sessions"
    verbose_name = "Workflows · sessions"
