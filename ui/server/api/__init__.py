"""The HTTP interface for programs, beside the pages in the same server: `routes` is all that the server needs.

It hears recordings as the pages do, with the same limits and refusals, and keeps as little: nothing. It is off unless
SER_API_TOKEN is set.
"""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from ser_core.config import Settings
from ser_core.recognition.recogniser import Recogniser
from ui.server.api import description, page
from ui.server.api.door import Door
from ui.server.api.endpoints import Endpoints
from ui.server.paths import base

_PATH = "/api"


def routes(settings: Settings, recogniser_of: Callable[[str | None], Recogniser]) -> list[BaseRoute]:
    """The routes of the interface; where it is off, one that says so. `recogniser_of` returns a model by its name, or
    the configured one for None.
    """
    path = f"{base()}{_PATH}"
    if settings.api_token is None:
        return [Route(f"{path}/{{rest:path}}", _off, methods=["GET", "POST"])]
    door, endpoints = Door(settings), Endpoints(settings, recogniser_of)
    described = description.describe(settings, f"{path}/v1")
    shown = page.draw(described)

    async def openapi(request: Request) -> Response:
        return JSONResponse(described)

    async def docs(request: Request) -> Response:
        return Response(shown, media_type="text/html", headers={"Content-Security-Policy": page.POLICY})

    return [
        Mount(
            f"{path}/v1",
            routes=[
                Route("/analyse", door.guarded(endpoints.analyse), methods=["POST"]),
                Route("/delivery", door.guarded(endpoints.delivery), methods=["POST"]),
                Route("/models", door.guarded(endpoints.models), methods=["GET"]),
                # No secret is in these, and a browser that shows them has no token.
                Route("/openapi.json", openapi, methods=["GET"]),
                Route("/docs", docs, methods=["GET"]),
            ],
        )
    ]


async def _off(request: Request) -> Response:
    return JSONResponse({"error": "The HTTP interface is off: SER_API_TOKEN is not set at this server."}, 404)
