"""E-mail over SMTP with the standard library."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.charset import BASE64, QP, Charset
from email.header import Header
from email.message import Message
from email.utils import format_datetime, formataddr
from hashlib import sha256
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from engine.text.emails import email_to_send
from engine.text.unreadable import Unreadable
from tasks.channels.draft import Draft
from tasks.templates.rendering import plain

TIMEOUT = 20
PERMANENT = 500


def send_email(smtp_url: str, mail_from: str, draft: Draft, now: datetime) -> str:
    """Send it; return "" or why it will never be taken. Passing faults are OSErrors.

    Only answers to MAIL, RCPT and DATA speak of the message: once DATA is answered by 250 it is
    sent, whatever comes after, and what comes before them may be better in an hour.
    """
    try:
        message = compose(mail_from, draft, now)
    except Unreadable:
        return "This is no address that mail can be sent to."
    try:
        with _connected(urlsplit(smtp_url)) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code = max(code for code, _ in error.recipients.values())
        if code >= PERMANENT:
            return f"The mail server refused the address ({code})."
        raise
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        if error.smtp_code >= PERMANENT:
            return f"The mail server refused the message ({error.smtp_code})."
        raise
    return ""


def compose(mail_from: str, draft: Draft, now: datetime) -> "Message[Any, Any]":
    """Write the message; its Message-ID comes from the key, so a repeat can be recognised.

    Raise Unreadable if the recipient is no address. Headers are written by `email.header`: the
    folding of `EmailMessage` loses blanks between words of other scripts before Python 3.13.
    """
    to = email_to_send(plain(draft.recipient))
    message: Message[Any, Any] = Message()
    message.set_payload(draft.body, _charset(draft.body))
    domain = mail_from.rpartition("@")[2]
    identity = sha256(draft.key.encode()).hexdigest()[:32]
    name = _text(plain(draft.sender_name)).encode()
    message["Subject"] = _text(plain(draft.subject))
    message["From"] = formataddr((name, mail_from)) if name.isascii() else mail_from
    message["To"] = to
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{identity}@{domain}>"
    for header, value in (draft.headers | draft.links).items():
        message[header] = plain(value)
    return message


def _charset(body: str) -> Charset:
    """Keep a text of mostly ASCII readable as it is; anything else is shorter in base64."""
    utf8, others = Charset("utf-8"), sum(not letter.isascii() for letter in body)
    utf8.body_encoding = QP if others * 6 < len(body) else BASE64
    return utf8


def _text(text: str) -> Header:
    """Encode what has other letters, or could be read as encoded."""
    encoded = not text.isascii() or "=?" in text
    return Header(text, "utf-8" if encoded else "us-ascii", maxlinelen=75)


@contextmanager
def _connected(url: SplitResult) -> Iterator[smtplib.SMTP]:
    host, context = url.hostname or "localhost", ssl.create_default_context()
    server: smtplib.SMTP
    if url.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, url.port or 465, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(host, url.port or 25, timeout=TIMEOUT)
    try:
        if url.scheme == "smtp+starttls" or (url.scheme == "smtp" and url.username):
            server.starttls(context=context)  # a password never goes in the clear
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        yield server
    finally:
        with suppress(smtplib.SMTPException, OSError):  # what follows a message says nothing of it
            server.quit()
        server.close()
