"""Watches every request: its id, a line in the access log, the figures of `/metrics`.

The address is logged as its route, so neither keys nor names nor searches get into the log.
"""

import logging
import re
import time
import uuid

from flask import Flask, Response, current_app, g, request

from web.app.metrics import Metrics
from web.app.services import settings

HEADER = "X-Request-ID"
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
log = logging.getLogger("peyvand.access")


def install(app: Flask) -> None:
    """Watch requests from the first step to the last."""
    app.extensions["peyvand_metrics"] = Metrics(app.extensions["peyvand"])
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if _ID.fullmatch(given) else uuid.uuid4().hex
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    if "began" not in g:
        return response
    response.headers[HEADER] = g.request_id
    seconds = time.perf_counter() - g.began
    route = request.url_rule.rule if request.url_rule else "(none)"
    metrics().count(request.method, route, response.status_code, seconds)
    if settings().access_log:
        facts = {
            "method": request.method,
            "route": route,
            "status": response.status_code,
            "milliseconds": round(seconds * 1000, 1),
        }
        text = f"{request.method} {route} {response.status_code} {seconds * 1000:.1f} ms"
        log.info(text, extra={"facts": facts})
    return response


def metrics() -> Metrics:
    """Return the figures of this process."""
    found: Metrics = current_app.extensions["peyvand_metrics"]
    return found
