"""E-mail over a real SMTP server on this machine, and what happens when it says no."""

import socket
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.channels import Busy, Draft, Refused, deliver
from tasks.channels.smtp import compose
from tasks.contacts.records import Message
from tests.support.crm import DAY, NOON


class Mailbox:
    """Takes mails, or answers what the story says."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.to_recipient = "250 OK"
        self.to_data = "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.to_data.startswith("250"):
            self.mails.append(envelope)
        return self.to_data


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def settings(mailbox: Mailbox) -> Iterator[SimpleNamespace]:
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield outlets(f"smtp://127.0.0.1:{controller.port}")
    controller.stop()


DRAFT = Draft(
    key="contact-7",
    channel="email",
    recipient="mira@example.com",
    subject="سلام Mira",
    body="Dear Mira,\n\nLabas.\n",
    sender_name="Demo Records",
    headers={"List-Unsubscribe": "<mailto:hello@example.org?subject=STOP%207>"},
)


def test_a_mail_arrives_with_its_words(
    session: Session, mailbox: Mailbox, settings: SimpleNamespace
) -> None:
    message = deliver(session, settings, DRAFT, NOON)

    [mail] = mailbox.mails
    assert mail.rcpt_tos == ["mira@example.com"]
    text = mail.content.decode()
    assert "From: Demo Records <crm@example.org>" in text
    assert "List-Unsubscribe: <mailto:hello@example.org?subject=STOP%207>" in text
    assert "Labas." in text
    assert (message.state, message.transport) == ("sent", "smtp")


def test_the_same_key_is_never_sent_again(
    session: Session, mailbox: Mailbox, settings: SimpleNamespace
) -> None:
    deliver(session, settings, DRAFT, NOON)
    deliver(session, settings, DRAFT, NOON + DAY)

    assert len(mailbox.mails) == 1


def test_a_repeat_after_a_crash_carries_the_same_message_id(
    session: Session, mailbox: Mailbox, settings: SimpleNamespace
) -> None:
    deliver(session, settings, DRAFT, NOON)
    message = session.scalars(select(Message)).one()
    message.state = "sending"  # we died before we could write that it was sent
    session.commit()

    deliver(session, settings, DRAFT, NOON + DAY)

    first, second = (identity(mail) for mail in mailbox.mails)
    assert first == second


def test_two_workers_do_not_send_the_same_message(
    session: Session, mailbox: Mailbox, settings: SimpleNamespace
) -> None:
    session.add(
        Message(
            key=DRAFT.key,
            channel="email",
            transport="smtp",
            recipient="mira@example.com",
            body="",
            state="sending",
            claimed_at=NOON,
            created_at=NOON,
        )
    )

    with pytest.raises(Busy):
        deliver(session, settings, DRAFT, NOON)
    assert mailbox.mails == []


@pytest.mark.parametrize("answer", ["550 no such user", "553 bad name"])
def test_an_address_that_is_refused_for_good_stays_refused(
    session: Session, mailbox: Mailbox, settings: SimpleNamespace, answer: str
) -> None:
    mailbox.to_recipient = answer

    for _ in range(2):
        with pytest.raises(Refused, match=answer[:3]):
            deliver(session, settings, DRAFT, NOON)

    message = session.scalars(select(Message)).one()
    assert (message.state, message.attempts) == ("failed", 1)
    assert "mira" not in (message.error or "")


def test_a_message_that_is_refused_for_good_says_so(
    session: Session, mailbox: Mailbox, settings: SimpleNamespace
) -> None:
    mailbox.to_data = "554 no"

    with pytest.raises(Refused, match="554"):
        deliver(session, settings, DRAFT, NOON)


@pytest.mark.parametrize("where", ["to_recipient", "to_data"])
def test_a_passing_fault_is_tried_again(
    session: Session, mailbox: Mailbox, settings: SimpleNamespace, where: str
) -> None:
    setattr(mailbox, where, "451 later")
    with pytest.raises(OSError, match="later"):
        deliver(session, settings, DRAFT, NOON)
    assert session.scalars(select(Message)).one().state == "queued"

    setattr(mailbox, where, "250 OK")
    message = deliver(session, settings, DRAFT, NOON)

    assert (message.state, message.attempts) == ("sent", 2)


def test_a_mail_server_that_is_away_is_a_passing_fault(session: Session) -> None:
    with pytest.raises(OSError):  # noqa: PT011
        deliver(session, outlets(f"smtp://127.0.0.1:{free_port()}"), DRAFT, NOON)

    assert session.scalars(select(Message)).one().state == "queued"


def test_no_field_can_smuggle_in_a_header() -> None:
    draft = Draft(
        key="k",
        channel="email",
        recipient="mira@example.com",
        subject="Hello\r\nBcc: all@example.com",
        body="x",
        sender_name="A\nB",
    )

    mail = compose("crm@example.org", draft, NOON)

    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hello Bcc: all@example.com"


def outlets(smtp_url: str) -> SimpleNamespace:
    return SimpleNamespace(
        smtp_url=smtp_url, mail_from="crm@example.org", webhook_url="", webhook_secret=""
    )


def identity(mail: Any) -> str:
    lines = mail.content.decode().splitlines()
    return str(next(line for line in lines if line.startswith("Message-ID:")))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
