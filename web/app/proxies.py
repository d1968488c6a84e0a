"""Behind reverse proxies: whom they speak for, and the path under which people reach us."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from web.app.settings import Settings


class Prefixed:
    """Puts the path of the public address before every address, stripped by the proxy or not."""

    def __init__(self, application: Any, prefix: str) -> None:
        """Take a path such as "/crm"."""
        self._application = application
        self._prefix = prefix

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        path = environ.get("PATH_INFO", "")
        if path == self._prefix or path.startswith(f"{self._prefix}/"):
            environ["PATH_INFO"] = path[len(self._prefix) :] or "/"
        environ["SCRIPT_NAME"] = self._prefix
        answer: Iterable[bytes] = self._application(environ, start_response)
        return answer


def install(app: Flask, settings: Settings) -> None:
    """Believe so many proxies as the settings say, and live under the public path."""
    prefix = urlsplit(settings.public_url).path.rstrip("/")
    if prefix:
        app.wsgi_app = Prefixed(app.wsgi_app, prefix)  # type: ignore[method-assign]
    if settings.proxies:  # or everybody would seem to come from the proxy's address
        believed = dict.fromkeys(("x_for", "x_proto", "x_host"), settings.proxies)
        app.wsgi_app = ProxyFix(app.wsgi_app, **believed)  # type: ignore[method-assign]
