"""Imports: what is sent, what it did, what is wrong."""

from marshmallow import fields, validate

from web.api.fields import Answer, Flag, Request, Text, Whole

# What a database takes as a name: no controls, in particular no NUL.
SOURCE = validate.Regexp(r"^[^\x00-\x1f\x7f\ud800-\udfff]{1,200}\Z")
KINDS = ("customers", "products", "purchases", "interactions")


class ImportQuery(Request):
    """How to take a file in."""

    source = Text(load_default="import", validate=SOURCE)
    dry_run = Text(
        data_key="dry_run", load_default="false", validate=validate.OneOf(("true", "false"))
    )


class ImportResult(Answer):
    """What an import did, or a dry run would do."""

    kind = Text()
    source = Text()
    dry_run = Flag(data_key="dry_run")
    rows = Whole()
    added = Whole()
    changed = Whole()
    unchanged = Whole()
    forgotten = Whole()  # rows left out: who they name was forgotten
    refusals_kept = Whole(data_key="refusals_kept")  # refused before: not allowed by a file


class ImportProblem(Answer):
    """One thing that is wrong with a file."""

    row = Whole()
    column = Text()
    message = Text()


class ImportProblems(Answer):
    """A problem document with the first hundred things that are wrong, by row and column."""

    errors = fields.List(fields.Nested(ImportProblem), dump_default=list)


class ExportQuery(Request):
    """Whose names customers bear."""

    source = Text(load_default="import", validate=SOURCE)
