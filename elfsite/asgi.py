"""The application that daphne serves: pages through a few slots, sockets beside them."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "elfsite.settings")
pages = get_asgi_application()  # before the imports below: they need the apps to be ready

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.conf import settings  # noqa: E402
from django.urls import re_path  # noqa: E402

from elfsite.slots import Slots  # noqa: E402
from elfsite.startup import Receive, Scope, Send, Startup  # noqa: E402
from elfsite.timeline.routing import websocket_urlpatterns  # noqa: E402


async def nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    """A socket for an address that has none is closed; the router alone would raise."""
    await send({"type": "websocket.close", "code": 4404})


ANYWHERE = re_path("", nowhere)  # type: ignore[arg-type]  # it knows views, not applications

application = Startup(
    ProtocolTypeRouter(
        {
            "http": Slots(pages, settings.SLOTS),  # type: ignore[arg-type]
            "websocket": AllowedHostsOriginValidator(
                AuthMiddlewareStack(URLRouter([*websocket_urlpatterns, ANYWHERE]))
            ),
        }
    )
)
