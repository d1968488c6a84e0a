"""E-mail over a real SMTP server on this machine, and what happens when it says no."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.channels import Busy, Draft, Refused, deliver
from tasks.channels.smtp import compose
from tasks.contacts.records import Message
from tasks.templates.rendering import plain
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
    internal=True,
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
            internal=True,
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


class Line:
    """A mail server whose words the story says, one by one."""

    def __init__(self, *, greeting: str = "220 here", bye: str = "221 bye") -> None:
        self.taken = 0
        self._answers = {"QUIT": bye, "DATA": "354 go on"}
        self._greeting = greeting
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            with line, line.makefile("rw", newline="\r\n") as words:
                self._talk(words)

    def _talk(self, words: Any) -> None:
        self._say(words, self._greeting)
        reading = False
        for said in words:
            if reading and said.strip() == ".":
                reading, self.taken = False, self.taken + 1
                self._say(words, "250 taken")
            elif not reading:
                verb = said[:4].upper()
                self._say(words, self._answers.get(verb, "250 fine"))
                reading = verb == "DATA"
                if verb == "QUIT":
                    return

    def _say(self, words: Any, text: str) -> None:
        words.write(text + "\r\n")
        words.flush()

    def close(self) -> None:
        self._listener.close()


@pytest.mark.parametrize("bye", ["421 too busy", "500 what"])
def test_a8_after_250_it_is_sent_whatever_follows(session: Session, bye: str) -> None:
    server = Line(bye=bye)

    message = deliver(session, outlets(server.url), DRAFT, NOON)

    assert (message.state, server.taken) == ("sent", 1)
    server.close()


def test_a8_a_server_that_refuses_everybody_now_may_not_in_an_hour(session: Session) -> None:
    server = Line(greeting="554 not today")

    with pytest.raises(OSError):  # noqa: PT011 - any passing fault
        deliver(session, outlets(server.url), DRAFT, NOON)

    assert session.scalars(select(Message)).one().state == "queued"
    server.close()


@pytest.mark.parametrize(
    ("address", "to"),
    [
        ("jonas@pašto.lt", "jonas@xn--pato-h6a.lt"),
        ("ali@مثال.ایران", "ali@xn--mgbh0fb.xn--mgba3a4f16a"),
        ("mira\u200c@example.com", "mira@example.com"),
    ],
)
def test_a9_a_domain_of_any_script_is_sent_as_punycode(address: str, to: str) -> None:
    mail = compose("crm@example.org", replace(DRAFT, recipient=address), NOON)

    assert mail["To"] == to


def test_a9_what_can_never_be_delivered_is_refused_at_once(
    session: Session, mailbox: Mailbox, settings: SimpleNamespace
) -> None:
    with pytest.raises(Refused, match="no address"):
        deliver(session, settings, replace(DRAFT, recipient="šarūnė@example.org"), NOON)

    assert session.scalars(select(Message)).one().state == "failed"


def test_a9_the_last_attempt_that_fails_is_a_refusal(session: Session) -> None:
    server = Line(greeting="421 busy")
    for _ in range(2):
        with pytest.raises(OSError):  # noqa: PT011
            deliver(session, outlets(server.url), DRAFT, NOON, attempts=3)

    with pytest.raises(Refused, match="3 attempts"):
        deliver(session, outlets(server.url), DRAFT, NOON, attempts=3)
    server.close()


@given(
    st.text("ابپتسمنهیگلک آ‌ ", min_size=1, max_size=120)
    | st.text("aąčęėįšųūžbcd ", min_size=1, max_size=120)
    | st.sampled_from(["=?utf-8?q?abc?=", "50 % =?iso-8859-1?q?x?= off", "plain"])
)
def test_a11_a_subject_is_read_as_it_was_written(text: str) -> None:
    written = compose("crm@example.org", replace(DRAFT, subject=text), NOON).as_bytes()

    read = message_from_bytes(written, policy=default)["Subject"]

    assert str(read) == plain(text)
