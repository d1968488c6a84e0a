"""Pages of other sites may call the API, if the settings name them: by token, never by session."""

from flask import Flask, request
from flask_cors import CORS

ALLOWED = ("Authorization", "Content-Type", "Idempotency-Key", "X-Request-ID")
SHOWN = ("X-Request-ID", "Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining")


def install(app: Flask, origins: str) -> None:
    """Return the browsers of these sites (commas between them); others get no leave."""
    named = [each.strip().rstrip("/") for each in origins.split(",") if each.strip()]
    app.extensions["peyvand_origins"] = frozenset(named)
    if named:
        CORS(
            app,
            resources={r"/(v2|crm)/.*": {"origins": named}},
            allow_headers=list(ALLOWED),
            expose_headers=list(SHOWN),
            supports_credentials=False,
            max_age=600,
        )


def invited(app: Flask) -> bool:
    """Return whether this request comes from a named site and brings its own credential."""
    known: frozenset[str] = app.extensions["peyvand_origins"]
    return request.headers.get("Origin") in known and "Authorization" in request.headers
