"""The id of the request that is being answered, in every line of the log."""

from __future__ import annotations

import logging
from contextvars import ContextVar

# asgiref carries context variables into the threads of sync views
request_id: ContextVar[str] = ContextVar("request_id", default="-")


class RequestIdFilter(logging.Filter):
    """Puts ``request_id`` into each record; ``-`` outside a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True
