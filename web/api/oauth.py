"""`POST /oauth/token` (RFC 6749, 4.4), for clients that know only OAuth client credentials.

Client id and secret are a user name and an API token of this user; the token itself is the access
token, so it is revoked, scoped and listed in one place.
"""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from web import accounts
from web.accounts import policy

blueprint = Blueprint("oauth", __name__)
LIFETIME = 3600  # seconds until a client asks again, and learns that a token was revoked
REQUEST_BYTES = 16_384


@blueprint.post("/oauth/token")
@policy.requires(policy.ANYBODY)
def token() -> Any:
    """Return a bearer token for client id and secret, in the body (form) or as HTTP Basic."""
    request.max_content_length = REQUEST_BYTES
    kind = request.form.get("grant_type")
    if not kind:
        return _refused(400, "invalid_request", "grant_type is missing; send a form")
    if kind != "client_credentials":
        return _refused(400, "unsupported_grant_type", "only client_credentials is served")
    basic = request.authorization
    if basic is not None and basic.type == "basic":
        name, secret = basic.username or "", basic.password or ""
    else:
        name, secret = request.form.get("client_id", ""), request.form.get("client_secret", "")
    owner = accounts.by_token(secret)
    if owner is None or owner.username != name:
        told = "client_id is a user name, client_secret an API token of this user"
        return _refused(401, "invalid_client", told)
    return jsonify(access_token=secret, token_type="Bearer", expires_in=LIFETIME)  # noqa: S106


def _refused(status: int, error: str, description: str) -> Response:
    answer = jsonify(error=error, error_description=description)
    answer.status_code = status
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Basic realm="peyvand"'
    return answer
