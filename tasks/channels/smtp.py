"""E-mail over SMTP with the standard library."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import SplitResult, unquote, urlsplit

from tasks.channels.draft import Draft
from tasks.channels.rendering import plain

TIMEOUT = 20
PERMANENT = 500


def send_email(smtp_url: str, mail_from: str, draft: Draft, now: datetime) -> str:
    """Send it; answer "" or why the server will never take it. Passing faults are OSErrors."""
    message = compose(mail_from, draft, now)
    try:
        with _connected(urlsplit(smtp_url)) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code = max(code for code, _ in error.recipients.values())
        if code >= PERMANENT:
            return f"The mail server refused the address ({code})."
        raise
    except smtplib.SMTPResponseException as error:
        if error.smtp_code >= PERMANENT and not isinstance(error, smtplib.SMTPAuthenticationError):
            return f"The mail server refused the message ({error.smtp_code})."
        raise
    return ""


def compose(mail_from: str, draft: Draft, now: datetime) -> EmailMessage:
    """Write the message; its Message-ID comes from the key, so a repeat can be recognised."""
    sender = Address(display_name=plain(draft.sender_name), addr_spec=mail_from)
    identity = sha256(draft.key.encode()).hexdigest()[:32]
    message = EmailMessage()
    message["Subject"] = plain(draft.subject)
    message["From"] = sender
    message["To"] = Address(addr_spec=plain(draft.recipient))
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{identity}@{sender.domain}>"
    for name, value in draft.headers.items():
        message[name] = plain(value)
    message.set_content(draft.body)
    return message


@contextmanager
def _connected(url: SplitResult) -> Iterator[smtplib.SMTP]:
    host, context = url.hostname or "localhost", ssl.create_default_context()
    server: smtplib.SMTP
    if url.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, url.port or 465, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(host, url.port or 25, timeout=TIMEOUT)
    with server:
        if url.scheme == "smtp+starttls" or (url.scheme == "smtp" and url.username):
            server.starttls(context=context)  # a password never goes in the clear
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        yield server
