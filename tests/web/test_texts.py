"""Every text in Persian and Lithuanian: none missing, none doubtful, the same places to fill."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from click.testing import CliRunner

from engine import feel
from web.cli import main
from web.cli.texts import templates
from web.i18n import catalogues, text_checks
from web.i18n.text_checks import TRANSLATED, Place


def test_every_text_is_translated_with_its_places_and_expressions() -> None:
    done = CliRunner().invoke(main, ["texts", "--check"])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("code", TRANSLATED)
def test_expressions_in_texts_of_processes_can_be_read(code: str) -> None:
    for folder in catalogues.process_folders():
        for message in catalogues.read(catalogues.folder_file(folder, code), code):
            for source in text_checks.expressions(str(message.string)) if message.id else ():
                if not source.startswith(("#", "/")):
                    feel.compile(source)


def test_each_folder_of_processes_has_a_catalogue_of_its_own() -> None:
    names = [place.name for place in templates()]
    assert names[:1] == ["program"]
    assert {"shared", "targeting"} <= set(names)


@pytest.fixture
def letters(tmp_path: Path) -> Place:
    """Given a folder whose Persian catalogue has every fault there is."""
    (tmp_path / "texts.fa.po").write_text(
        """msgid ""
msgstr ""
"Language: fa\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "Hello %(name)s"
msgstr "سلام %(nam)s"

msgid "Sum: {{amount + 1}}"
msgstr "جمع: {{amount}}"

#, fuzzy
msgid "Doubtful"
msgstr "نامعلوم"

msgid "Left over"
msgstr "مانده"
""",
        encoding="utf-8",
    )
    return Place("letters", tmp_path)


def test_each_fault_of_a_catalogue_is_told(letters: Place) -> None:
    template = Catalog()
    for text in ("Hello %(name)s", "Sum: {{amount + 1}}", "Doubtful", "Forgotten"):
        template.add(text)
    found = [line for line in text_checks.faults({letters: template}) if line.startswith("fa")]
    assert found == [
        "fa letters: missing: Forgotten",
        "fa letters: unused: Left over",
        "fa letters: other places to fill: Hello %(name)s",
        "fa letters: other expressions: Sum: {{amount + 1}}",
        "fa letters: not translated: Doubtful",
    ]
