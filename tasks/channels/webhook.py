"""Hands contacts on other channels to an adapter outside, as Standard Webhooks 1.0 says."""

import json
from datetime import datetime
from http import HTTPStatus

from engine.limits import DEFAULT
from tasks.channels.draft import Draft
from tasks.signed_http.post import PUBLIC, Reach, post
from tasks.signed_http.signature import sign


class NotTaken(OSError):
    """The receiver did not take the webhook this time."""


def post_webhook(url: str, secret: str, draft: Draft, now: datetime, reach: Reach = PUBLIC) -> str:
    """Post `contact.requested`; answer "" or why the receiver will never take it."""
    body = json.dumps(
        {"type": "contact.requested", "timestamp": now.isoformat(), "data": data_of(draft)},
        ensure_ascii=False,
    ).encode()
    if len(body) > DEFAULT.webhook_bytes:
        return f"The message is larger than {DEFAULT.webhook_bytes} bytes."
    headers = {"Content-Type": "application/json"} | sign(secret, draft.key, now, body)
    status, _ = post(url, body, headers, reach)
    if status == HTTPStatus.GONE:
        return "The receiver takes no more contacts (410)."
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise NotTaken(f"The receiver answered {status}.")
    return ""


def data_of(draft: Draft) -> dict[str, object]:
    """Return what an adapter is told of a contact."""
    return {
        "key": draft.key,
        "contact_id": draft.contact_id,
        "channel": draft.channel,
        "recipient": draft.recipient,
        "subject": draft.subject,
        "body": draft.body,
    }
