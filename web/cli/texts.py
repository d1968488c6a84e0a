"""Brings the catalogues up to date: texts of the program, and of the processes shipped with it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po
from lxml import etree

from web.app.data_files import data_folder
from web.i18n.localizer import LANGUAGES, TRANSLATIONS

METHODS = [("pages/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"pages/**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None}
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
SPOKEN = {"button", "button.prompt"}  # properties that people read
NAMELESS = {"message", "error", "signal", "escalation", "definitions"}
FORM_TEXTS = ("label", "dateLabel", "timeLabel", "description", "text", "content")
SENTENCE = re.compile(r'"([^"]*\w \w[^"]*)"')
ANSWERS = re.compile(r'(?:then|else)\s+"([^"]+)"')  # what an expression says
BARE = re.compile(r"[\W\d_]*")


@click.command()
def texts() -> None:
    """Collect every text again into web/translations; new ones wait there for a translation."""
    for domain, template in templates().items():
        for code in LANGUAGES:
            if code != "en":
                missing = _update(code, domain, template)
                click.echo(f"{code} {domain}: {len(template)} texts, {missing} to translate")


def templates() -> dict[str, Catalog]:
    """Return what there is to translate: the catalogues "messages" and "processes"."""
    program = Catalog()
    found = extract_from_dir(
        Path(__file__).parent.parent,
        METHODS,
        OPTIONS,
        keywords=KEYWORDS,
        directory_filter=lambda folder: "assets" not in Path(folder).parts,
    )
    for _file, _line, message, _comments, context in found:
        program.add(message, context=context)
    processes = Catalog()
    for text in process_texts(data_folder("processes")):
        processes.add(text)
    return {"messages": program, "processes": processes}


def process_texts(folder: Path) -> Iterator[str]:
    """Return the texts of the diagrams, forms and tables in a folder that people get to read."""
    readers = {".bpmn": _diagram, ".form": _form, ".dmn": _table}
    for file in sorted(folder.rglob("*")):
        if file.suffix in readers:
            for text in readers[file.suffix](file.read_bytes()):
                if not BARE.fullmatch(text):
                    yield text


def _diagram(content: bytes) -> Iterator[str]:
    for element in etree.fromstring(content).iter(f"{BPMN}*"):
        kind = element.tag.removeprefix(BPMN)
        if kind == "documentation":
            yield element.text or ""
        elif kind not in NAMELESS:
            yield element.get("name", "")
    for found in etree.fromstring(content).iter(f"{ZEEBE}property"):
        if found.get("name") in SPOKEN:
            yield found.get("value", "")


def _form(content: bytes) -> Iterator[str]:
    def walk(component: dict[str, Any]) -> Iterator[str]:
        for name in FORM_TEXTS:
            text = component.get(name)
            if isinstance(text, str):
                yield from ANSWERS.findall(text) if text.startswith("=") else (text,)
        yield from (str(option.get("label", "")) for option in component.get("values") or ())
        for inner in component.get("components") or ():
            yield from walk(inner)

    yield from walk(json.loads(content))


def _table(content: bytes) -> Iterator[str]:
    """A reason is a sentence that an output entry answers as a whole."""
    for element in etree.fromstring(content).iter("{*}outputEntry"):
        text = "".join(element.itertext()).strip()
        if SENTENCE.fullmatch(text):
            yield text[1:-1]


def _update(code: str, domain: str, template: Catalog) -> int:
    file = TRANSLATIONS / code / "LC_MESSAGES" / f"{domain}.po"
    with file.open("rb") as source:
        catalogue = read_po(source, locale=code, domain=domain)
    made = catalogue.creation_date
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.creation_date = made  # or every run would change the file
    with file.open("wb") as target:
        write_po(target, catalogue, width=100, sort_output=True, ignore_obsolete=True)
    return sum(1 for message in catalogue if message.id and not _done(message))


def _done(message: Any) -> bool:
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(strings) and not message.fuzzy


COMMANDS = [texts]
