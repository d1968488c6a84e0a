"""An OpenID provider in a process of its own: `python -m tests.support.oidc_provider PORT`.

The provider is the package `oidc-provider-mock`; it does not know PKCE, so this door before it
demands a challenge, and refuses whoever cannot show the verifier that belongs to it.
"""

import base64
import hashlib
import io
import sys
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from oidc_provider_mock import app
from werkzeug.serving import run_simple


class Door:
    """WSGI around the provider."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._challenges: dict[str, str] = {}

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/oauth2/authorize":
            return self._authorize(environ, start)
        if path == "/oauth2/token" and not self._proven(environ):
            start("400 Bad Request", [("Content-Type", "application/json")])
            return [b'{"error": "invalid_grant"}']
        return self._inner(environ, start)  # type: ignore[no-any-return]

    def _authorize(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        asked = parse_qs(environ["QUERY_STRING"])
        if asked.get("code_challenge_method") != ["S256"] or "code_challenge" not in asked:
            start("400 Bad Request", [])
            return [b"no challenge"]

        def noting(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            for name, value in headers:
                if name.lower() == "location":
                    code = parse_qs(urlsplit(value).query).get("code", [""])[0]
                    self._challenges[code] = asked["code_challenge"][0]
            return start(status, headers, *more)

        return self._inner(environ, noting)  # type: ignore[no-any-return]

    def _proven(self, environ: dict[str, Any]) -> bool:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        sent = parse_qs(body.decode())
        verifier = sent.get("code_verifier", [""])[0]
        digest = hashlib.sha256(verifier.encode()).digest()
        proof = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return self._challenges.get(sent.get("code", [""])[0]) == proof


if __name__ == "__main__":
    run_simple("localhost", int(sys.argv[1]), Door(app(require_nonce=True)), threaded=True)
