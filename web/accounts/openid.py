"""Signing in through the company's OpenID Connect provider: authorization code with PKCE."""

from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.flask_client import OAuth, OAuthError
from flask import Flask, current_app, url_for
from joserfc.errors import JoseError
from requests import RequestException

from web.app.services import settings
from web.app.settings import Settings

KEY = "peyvand_oidc"
TIMEOUT_S = 10


class NotIdentified(Exception):
    """The provider did not say who this is."""


def install(app: Flask, given: Settings) -> None:
    """Get to know the provider, if there is one; it is asked when somebody signs in."""
    app.extensions[KEY] = None
    if not given.oidc_issuer:
        return
    kept = {"token_endpoint_auth_method": "none"} if not given.oidc_client_secret else {}
    app.extensions[KEY] = OAuth(app).register(
        "company",
        client_id=given.oidc_client_id,
        client_secret=given.oidc_client_secret or None,
        server_metadata_url=f"{given.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": given.oidc_scope,
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT_S,
            **kept,
        },
    )


def configured() -> bool:
    """Return whether people may sign in this way."""
    return current_app.extensions[KEY] is not None


def leave() -> Any:
    """Send the browser to the provider; state, nonce and verifier stay in the signed cookie."""
    public = urlsplit(settings().public_url)  # its path is in the address already
    address = f"{public.scheme}://{public.netloc}{url_for('oidc.back')}"
    return _asked(lambda client: client.authorize_redirect(address))


def come_back() -> dict[str, Any]:
    """Return the claims about who came back; raises NotVouchedFor.

    The issuer that signed them is in `iss`. Groups may be in the token or at the provider only.
    """

    def claims(client: Any) -> dict[str, Any]:
        token = client.authorize_access_token()
        told = dict(token.get("userinfo") or {})
        wanted = settings().oidc_groups_claim
        if told and wanted not in told and client.load_server_metadata().get("userinfo_endpoint"):
            more = dict(client.userinfo(token=token))
            if more.get("sub") == told.get("sub"):
                told = more | told
        return told

    told: dict[str, Any] = _asked(claims)
    if not told.get("sub") or not told.get("iss"):
        raise NotIdentified("no subject")
    return told


def _asked(ask: Any) -> Any:
    try:
        return ask(current_app.extensions[KEY])
    except (OAuthError, JoseError, RequestException, RuntimeError, KeyError, ValueError) as error:
        raise NotIdentified(type(error).__name__) from error
