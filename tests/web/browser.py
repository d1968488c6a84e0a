"""A browser without JavaScript: follows forms by their fields, brings the CSRF token along."""

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class Browser:
    """What one person sees and sends."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.page = ""

    def sign_in(self, username: str, password: str) -> TestResponse:
        self.get("/login")
        return self.post("/session", username=username, password=password)

    def get(self, address: str, status: int = 200, **headers: str) -> str:
        answer = self.client.get(address, headers=headers)
        assert answer.status_code == status, (address, answer.status, answer.text[-2000:])
        self.page = answer.text
        return self.page

    def post(self, address: str, **fields: Any) -> TestResponse:
        """Send a form as the page shown last would; `_` in names of fields stands for `~`."""
        return self.send(address, {"csrf_token": self.token(), **fields})

    def send(self, address: str, fields: dict[str, Any], **headers: str) -> TestResponse:
        return self.client.post(address, data=fields, headers=headers)

    def token(self) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.page)
        return unescape(found.group(1)) if found else ""
