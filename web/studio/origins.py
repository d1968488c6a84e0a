"""What a draft begins from: a deployed version, an example that ships, files, or nothing."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from engine import definitions, reads
from engine.errors import Invalid, NotFound
from engine.model import Resource
from web.app.data_files import data_folder
from web.app.services import reading
from web.studio import names, packages

_BLANK = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" \
xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="{id}_definitions" \
targetNamespace="http://bpmn.io/schema/bpmn" \
modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0">
  <bpmn:process id="{id}" name="{name}" isExecutable="true">
    <bpmn:startEvent id="begun" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="{id}_diagram">
    <bpmndi:BPMNPlane id="{id}_plane" bpmnElement="{id}">
      <bpmndi:BPMNShape id="begun_shape" bpmnElement="begun">
        <dc:Bounds x="160" y="160" width="36" height="36" />
      </bpmndi:BPMNShape>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""


@dataclass(frozen=True, slots=True)
class Origin:
    """The first files of a draft, and where they are from."""

    name: str
    files: dict[str, bytes]
    base: dict[str, Any]


def version(definition_key: int) -> Origin:
    """Return the files of a deployed version, with the scenarios that ship for it."""
    with reading() as connection:
        definition = reads.definition(connection, definition_key)
        found = reads.version_files(connection, definition_key)
    files = {file.name: file.content for file in found}
    title = f"{definition.name or definition.process_id} · {definition.version}"
    versions = _versions(found) | {definition.process_id: definition.version}
    base = {"kind": "version", "title": title, "versions": versions}
    return Origin(title, files | _scenarios({definition.process_id}), base)


def example(folder: str) -> Origin:
    """Return a folder of processes that ships, scenarios included."""
    if folder not in examples():
        raise NotFound
    root = data_folder("processes") / folder
    kept = {".bpmn", ".dmn", ".form", ".toml"}
    found = [file for file in sorted(root.rglob("*")) if file.suffix in kept]
    files = {file.relative_to(root).as_posix(): file.read_bytes() for file in found}
    resources = [Resource(name, data) for name, data in files.items()]
    base = {"kind": "example", "title": folder, "versions": _versions(resources)}
    return Origin(folder, files, base)


def examples() -> list[str]:
    """Return the folders of processes that ship."""
    root = data_folder("processes")
    return sorted({file.parent.relative_to(root).as_posix() for file in root.rglob("*.bpmn")})


def uploaded(given: Iterable[tuple[str, bytes]]) -> Origin:
    """Return files that somebody sends, as they are; an archive is what is in it."""
    sent = list(given)
    files = {
        inside: content for name, data in sent for inside, content in packages.inside(name, data)
    }
    if not files:
        raise Invalid(_("Choose at least one file."))
    first = names.plain(sent[0][0]).removesuffix(".zip") if len(sent) == 1 else next(iter(files))
    resources = [Resource(name, data) for name, data in files.items()]
    return Origin(first, files, {"kind": "file", "title": first, "versions": _versions(resources)})


def blank(name: str) -> Origin:
    """Return a diagram with nothing but its start."""
    identifier = "_".join(word for word in _letters(name).split("_") if word) or "new_process"
    text = _BLANK.format(id=identifier, name=_escaped(name))
    return Origin(name, {f"{identifier}.bpmn": text.encode()}, {"kind": "blank", "versions": {}})


def _letters(name: str) -> str:
    return "".join(c.lower() if c.isascii() and c.isalnum() else "_" for c in name).strip(
        "_0123456789"
    )


def _escaped(text: str) -> str:
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(sign, entity)
    return text


def _versions(files: Sequence[Resource]) -> dict[str, int]:
    """Return {process id: newest version} of the processes in these files."""
    found = {}
    for process in definitions.inspect(files).processes:
        with reading() as connection:
            known = reads.versions(connection, process.id)
        if known:
            found[process.id] = known[0].version
    return found


def _scenarios(processes: set[str]) -> dict[str, bytes]:
    """Return the scenarios that ship for these processes, and those they come after."""
    found: dict[str, bytes] = {}
    for file in sorted(data_folder("processes").rglob("scenarios/*.toml")):
        if _process_of(file) in processes:
            found[f"{names.SCENARIOS}{file.name}"] = file.read_bytes()
    return found


def _process_of(file: Path, depth: int = 5) -> str:
    said = tomllib.loads(file.read_text(encoding="utf-8"))
    after = said.get("after")
    if "process" not in said and after and depth:
        return _process_of(file.parent / str(after), depth - 1)
    return str(said.get("process", ""))
