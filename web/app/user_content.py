"""Content of users as an answer: sandboxed, a download, never a script or a page of this site."""

import re
from urllib.parse import quote

from flask import Response

SANDBOX = "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
SHAPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")
PLAIN = "application/octet-stream"
# Types no browser runs, whoever links to them; all others are bytes.
INERT = frozenset(
    {
        "application/gzip",
        "application/json",
        "application/msword",
        "application/pdf",
        "application/rtf",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/zip",
        "message/rfc822",
        "text/calendar",
        "text/csv",
        "text/markdown",
        "text/plain",
    }
)
INERT_FAMILIES = ("image/", "audio/", "video/", "font/", "application/vnd.openxmlformats-")
ACTIVE = ("image/svg", "+xml", "script", "html")


def attachment(content: bytes, content_type: str, file_name: str = "") -> Response:
    """Return a download; what a browser might run is sent as bytes without a type."""
    response = Response(content, mimetype=harmless(content_type))
    shown = f"; filename*=UTF-8''{quote(file_name, safe='')}" if file_name else ""
    response.headers["Content-Disposition"] = f"attachment{shown}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def harmless(content_type: str) -> str:
    """Return the type if nothing runs it, else that of plain bytes."""
    kind = content_type.partition(";")[0].strip().lower()
    if not SHAPE.fullmatch(kind) or any(word in kind for word in ACTIVE):
        return PLAIN
    return kind if kind in INERT or kind.startswith(INERT_FAMILIES) else PLAIN
