"""Brings the catalogues up to date: texts of the program, and of the processes shipped with it."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import write_po
from lxml import etree

from web.cli.spoken_texts import composed, sentences
from web.i18n import catalogues, text_checks
from web.i18n.text_checks import TRANSLATED, Place

METHODS = [("**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_pgettext": ((1, "c"), 2)}
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
SPOKEN = {"button", "button.prompt", "touchpoint"}  # properties that people read
NAMELESS = {"message", "error", "signal", "escalation", "definitions"}
FORM_TEXTS = ("label", "dateLabel", "timeLabel", "description", "text", "content")
SENTENCE = re.compile(r'"([^"]*\w \w[^"]*)"')
ANSWERS = re.compile(r'(?:then|else)\s+"([^"]+)"')  # what an expression says
BARE = re.compile(r"[\W\d_]*")


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Change nothing, tell what is wrong.")
def texts(*, only_check: bool) -> None:
    """Collect every text again into the catalogues; new ones wait there for a translation.

    With --check: exits with 1 when a text is missing, doubtful or unused, when its places to fill
    or its expressions are not those of the English text, or when two folders of processes translate
    one text differently.
    """
    if only_check:
        faults = list(text_checks.faults(templates()))
        for fault in faults:
            click.echo(fault)
        if faults:
            sys.exit(1)
        click.echo("All texts are translated.")
        return
    for place, template in templates().items():
        for code in TRANSLATED:
            missing = _update(place.file(code), code, template)
            click.echo(f"{code} {place.name}: {len(template)} texts, {missing} to translate")


def templates() -> dict[Place, Catalog]:
    """Return what there is to translate: the program, pages added to it, folders of processes."""
    own = catalogues.page_folders()
    skipped = {"assets", *(folder.name for folder in own)}
    found = {Place("program", None): _extracted(Path(__file__).parent.parent, skipped)}
    for folder in own:
        found[Place(f"pages of {folder.name}", folder)] = _extracted(folder, set())
    folders = catalogues.process_folders()
    names = [folder.name for folder in folders]
    for folder in folders:
        catalogue = found[Place(folder.name, folder)] = Catalog()
        for text in (*process_texts(folder), *sentences(folder.name, names)):
            catalogue.add(text)
    return found


def _extracted(folder: Path, skipped: set[str]) -> Catalog:
    """Return the texts of Python modules and templates below a folder."""
    catalogue = Catalog()
    found = extract_from_dir(
        folder,
        METHODS,
        OPTIONS,
        keywords=KEYWORDS,
        directory_filter=lambda each: Path(each).name not in skipped,
    )
    for _file, _line, message, _comments, context in found:
        catalogue.add(message, context=context)
    return catalogue


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
        elif template := composed(text):
            yield template


def _update(file: Path, code: str, template: Catalog) -> int:
    catalogue = catalogues.read(file, code)
    made = catalogue.creation_date
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.creation_date = made  # or every run would change the file
    with file.open("wb") as target:
        write_po(target, catalogue, width=100, sort_output=True, ignore_obsolete=True)
    return sum(1 for message in catalogue if message.id and not text_checks.is_done(message))


COMMANDS = [texts]
