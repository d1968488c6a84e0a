"""The modeler's fields say what the catalogue of properties says."""

from flask import Flask

from engine.properties import Place
from tasks.installed import SUBJECTS
from web.studio import declared


def test_every_property_has_its_sentence_in_the_studio(app: Flask) -> None:
    with app.test_request_context():
        wrong = [
            each.name
            for each in SUBJECTS.properties
            if str(declared.SENTENCES.get(each.name, "")) != each.sentence
        ]
    assert wrong == []


def test_an_element_gets_the_fields_that_may_stand_there(app: Flask) -> None:
    with app.test_request_context():
        found = {one["name"]: one["places"] for one in declared.fields(SUBJECTS.properties)}
    assert found["due"] == [Place.USER_TASK]
    assert found["start.groups"] == [Place.PROCESS]
    assert Place.ACTIVITY in found["touchpoint"]
