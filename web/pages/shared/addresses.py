"""Addresses inside this site."""

from urllib.parse import urlsplit

from flask import request, url_for


def local_address(wanted: str) -> str:
    """Return where to go inside this site: never to another one."""
    parts = urlsplit(wanted)
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    good = inside and wanted.isprintable() and not parts.netloc
    return request.script_root + wanted if good else url_for("inbox.show")
