"""The gettext catalogues: one of the program, one in each folder of processes.

A folder of processes brings its texts as `texts.fa.po` and `texts.lt.po`, so that a new process
edits no shared file; so does a package of pages that is added later. They are compiled in memory:
there is nothing to build.
"""

import io
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from web.app.data_files import data_folder

HEADER = "# Texts of this folder; peyvand texts collects them."
TRANSLATIONS = Path(__file__).parents[1] / "translations"
ROOMS = tuple(Path(__file__).parents[1] / name for name in ("pages", "portal"))


def process_folders() -> list[Path]:
    """Return the folders of processes that ship, by name, and that of the story of improvement."""
    shipped = sorted(folder for folder in data_folder("processes").iterdir() if folder.is_dir())
    return [*shipped, data_folder("seeds") / "improvement"]


def page_folders() -> list[Path]:
    """Return the packages of pages that bring their texts themselves, by name."""
    return sorted({file.parent for room in ROOMS for file in room.glob("*/texts.*.po")})


def program_file(code: str) -> Path:
    """Return the catalogue of the program in a language."""
    return TRANSLATIONS / code / "LC_MESSAGES" / "messages.po"


def folder_file(folder: Path, code: str) -> Path:
    """Return the catalogue of a folder in a language; it may not be there yet."""
    return folder / f"texts.{code}.po"


@cache
def program(code: str) -> Translations:
    """Return the texts of the program in a language; English is the source and has none."""
    own = [folder_file(folder, code) for folder in page_folders()]
    return _compiled([program_file(code), *own], code)


@cache
def processes(code: str) -> Translations:
    """Return the texts of all processes in a language."""
    return _compiled([folder_file(folder, code) for folder in process_folders()], code)


def read(file: Path, code: str) -> Catalog:
    """Return a catalogue; an empty one if there is no file."""
    if not file.is_file():
        return Catalog(locale=code, fuzzy=False, header_comment=HEADER)
    with file.open("rb") as source:
        return read_po(source, locale=code)


def _compiled(files: list[Path], code: str) -> Translations:
    whole = Catalog(locale=code)
    for file in files:
        for message in read(file, code):
            if message.id:
                whole[message.id] = message
    if not len(whole):
        return Translations()
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return Translations(compiled)
