"""What our lint says about a draft, and what its diagrams name that is nowhere to be found."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _

from engine import definitions, lint, reads
from engine.definitions import Bundle
from engine.model import Problem, Resource
from web.app.services import reading, settings
from web.i18n.labels import label
from web.i18n.process_texts import process_text
from web.studio import names


def resources(files: Mapping[str, bytes]) -> list[Resource]:
    """Return what of a draft is deployed, under the names it is deployed by."""
    return [
        Resource(names.plain(name), data) for name, data in files.items() if names.deployable(name)
    ]


def problems(files: Mapping[str, bytes]) -> list[Problem]:
    """Return everything that is wrong or doubtful, errors first."""
    found = resources(files)
    limits = settings().limits
    bundle = definitions.inspect(found, limits)
    said = [*lint.check(found, limits), *_doubles(files), *_missing(bundle)]
    return sorted(said, key=lambda problem: problem.severity != "error")


def shown(found: list[Problem], files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Return problems as the editor shows them: where in people's names, what, what to do."""
    labels = _labels(files)
    paths = {names.plain(name): name for name in files}
    return [
        {
            "file": paths.get(one.resource, one.resource),
            "element": one.element,
            "where": labels.get(one.element) or one.element or one.resource,
            "message": one.message,
            "hint": one.hint,
            "severity": one.severity,
        }
        for one in found
    ]


def _labels(files: Mapping[str, bytes]) -> dict[str, str]:
    bundle = definitions.inspect(resources(files))
    return {
        element.id: process_text(element.name) if element.name else label(element.type)
        for process in bundle.processes
        for element in process.elements.values()
    }


def _doubles(files: Mapping[str, bytes]) -> Iterator[Problem]:
    """Folders are for people: two files of one name would be one when they are deployed."""
    seen: set[str] = set()
    for name in files:
        plain = names.plain(name)
        if names.deployable(name) and plain in seen:
            yield Problem(_("Two files have this name."), resource=plain, rule="file-name")
        seen.add(plain)


def _missing(bundle: Bundle) -> Iterator[Problem]:
    """Forms, decisions and processes that are neither in the draft nor deployed."""
    here = {
        "form": {form.id for form in bundle.forms},
        "decision": {name for each in bundle.decisions for name in each.model.decisions},
        "process": {process.id for process in bundle.processes},
    }
    for process in bundle.processes:
        for spec in process.spec.nodes():
            for kind, name in _named(spec.extensions):
                if name not in here[kind] and not _deployed(kind, name):
                    yield Problem(
                        _sentence(kind, name),
                        resource=process.resource_name,
                        element=spec.name,
                        rule="not-found",
                        hint=_("Add it to this draft, or name another one."),
                    )


def _named(own: Any) -> Iterator[tuple[str, str]]:
    """Return what a step names in its newest version; what is bound otherwise lint looks at."""
    form = own.form
    if form is not None and form.id and form.binding.type == "latest":
        yield "form", form.id
    for kind, called in (("decision", own.called_decision), ("process", own.called_element)):
        if called is not None and called.target is not None and called.binding.type == "latest":
            name = called.target.literal
            if isinstance(name, str) and name:
                yield kind, name


def _deployed(kind: str, name: str) -> bool:
    with reading() as connection:
        return reads.newest_file(connection, kind, name) is not None


def _sentence(kind: str, name: str) -> str:
    if kind == "form":
        return str(_("There is no form “%(name)s”, neither here nor deployed.", name=name))
    if kind == "decision":
        return str(_("There is no decision “%(name)s”, neither here nor deployed.", name=name))
    return str(_("There is no process “%(name)s”, neither here nor deployed.", name=name))
