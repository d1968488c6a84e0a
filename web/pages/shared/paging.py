"""Which part of a list is asked for."""

from flask import request


def page_number(name: str = "page") -> int:
    """Return the `page` of the address, 1 when there is none or it makes no sense."""
    text = request.args.get(name, "1")
    return min(max(1, int(text)), 10_000) if text.isdecimal() and len(text) < 8 else 1
