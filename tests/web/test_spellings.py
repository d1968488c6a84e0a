"""What people type in three languages: read as they mean it, shown as they write, found again."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from engine import reads, store
from engine.model import Resource, StartRequest
from tasks.imports import run
from tasks.installed import SUBJECTS
from tests.support.bpmn import resource
from tests.web.browser import Browser
from tests.web.conftest import Clock

Opens = Callable[[str], Browser]
NAMES = """external_id,name,email,phone
n1,Šarūnė Žąsytė,sarune@example.org,+37060000101
n2,ŠARKA ČIURLIONIS,sarka2@example.org,+370 600 00 102
n3,علي كريمي,alikarimi@example.org,+989120000103
n4,می‌نا رضایی,mina@example.org,+98 912 000 0104
n5,s\u030caltinis O’Šea,jonas@pašto.lt,+۹۸۹۱۲۰۰۰۰۱۰۵
"""
FIELDS: list[dict[str, Any]] = [
    {"type": "number", "key": "amount", "label": "Amount"},
    {"type": "textfield", "key": "phone", "label": "Phone",
     "validate": {"validationType": "phone"}},
    {"type": "datetime", "key": "day", "subtype": "date", "dateLabel": "Day"},
    {"type": "datetime", "key": "at", "subtype": "datetime", "dateLabel": "At"},
    {"type": "textfield", "key": "name", "label": "Name", "validate": {"maxLength": 100}},
    {"type": "textarea", "key": "note", "label": "Note"},
]  # fmt: skip


@pytest.fixture
def house(app: Flask) -> Flask:
    """Given a company in Vilnius, with a task whose form has every kind of field."""
    services = app.extensions["peyvand"]
    services.settings = replace(services.settings, time_zone="Europe/Vilnius")
    numbered = [{"id": f"c{i}", **one} for i, one in enumerate(FIELDS)]
    form = {"type": "default", "id": "all", "schemaVersion": 19, "components": numbered}
    services.engine.by("bob").definitions.deploy(
        [
            Resource("all.form", json.dumps(form).encode()),
            resource("start -> user:Fill(form=all; groups=care_agent) -> end", "typing"),
        ]
    )
    return app


@pytest.fixture
def people(app: Flask, clock: Clock) -> Flask:
    services = app.extensions["peyvand"]
    services.settings = replace(services.settings, time_zone="Europe/Vilnius")
    with Session(services.database) as session:
        run(
            session, SUBJECTS.imports["customers"], NAMES.encode(),
            is_json=False, source="shop", by="ida", now=clock(),
        )  # fmt: skip
    return app


class Filling:
    """Charlie fills in the task, in one language."""

    def __init__(self, app: Flask, enter: Opens, language: str, **variables: Any) -> None:
        self.app = app
        engine = app.extensions["peyvand"].engine
        started = engine.instances.start(StartRequest("typing", variables=variables))
        self.instance = started.instance_key
        with store.reading(app.extensions["peyvand"].database) as connection:
            self.task = reads.waiting(connection, self.instance)[0].key
        self.charlie = enter("charlie")
        self.charlie.get("/")
        self.charlie.post("/account/language", locale=language)
        self.charlie.get(f"/tasks/{self.task}")

    def shown(self) -> dict[str, str]:
        """Return the fields as they stand, as a browser would send them back."""
        found = re.findall(r'<input[^>]*name="([a-z~]+)"[^>]*?value="([^"]*)"', self.charlie.page)
        return {name: unescape(value) for name, value in found if name.strip("~") in KEYS}

    def send(self, **fields: str) -> Any:
        token = {"csrf_token": self.charlie.token()}
        return self.charlie.send(f"/tasks/{self.task}/completion", token | fields)

    def kept(self) -> dict[str, Any]:
        with store.reading(self.app.extensions["peyvand"].database) as connection:
            found = reads.variables(connection, self.instance)
            return {value.name: value.value for value in found}


KEYS = {"amount", "phone", "name", "day~date", "day~was", "at~date", "at~time", "at~was"}


@pytest.mark.parametrize(
    ("language", "typed", "kept"),
    [
        ("lt", "0,125", 0.125),
        ("lt", "1,250", 1.25),
        ("lt", "1 250,5", 1250.5),
        ("fa", "۵٬۰۰۰٫۵", 5000.5),
        ("fa", "−۵", -5),
        ("en", "1,250", 1250),
        ("en", "−5", -5),
    ],
)
def test_b3_a_number_is_read_with_the_separators_of_the_language(
    house: Flask, enter: Opens, language: str, typed: str, kept: float
) -> None:
    filling = Filling(house, enter, language)
    assert filling.send(amount=typed).status_code == 303
    assert filling.kept()["amount"] == kept


@pytest.mark.parametrize(
    ("language", "typed", "words"),
    [
        ("lt", "1.250", "1,25 / 1250"),
        ("en", "1_000", "This is not a number."),
        ("fa", "1.250", "۱٫۲۵ / ۱۲۵۰"),
    ],
)
def test_b3_what_may_be_two_numbers_is_refused_and_shown_as_it_was_typed(
    house: Flask, enter: Opens, language: str, typed: str, words: str
) -> None:
    answer = Filling(house, enter, language).send(amount=typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{typed}"' in answer.text


def test_b3_a_number_stands_in_its_field_as_the_language_writes_it(
    house: Flask, enter: Opens
) -> None:
    for language, shown in (("en", "1250.125"), ("lt", "1250,125"), ("fa", "۱۲۵۰٫۱۲۵")):
        filling = Filling(house, enter, language, amount=1250.125)
        assert filling.shown()["amount"] == shown
        assert filling.send(**filling.shown()).status_code == 303
        assert filling.kept()["amount"] == 1250.125


def test_b3_a_draft_of_an_unreadable_number_comes_back_as_it_was_typed(
    house: Flask, enter: Opens
) -> None:
    filling = Filling(house, enter, "lt")
    filling.charlie.post(f"/tasks/{filling.task}/assignment")
    token = {"csrf_token": filling.charlie.token(), "amount": "1.250"}
    filling.charlie.send(f"/tasks/{filling.task}/draft", token)
    assert 'value="1.250"' in filling.charlie.get(f"/tasks/{filling.task}")


@pytest.mark.parametrize("typed", ["۰۹۱۲۳۴۵۶۷۸۹", "+98 912 345 6789", "0098 912 3456789"])
def test_b5_a_telephone_number_is_taken_in_any_digits(
    house: Flask, enter: Opens, typed: str
) -> None:
    services = house.extensions["peyvand"]
    services.settings = replace(services.settings, time_zone="Asia/Tehran")
    filling = Filling(house, enter, "fa")
    assert filling.send(phone=typed).status_code == 303
    assert filling.kept()["phone"] == "+989123456789"


@pytest.mark.parametrize("typed", ["03/12/30", "26-01-05", "۰۳/۱۲/۳۰"])
def test_b2_a_year_of_two_digits_is_refused(house: Flask, enter: Opens, typed: str) -> None:
    answer = Filling(house, enter, "fa").send(**{"day~date": typed})
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text
    assert "سال را با چهار رقم بنویسید." in answer.text


@pytest.mark.parametrize(
    "moment",
    [
        "2026-10-25T03:30:00+02:00",
        "2026-10-25T03:30:00+03:00",
        "2026-03-21T09:30:45+02:00",
        "2026-03-21T09:30:45.125Z",
        "2026-03-21T09:30",
        "2026-03-21",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
    ],
)
@pytest.mark.parametrize("language", ["en", "fa", "lt"])
def test_b6_a_moment_sent_back_untouched_stays_what_it_was(
    house: Flask, enter: Opens, moment: str, language: str
) -> None:
    filling = Filling(house, enter, language, at=moment, day="1410-07-15")
    assert filling.send(**filling.shown()).status_code == 303
    assert filling.kept()["at"] == moment
    assert filling.kept()["day"] == "1410-07-15"


def test_b6_another_day_keeps_the_seconds_and_another_time_the_zone(
    house: Flask, enter: Opens
) -> None:
    filling = Filling(house, enter, "en", at="2026-03-21T09:30:45+02:00")
    assert filling.shown()["at~time"] == "09:30:45"
    filling.send(**filling.shown() | {"at~date": "2026-03-22"})
    assert filling.kept()["at"] == "2026-03-22T09:30:45+02:00"


def test_b6_a_day_without_a_time_and_a_time_that_is_skipped_are_refused(
    house: Flask, enter: Opens
) -> None:
    filling = Filling(house, enter, "en")
    answer = filling.send(**{"at~date": "2026-03-21", "at~time": ""})
    assert answer.status_code == 422
    assert "This is not a date with a time." in answer.text
    answer = filling.send(**{"at~date": "2026-03-29", "at~time": "03:30"})
    assert "There is no such time on this day" in answer.text


def test_b1_days_that_the_jalali_calendar_does_not_reach_are_shown(
    house: Flask, enter: Opens
) -> None:
    page = Filling(house, enter, "fa", at="9999-12-31T23:59:59Z", day="0001-01-01").charlie.page
    assert "۹۹۹۹-۱۲-۳۱" in page or "۹۹۹۹" in page


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("šarūnė", "Šarūnė Žąsytė"), ("ŽĄSYTĖ", "Šarūnė Žąsytė"), ("sarune zas", "Šarūnė Žąsytė"),
        ("čiurlionis", "ŠARKA ČIURLIONIS"), ("علی", "علي كريمي"), ("کریمی", "علي كريمي"),
        ("رضايي", "می‌نا رضایی"), ("مینا", "می‌نا رضایی"), ("می نا", "می‌نا رضایی"),
        ("šaltinis", "s\u030caltinis O’Šea"), ("o'šea", "s\u030caltinis O’Šea"),
        ("+370 600 00101", "Šarūnė Žąsytė"), ("8 600 00 102", "ŠARKA ČIURLIONIS"),
        ("98912000", "می‌نا رضایی"), ("۹۸۹۱۲۰۰۰۰۱۰۴", "می‌نا رضایی"),
        ("jonas@PAŠTO.lt", "s\u030caltinis O’Šea"), ("09120000105", "s\u030caltinis O’Šea"),
        ("N4", "می‌نا رضایی"), ("sarka2@", "ŠARKA ČIURLIONIS"),
    ],
)  # fmt: skip
def test_b4_a_customer_is_found_in_any_spelling(
    people: Flask, enter: Opens, typed: str, found: str
) -> None:
    page = enter("bob").client.get("/customers", query_string={"q": typed})
    assert found in unescape(page.text)


def test_b4_a_search_finds_nobody_else(people: Flask, enter: Opens) -> None:
    page = enter("bob").client.get("/customers", query_string={"q": "čiurlionis"})
    assert "Šarūnė" not in page.text
    assert "No customer matches" in enter("bob").get("/customers?q=%25")


def test_b4_a_task_is_found_by_name_and_business_key_in_any_spelling(
    app: Flask, enter: Opens
) -> None:
    engine = app.extensions["peyvand"].engine
    for key in ("Žąsis-7", "علي-۷"):
        engine.instances.start(
            StartRequest("parcel", variables={"customer": "D"}, business_key=key)
        )
    charlie = enter("charlie")
    for typed, found in (("zasis", "Žąsis-7"), ("علی-7", "علي-۷"), ("CHECK the", "Žąsis-7")):
        page = charlie.client.get("/", query_string={"view": "claimable", "q": typed})
        assert found in page.text
    page = charlie.client.get("/", query_string={"view": "claimable", "q": "علی"})
    assert "Žąsis-7" not in page.text


LETTERS = "aąčęėįšųūžAĄČĘĖĮŠŲŪŽ آابپتجچحخدذرزژسشصضطظعغفقکگلمنوهی‌كي0123۰۱۲۳.,;'’“”«»-−؟،"


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.text(LETTERS, min_size=1, max_size=40), language=st.sampled_from(["en", "fa", "lt"]))
def test_whatever_is_typed_comes_back_as_typed(
    house: Flask, enter: Opens, name: str, language: str
) -> None:
    filling = Filling(house, enter, language)
    assert filling.send(name=name, note=name).status_code == 303
    if name.strip(" \u200c"):
        assert filling.kept()["name"] == name
        assert filling.kept()["note"] == name
