"""`/crm/v1/imports/{kind}` and `/crm/v1/exports/{kind}`: files of records, whole or not at all."""

from typing import Any

from flask import Response, request, stream_with_context
from sqlalchemy.orm import Session

from engine.model import Problem as Flaw
from tasks import imports
from tasks.installed import SUBJECTS
from web.api.context import who
from web.api.problems import Problem, missing
from web.api.routes import Routes
from web.api.schemas.imports import ExportQuery, ImportProblems, ImportQuery, ImportResult
from web.app.services import now, services

routes = Routes("Import")
JSON, CSV = "application/json", "text/csv"
_problems = ImportProblems()


@routes.post(
    "/imports/<kind>",
    may="import.make",
    asks=ImportQuery,
    gives=ImportResult,
    upload=True,
)
def import_records(kind: str, query: dict[str, Any]) -> Any:
    """Take in customers, products, purchases or interactions: all of a file, or nothing.

    Send it as `text/csv`, as `application/json` (a list of objects), or as the part `file` of a
    form. With `dry_run=true` nothing is kept. What is wrong is told by row and column in `errors`.
    """
    _known(kind)
    content, is_json = _sent()
    with Session(services().database) as session:
        try:
            return imports.run(
                session,
                SUBJECTS.imports[kind],
                content,
                is_json=is_json,
                source=query["source"],
                by=who(),
                now=now(),
                dry_run=query["dry_run"] == "true",
            )
        except imports.Wrong as wrong:
            told = _problems.dump({"errors": [_flaw(flaw) for flaw in wrong.problems]})
            raise Problem(400, "INVALID_ARGUMENT", wrong.message, told) from wrong


@routes.get("/exports/<kind>", may="import.export", asks=ExportQuery, media=CSV)
def export_records(kind: str, query: dict[str, Any]) -> Response:
    """Return all records of a kind as CSV with the columns an import reads."""
    _known(kind)
    session = Session(services().database)
    pieces = stream_with_context(imports.export(session, SUBJECTS.exports[kind], query["source"]))
    answer = Response(pieces, mimetype=CSV)
    answer.call_on_close(session.close)
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return answer


def _known(kind: str) -> None:
    if kind not in SUBJECTS.imports:
        missing("Kind of records", kind)


def _sent() -> tuple[bytes, bool]:
    if request.mimetype == "multipart/form-data":
        file = request.files.get("file")
        if file is None:
            raise Problem(400, "INVALID_ARGUMENT", "'file': send the file as this part")
        return file.read(), (file.filename or "").lower().endswith(".json")
    if request.mimetype not in (CSV, JSON):
        text = f"Content-Type '{request.mimetype}' is not supported: send {CSV} or {JSON}"
        raise Problem(415, "Unsupported Media Type", text)
    return request.get_data(), request.mimetype == JSON


def _flaw(flaw: Flaw) -> dict[str, Any]:
    row = flaw.resource.removeprefix("row ")
    return {"row": int(row or 0), "column": flaw.element, "message": flaw.message}
