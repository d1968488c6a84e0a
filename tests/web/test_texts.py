"""Every text in Persian and Lithuanian: none missing, none doubtful, the same places to fill."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from click.testing import CliRunner
from flask import Flask
from markupsafe import Markup

from engine import feel
from web.cli import main
from web.cli.spoken_texts import composed
from web.cli.texts import templates
from web.i18n import catalogues, text_checks
from web.i18n.habits import habit
from web.i18n.localizer import digits
from web.i18n.process_texts import process_text, process_value
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


@pytest.mark.parametrize(
    ("expression", "template"),
    [
        ('"The budget of " + string(budget) + " is above " + limit + "."',
         "The budget of {1} is above {2}."),
        ('string(share) + " % of the audience"', "{1} % of the audience"),
        ('"No limit is touched."', None),
        ('first_name + " " + name', None),
        ("if x then 1 + 2 else 3", None),
    ],
)  # fmt: skip
def test_b8_an_answer_put_together_is_a_text_with_places(
    expression: str, template: str | None
) -> None:
    assert composed(expression) == template


@pytest.mark.parametrize(
    ("said", "language", "shown"),
    [
        ("The discount of 20 % is above 15.5 %.", "fa", "تخفیف ۲۰٪ از ۱۵٫۵٪ بیشتر است."),
        ("The discount of 20 % is above 15.5 %.", "lt", "Nuolaida 20 % viršija 15,5 %."),
        ("The budget of 12000 is above 5000.", "lt", "Biudžetas 12\u00a0000 viršija 5\u00a0000."),
        ("Champions (1234)", "fa", "برترین مشتریان (۱٬۲۳۴)"),
        ("The campaign ends in the past. There is no offer “x”.", "lt",
         "Kampanijos pabaiga jau praėjo. Pasiūlymo „x“ nėra."),
        ("spring-news (email, sms)", "fa", "spring-news (ایمیل، پیامک)"),
        ("What Alice wrote (2 of them).", "lt", "What Alice wrote (2 of them)."),
        ("First answer to a request: Answered", "fa", "نخستین پاسخ به درخواست: پاسخ داده شد"),
    ],
)  # fmt: skip
def test_b8_a_sentence_with_values_is_said_in_the_readers_language(
    app: Flask, said: str, language: str, shown: str
) -> None:
    with app.test_request_context(headers={"Accept-Language": language}):
        assert process_text(said).replace("\u2068", "").replace("\u2069", "") == shown


def test_b8_a_percentage_a_code_and_a_text_of_the_other_direction_are_written_right(
    app: Flask,
) -> None:
    with app.test_request_context(headers={"Accept-Language": "fa"}):
        assert digits("D-02: 2.5 % (3)") == "D-02: ۲٫۵٪ (۳)"
        assert digits(Markup("<h3>4 %</h3><code>5</code>")) == "<h3>۴٪</h3><code>5</code>"
        assert process_value("Alice wrote this.") == "\u2068Alice wrote this.\u2069"
    with app.test_request_context(headers={"Accept-Language": "lt"}):
        assert digits("4 %") == "4\u00a0%"


@pytest.mark.parametrize(("language", "shown"), [("fa", "غیرفعال"), ("lt", "Nebeperkantys")])
def test_a_class_of_buying_habits_is_said_in_the_readers_language(
    app: Flask, language: str, shown: str
) -> None:
    with app.test_request_context(headers={"Accept-Language": language}):
        assert habit("lapsed") == shown
