from __future__ import annotations

from typing import Any

from django.urls import path

from elfsite.timeline import tailer  # noqa: F401  (registers the task that follows the log)
from elfsite.timeline.consumers import LiveConsumer

websocket_urlpatterns: list[Any] = [path("live/", LiveConsumer.as_asgi())]
