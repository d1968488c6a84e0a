"""A mail server on this machine that keeps what it was sent: nothing leaves the house."""

import re
import threading
from email import message_from_bytes
from email.policy import default
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

LINK = re.compile(r"https?://[^/\s]+(/link/\S+)")


class Letters:
    """What arrived, newest last; speaks as much SMTP as one client needs."""

    def __init__(self) -> None:
        """Begin to listen on a free port of this machine."""
        self.mails: list[tuple[str, str]] = []
        self._server = _Server(self.mails)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Return the address for `PEYVAND_SMTP_URL`."""
        return f"smtp://127.0.0.1:{self._server.server_address[1]}"

    def to(self, address: str) -> list[str]:
        """Return the texts somebody got, oldest first."""
        return [text for recipient, text in self.mails if recipient == address]

    def links_to(self, address: str) -> list[str]:
        """Return the links somebody got, newest first; raise LookupError without one."""
        found = [link for text in self.to(address) for link in LINK.findall(text)]
        if not found:
            raise LookupError(f"{address} got no link")
        return [str(link) for link in reversed(found)]

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, mails: list[tuple[str, str]]) -> None:
        self.mails = mails
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 story")
        recipient = ""
        while line := self.rfile.readline().decode("utf-8", "replace").strip():
            word = line[:4].upper()
            if word == "RCPT":
                recipient = line.partition("<")[2].partition(">")[0]
            if word == "DATA":
                self._say("354 go on")
                server: Any = self.server
                server.mails.append((recipient, _text(self._letter())))
            self._say("221 bye" if word == "QUIT" else "250 OK")
            if word == "QUIT":
                return

    def _letter(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())


def _text(raw: bytes) -> str:
    mail = message_from_bytes(raw, policy=default)
    body: Any = mail.get_body(preferencelist=("plain",))
    return str(body.get_content()) if body is not None else ""
