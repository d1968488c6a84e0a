"""Signatures of Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`, one per valid key."""

import base64
import binascii
import hmac
import secrets as random
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

PREFIX = "whsec_"
KEY_BYTES = 32
REPLAY_WINDOW = timedelta(minutes=5)


class NotSigned(ValueError):
    """The signature does not prove who sent this."""


def new_secret() -> str:
    """Make a secret as both sides keep it: `whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(random.token_bytes(KEY_BYTES)).decode()


def sign(secrets: str | Sequence[str], identity: str, now: datetime, body: bytes) -> dict[str, str]:
    """Sign with every valid secret; answers the three headers."""
    keys = [secrets] if isinstance(secrets, str) else secrets
    stamp = str(int(now.timestamp()))
    signatures = [f"v1,{_signature(key, identity, stamp, body)}" for key in keys]
    return {
        "webhook-id": identity,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(signatures),
    }


def verify(secrets: Iterable[str], headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Answer the id of a message that one of the secrets signed lately; raises NotSigned."""
    identity, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not identity or len(identity) > 200 or not identity.isprintable():
        raise NotSigned("webhook-id: 1 to 200 printable characters")
    if not stamp.isascii() or not stamp.isdecimal() or len(stamp) > 12:
        raise NotSigned("webhook-timestamp: seconds since 1970")
    if abs(int(now.timestamp()) - int(stamp)) > REPLAY_WINDOW.total_seconds():
        raise NotSigned("webhook-timestamp: more than five minutes away from now")
    given = [
        each.removeprefix("v1,").encode()
        for each in headers.get("webhook-signature", "").split()
        if each.startswith("v1,")
    ]
    # Every pair is compared, so that the time taken says nothing about which key was right.
    matches = [
        hmac.compare_digest(_signature(secret, identity, stamp, body).encode(), one)
        for secret in secrets
        for one in given[:10]
    ]
    if not any(matches):
        raise NotSigned("webhook-signature: not that of a valid secret")
    return identity


def _signature(secret: str, identity: str, stamp: str, body: bytes) -> str:
    signed = f"{identity}.{stamp}.".encode() + body
    return base64.b64encode(hmac.digest(key_of(secret), signed, "sha256")).decode()


def key_of(secret: str) -> bytes:
    """Answer the bytes of a secret; raises ValueError for what is none."""
    if not secret:
        raise ValueError("a webhook needs a secret")
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("the webhook secret is not base64") from None
