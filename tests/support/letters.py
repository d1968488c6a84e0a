"""A mail server on this machine that keeps what it was sent, and finds the links in it."""

import re
import socket
from email import message_from_bytes
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

LINK = re.compile(r"http://localhost(/link/\S+)")


class Letters:
    """What arrived, newest last."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, Any]] = []
        self._controller = Controller(self, hostname="127.0.0.1", port=_free_port())
        self._controller.start()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=default)
        self.mails.append((envelope.rcpt_tos[0], mail))
        return "250 OK"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._controller.port}"

    def to(self, address: str) -> list[str]:
        """The texts somebody got."""
        return [mail.get_content() for recipient, mail in self.mails if recipient == address]

    def link_to(self, address: str) -> str:
        """The address in the newest mail to somebody that has one."""
        found = [link for text in self.to(address) for link in LINK.findall(text)]
        assert found, (address, self.mails)
        return found[-1]

    def stop(self) -> None:
        self._controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
