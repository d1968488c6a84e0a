"""What every request has to pass and every answer carries: origin, CSRF token, headers."""

from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFProtect

from engine.errors import Forbidden
from web.app import cors
from web.app.services import settings

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
API_PREFIXES = ("/v2/", "/crm/", "/oauth/", "/metrics", "/healthz", "/readyz")
API_ROOTS = frozenset({"/v2", "/crm", "/crm/v1"})
LINKS = "/link/"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def install(app: Flask) -> None:
    """Check changes before any view sees them; add the headers after it."""
    csrf = CSRFProtect(app)

    @app.before_request
    def _check_change() -> None:
        if request.method in SAFE:
            return
        if not (is_api() and cors.invited(app)):
            _check_origin()
        # Programs bring tokens; a browser's session is checked by the API itself. Whoever opens a
        # link brings nothing but the link, so there is no session that another site could use.
        if not is_api() and not request.path.startswith(LINKS):
            csrf.protect()

    app.after_request(_headers)


def is_api() -> bool:
    """Return whether this request is for programs: it gets problem+json, not pages."""
    return request.path.startswith(API_PREFIXES) or request.path in API_ROOTS


def _check_origin() -> None:
    """Refuse a change that another site's page sends in the browser's name."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        raise Forbidden("This request came from another site.")
    origin = request.headers.get("Origin")
    if origin and origin != "null" and urlsplit(origin).netloc != request.host:
        raise Forbidden("This request came from another site.")


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Referrer-Policy", "same-origin")
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if settings().secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    return response
