"""`/openapi.json`: each API describes itself."""

from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Response, current_app

from web.api import openapi
from web.api.routes import Routes

VERSION = "1.0.0"


def of(
    title: str, prefix: str, resources: list[Routes]
) -> tuple[Routes, Callable[[], dict[str, Any]]]:
    """Make the routes that describe an API; also gives what makes the document."""
    routes = Routes("Description")

    @cache
    def document() -> dict[str, Any]:
        return openapi.document(f"Peyvand: {title}", prefix, [*resources, routes], VERSION)

    @routes.get("/openapi.json", may="system.see")
    def get_openapi() -> Response:
        """Return the OpenAPI document of this API."""
        text = current_app.json.dumps(document())
        return Response(text, mimetype="application/json")

    return routes, document
