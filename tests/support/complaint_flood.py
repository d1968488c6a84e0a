"""A sender that posts the public complaint form again and again, as a process of its own.

    python complaint_flood.py PORT NUMBER SECONDS

prints as JSON how often each kind was answered with each status. The kinds take turns: an ordinary
complaint, a robot that fills in the hidden field, a text of a megabyte; three languages are mixed.
"""

import http.client
import json
import re
import sys
import threading
import time
from collections import Counter
from urllib.parse import urlencode

KINDS = ("person", "robot", "megabyte", "person")
LANGUAGES = {"en": "Good day:", "fa": "سلام:", "lt": "Laba diena:"}
CAUSES = 200
AT_ONCE = 4  # connections


def word(cause: int) -> str:
    """Return the word by which people complain about a cause; words are letters only."""
    return "zyx" + chr(ord("a") + cause // 20) + chr(ord("a") + cause % 20)


class Flood:
    """So many posts in so many seconds, evenly; slower where the house answers slower."""

    def __init__(self, port: int, number: int, seconds: float) -> None:
        self.port, self.number, self.seconds = port, number, seconds
        self.answers: Counter[str] = Counter()
        self.begun = time.monotonic()
        page, cookie = self._opened()
        self.token = _hidden("csrf_token", page)
        self.cookie = cookie

    def pour(self) -> None:
        """Send everything and wait for the answers."""
        threads = [threading.Thread(target=self._part, args=(n,)) for n in range(AT_ONCE)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

    def _opened(self) -> tuple[str, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port)
        line.request("GET", "/complaint")
        answer = line.getresponse()
        cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        return answer.read().decode(), cookie

    def _part(self, first: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        for number in range(first, self.number, AT_ONCE):
            due = self.begun + self.seconds * number / self.number
            time.sleep(max(0, due - time.monotonic()))
            kind = KINDS[number // AT_ONCE % len(KINDS)]
            try:
                line.request("POST", "/complaint", *self._post(number, kind))
                answer = line.getresponse()
                answer.read()
                status = str(answer.status)
            except OSError:  # the house hung up on a megabyte before it was all sent
                line.close()
                status = "hung up"
            except http.client.HTTPException:
                line.close()
                status = "hung up"
            self.answers[f"{kind} {status}"] += 1

    def _post(self, number: int, kind: str) -> tuple[str, dict[str, str]]:
        language = list(LANGUAGES)[number % len(LANGUAGES)]
        text = f"{LANGUAGES[language]} {word(number % CAUSES)}."
        fields = {"csrf_token": self.token, "key": f"flood-of-complaints-{number:08d}"}
        fields["text"] = "x" * 1_000_000 if kind == "megabyte" else text
        fields["address"] = "sender@example.net"
        if kind == "robot":
            fields["website"] = "https://spam.example"
        kept = {"Cookie": self.cookie, "Accept-Language": language}
        kept["Content-Type"] = "application/x-www-form-urlencoded"
        return urlencode(fields), kept


def _hidden(name: str, page: str) -> str:
    return re.findall(rf'name="{name}"[^>]*value="([^"]+)"', page)[0]


if __name__ == "__main__":
    flood = Flood(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
    flood.pour()
    print(json.dumps(flood.answers))  # noqa: T201 - the answer of this program
