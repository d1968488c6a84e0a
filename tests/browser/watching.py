"""Watches a page: script errors, console errors, violations of the CSP, dialogs, faults of ours."""

from playwright.sync_api import ConsoleMessage, Dialog, Page, Response

REFUSED = "Failed to load resource: the server responded with a status of 4"


class Watch:
    """Collects what must not happen on any page. A refusal (4xx) is an answer, not a fault."""

    def __init__(self, page: Page) -> None:
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("console", self._console)
        page.on("dialog", self._dialog)
        page.on("response", self._response)
        page.on("requestfailed", lambda request: self._failed(request.url, request.failure or ""))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(REFUSED):
            self.faults.append(f"console: {message.text}")

    def _dialog(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} {response.url}")

    def _failed(self, url: str, why: str) -> None:
        if "ERR_ABORTED" not in why:  # somebody left the page
            self.faults.append(f"not loaded: {url} {why}")
