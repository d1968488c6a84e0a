"""`Idempotency-Key`: a repeated request has one effect and gets its first answer."""

import hashlib
from collections.abc import Callable

from flask import Response, request
from sqlalchemy.exc import IntegrityError

from engine.transaction import idempotency as engine_once
from engine.transaction.idempotency import IdempotentRequest, OtherRequest
from web.api import access
from web.api.problems import Problem, invalid
from web.app.services import now, reading, shared_transaction


def once(run: Callable[[], Response]) -> Response:
    """Run, or give the first answer of the same key again; the key with other content is 422.

    A verb of the engine writes the key in its own transaction. Whatever changes something without
    the engine is remembered with its answer, in the transaction of the change.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return run()
    if not 1 <= len(key) <= 255 or not key.isprintable():
        invalid("Idempotency-Key: 1 to 255 printable characters")
    asked = IdempotentRequest(key, access.caller().username, _digest())
    try:
        return _answer(asked, run)
    except OtherRequest as error:
        raise Problem(422, "INVALID_ARGUMENT", error.message) from error
    except IntegrityError:
        # The same request came twice at the same time, and the other one was faster.
        return _answer(asked, run)


def _answer(asked: IdempotentRequest, run: Callable[[], Response]) -> Response:
    with reading() as connection:
        known = engine_once.recall(connection, asked)
    if known is not None and "http" in known:
        status, body, media = known["http"]
        return Response(body, status, mimetype=media)
    with engine_once.request(asked), shared_transaction() as changes:
        response = run()
        if not asked.done:
            answer = [response.status_code, response.get_data(as_text=True), response.mimetype]
            engine_once.remember(changes.connection(), asked, {"http": answer}, now())
    return response


def _digest() -> str:
    """Say in a few letters what is asked: method, address and content.

    The parts of a multipart body are separated by letters that differ each time.
    """
    content = hashlib.sha256(f"{request.method} {request.full_path}\n".encode())
    if request.mimetype == "multipart/form-data":
        for name, file in request.files.items(multi=True):
            data = file.read()
            file.seek(0)
            content.update(f"{name}\n{file.filename}\n{len(data)}\n".encode() + data)
        for name, value in request.form.items(multi=True):
            content.update(f"{name}\n{value}\n".encode())
    else:
        content.update(request.get_data())
    return content.hexdigest()
