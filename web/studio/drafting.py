"""One draft: its files, who works on it, its name; files in and out as they are."""

import json
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import secure_filename

from engine.errors import Invalid
from web.accounts import policy
from web.app.services import now
from web.studio import checks, drafts, names, origins, packages
from web.studio.blueprint import blueprint

_FORM = {"type": "default", "schemaVersion": 19, "components": []}


@blueprint.get("/drafts/<int:number>")
@policy.requires("draft.see")
def show(number: int) -> str:
    """Show the files of a draft and what our check says about them."""
    draft, save = drafts.get(number), drafts.saved(number)
    files = drafts.files(save)
    problems = checks.shown(checks.problems(files), files)
    return render_template(
        "studio/draft.html",
        draft=draft,
        save=save,
        files=[(name, names.editor(name), len(data)) for name, data in files.items()],
        problems=problems,
    )


@blueprint.post("/drafts/<int:number>/name")
@policy.requires("draft.change")
def rename(number: int) -> Any:
    """Give the draft another name."""
    drafts.rename(number, request.form.get("name", ""), now())
    return redirect(url_for("studio.show", number=number), code=303)


@blueprint.post("/drafts/<int:number>/files")
@policy.requires("draft.change")
def add(number: int) -> Any:
    """Take files in as they are, or make an empty form, table or scenario."""
    by = policy.check("draft.change").username
    save = drafts.saved(number)
    for each in request.files.getlist("files"):
        for name, data in packages.inside(each.filename or "", each.read()):
            drafts.put(number, name, data, save.files.get(name, ""), by, now())
    wanted = request.form.get("new", "")
    if wanted:
        name = _named(wanted, request.form.get("kind", "form"))
        if name in save.files:
            raise Invalid(_("There is a file of this name already."))
        drafts.put(number, name, _empty(name), "", by, now())
        return redirect(url_for("studio.edit", number=number, name=name), code=303)
    return redirect(url_for("studio.show", number=number), code=303)


@blueprint.post("/drafts/<int:number>/files/<path:name>/removal")
@policy.requires("draft.change")
def remove(number: int, name: str) -> Any:
    """Take a file out of the draft; the history keeps it."""
    drafts.remove(number, name, policy.check("draft.change").username, now())
    flash(_("“%(name)s” is out of the draft; an earlier save brings it back.", name=name), "good")
    return redirect(url_for("studio.show", number=number), code=303)


@blueprint.get("/drafts/<int:number>/files/<path:name>/download")
@policy.requires("draft.see")
def download(number: int, name: str) -> Response:
    """Give a file out as it is."""
    found = drafts.files(drafts.saved(number))
    if name not in found:
        raise Invalid(_("There is no such file in this draft."))
    return _attached(found[name], names.plain(name), "application/octet-stream")


@blueprint.get("/drafts/<int:number>/archive")
@policy.requires("draft.see")
def archive(number: int) -> Response:
    """Give all files out in one archive."""
    draft, files = drafts.get(number), drafts.files(drafts.saved(number))
    return _attached(packages.pack(files), f"{draft.name}.zip", "application/zip")


@blueprint.get("/versions/<int:definition_key>/archive")
@policy.requires("draft.see")
def version_archive(definition_key: int) -> Response:
    """Give a version out as one file: tables, forms, what it calls, scenarios that ship."""
    origin = origins.version(definition_key)
    packed = packages.pack(packages.with_called(origin.files))
    return _attached(packed, f"{origin.name}.zip", "application/zip")


@blueprint.post("/drafts/<int:number>/discarding")
@policy.requires("draft.change")
def discard(number: int) -> Any:
    """Close a draft without deploying it; it can be taken up again."""
    by = policy.check("draft.change").username
    drafts.end(number, drafts.DISCARDED, by, now())
    flash(_("The draft is put away; it can be taken up again."), "good")
    return redirect(url_for("studio.index"), code=303)


@blueprint.post("/drafts/<int:number>/reopening")
@policy.requires("draft.change")
def reopen(number: int) -> Any:
    """Take a discarded draft up again."""
    drafts.reopen(number, now())
    return redirect(url_for("studio.show", number=number), code=303)


def _named(wanted: str, kind: str) -> str:
    suffix = {"form": ".form", "table": ".dmn", "scenario": ".toml"}.get(kind, "")
    folder = names.SCENARIOS if kind == "scenario" and "/" not in wanted else ""
    return names.checked(folder + wanted.removesuffix(suffix) + suffix)


def _empty(name: str) -> bytes:
    plain = names.plain(name).rpartition(".")[0].replace(" ", "_")
    if name.endswith(".form"):
        return json.dumps({"id": plain, **_FORM}, indent=2).encode()
    if name.endswith(".dmn"):
        return _TABLE.replace("{id}", plain).encode()
    return f'title = "{plain}"\nprocess = ""\n\n[expect]\nended = true\n'.encode()


def _attached(data: bytes, name: str, kind: str) -> Response:
    answer = Response(data, mimetype=kind)
    plain = secure_filename(name) or "file"
    answer.headers.set("Content-Disposition", "attachment", filename=plain)
    return answer


_TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" \
xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" \
xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" id="{id}_definitions" name="{id}" \
namespace="http://camunda.org/schema/1.0/dmn">
  <decision id="{id}" name="{id}">
    <decisionTable id="{id}_table" hitPolicy="UNIQUE">
      <input id="{id}_input" label="">
        <inputExpression id="{id}_input_expression" typeRef="string">
          <text></text>
        </inputExpression>
      </input>
      <output id="{id}_output" label="" name="result" typeRef="string" />
    </decisionTable>
  </decision>
  <dmndi:DMNDI>
    <dmndi:DMNDiagram id="{id}_diagram">
      <dmndi:DMNShape id="{id}_shape" dmnElementRef="{id}">
        <dc:Bounds height="80" width="180" x="160" y="100" />
      </dmndi:DMNShape>
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
</definitions>
"""
