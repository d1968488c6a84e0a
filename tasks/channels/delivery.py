"""Delivers one message on its channel; the same key never goes out twice unnoticed.

At-least-once with a stable key: the row says `sending` before anything leaves the house. If we die
in between, the next attempt sends the same Message-ID or webhook-id again, and the receiver can
tell. A message that is `sent` is never sent again.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.channels.draft import Draft
from tasks.channels.smtp import send_email
from tasks.channels.webhook import post_webhook
from tasks.contacts.records import Message
from tasks.templates.rendering import with_links

LEASE = timedelta(minutes=5)
ATTEMPTS = 8
OUTBOX = "outbox"


class Refused(Exception):
    """The receiving side will never take this message."""


class Busy(Exception):
    """Another worker is sending this message now."""


class Settings(Protocol):
    """What of the installation's settings the channels read; empty means not configured."""

    @property
    def smtp_url(self) -> str:
        """smtp://, smtps:// with user and password."""

    @property
    def mail_from(self) -> str:
        """Address of the sender."""

    @property
    def webhook_url(self) -> str:
        """Where contacts on other channels are handed over."""

    @property
    def webhook_secret(self) -> str:
        """Standard Webhooks secret, `whsec_…`."""


def was_sent(session: Session, key: str) -> bool:
    """Return whether a message has left already."""
    sent = select(Message.id).where(Message.key == key, Message.state == "sent")
    return session.scalar(sent) is not None


def stays_here(settings: Settings, channel: str | None) -> bool:
    """Return whether messages on a channel go into the outbox, as nothing else is set up."""
    return channel is not None and _transport(settings, channel) == OUTBOX


def put_into_outbox(session: Session, settings: Settings, draft: Draft, now: datetime) -> Message:
    """Add a message whose key is new to the outbox; neither flushes nor commits."""
    message = _new(draft, now)
    message.transport, message.sender = OUTBOX, settings.mail_from
    message.attempts, message.claimed_at = 1, now
    message.state, message.sent_at = "sent", now
    session.add(message)
    return message


def deliver(
    session: Session, settings: Settings, draft: Draft, now: datetime, *, attempts: int = ATTEMPTS
) -> Message:
    """Send the draft unless its key was sent already; raise Refused, Busy, or a passing fault.

    After so many attempts a passing fault is taken for a refusal. Commits before and after the
    message leaves.
    """
    message = _claim(session, settings, draft, now)
    if message.state == "sent":
        return message
    session.commit()  # no lock is held while the network is waited for
    try:
        _send(settings, draft, message, now)
    except Refused as error:
        _close(session, message, "failed", str(error))
        raise
    except Exception as error:  # whatever it was, the next attempt may take it up at once
        if message.attempts >= attempts:
            told = f"{message.attempts} attempts failed, the last with {type(error).__name__}."
            _close(session, message, "failed", told)
            raise Refused(told) from error
        _close(session, message, "queued", type(error).__name__)
        raise
    message.sent_at = now
    _close(session, message, "sent", None)
    return message


def _claim(session: Session, settings: Settings, draft: Draft, now: datetime) -> Message:
    message = session.scalar(
        select(Message).where(Message.key == draft.key).with_for_update()
    ) or _new(draft, now)
    if message.state == "sent":
        return message
    if message.state == "failed":
        raise Refused(message.error or "")
    claimed = message.claimed_at
    if message.state == "sending" and claimed is not None and claimed > now - LEASE:
        raise Busy(f"Message {draft.key} is being sent.")
    message.transport = _transport(settings, draft.channel)
    message.sender = settings.mail_from
    message.attempts += 1
    message.claimed_at = now
    message.state = "sending"
    if message.transport == OUTBOX:
        message.state, message.sent_at = "sent", now
    session.add(message)
    session.flush()
    return message


def _new(draft: Draft, now: datetime) -> Message:
    return Message(
        key=draft.key,
        contact_id=draft.contact_id,
        internal=draft.internal,
        partner_id=draft.partner_id,
        channel=draft.channel,
        recipient=draft.recipient,
        subject=draft.subject,
        body=draft.body,
        headers=draft.headers,
        state="queued",
        attempts=0,
        created_at=now,
    )


def _transport(settings: Settings, channel: str) -> str:
    if channel == "email":
        return "smtp" if settings.smtp_url else OUTBOX
    return "webhook" if settings.webhook_url else OUTBOX


def _send(settings: Settings, kept: Draft, message: Message, now: datetime) -> None:
    body = with_links(kept.body, kept.addresses)
    draft = replace(kept, body=body, subject=with_links(kept.subject, kept.addresses))
    refusal = (
        send_email(settings.smtp_url, settings.mail_from, draft, now)
        if message.transport == "smtp"
        else post_webhook(settings.webhook_url, settings.webhook_secret, draft, now)
    )
    if refusal:
        raise Refused(refusal)


def _close(session: Session, message: Message, state: str, error: str | None) -> None:
    message.state = state
    message.error = error
    session.commit()
