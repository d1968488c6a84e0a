"""Addresses inside this site."""

from urllib.parse import urlsplit

from flask import url_for


def local_address(wanted: str) -> str:
    """Return where to go inside this site: never to another one."""
    parts = urlsplit(wanted)
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if inside and not parts.netloc else url_for("inbox.show")
