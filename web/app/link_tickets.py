"""The signed address of a link for somebody outside: key id, random id, signature."""

import base64
import hmac
from collections.abc import Mapping
from hashlib import sha256

from web.app.settings import Settings

OWN = "0"  # the id of the key that follows from the secret key
LONGEST = 200


def link_keys(settings: Settings) -> Mapping[str, bytes]:
    """Return the keys by id, the one that signs first; raise ValueError for an unclear setting."""
    keys: dict[str, bytes] = {}
    for part in settings.link_keys.split(","):
        name, _, secret = (each.strip() for each in part.partition("="))
        if name and (not secret or not name.isalnum()):
            raise ValueError("PEYVAND_LINK_KEYS: write “id=secret”, the newest first")
        if name:
            keys[name] = secret.encode()
    return keys or {OWN: sha256(b"links\0" + settings.secret_key.encode()).digest()}


def sign_link(keys: Mapping[str, bytes], link_id: str) -> str:
    """Return what stands in the address of a link."""
    name, key = next(iter(keys.items()))
    return f"{name}.{link_id}.{_signature(key, name, link_id)}"


def read_link(keys: Mapping[str, bytes], ticket: str) -> str | None:
    """Return the id of a link that one of the keys has signed; None for anything else."""
    parts = ticket.split(".")
    if len(ticket) > LONGEST or not ticket.isascii() or len(parts) != 3:
        return None
    name, link_id, signature = parts
    key = keys.get(name)
    if key is None or not hmac.compare_digest(signature, _signature(key, name, link_id)):
        return None
    return link_id


def _signature(key: bytes, name: str, link_id: str) -> str:
    digest = hmac.digest(key, f"link\0{name}\0{link_id}".encode(), sha256)
    return base64.urlsafe_b64encode(digest[:18]).decode()
