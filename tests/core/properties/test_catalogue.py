"""The catalogue of properties: read, checked where they stand, told when misspelt, documented."""

from pathlib import Path

import pytest

from engine import lint
from engine.model import Problem
from engine.properties import ENGINE, Catalogue, Place, Property, Type, present_names
from engine.properties.values import problem
from engine.schedule.standards import Standard
from tests.support.bpmn import resource
from tests.support.bpmn_zeebe import properties
from tests.support.story import Story

DOCS = Path(__file__).parents[3] / "docs" / "properties.md"


def found(drawing: str, **own: str) -> list[tuple[str, str, str, str]]:
    told = properties({f"prop.{name.replace('_', '.')}": value for name, value in own.items()})
    problems = lint.check([resource(drawing, attributes=told)])
    return [
        (each.severity, each.element, each.message, each.hint)
        for each in problems
        if each.rule.startswith("property")
    ]


def test_a_misspelt_property_is_told_with_the_nearest_right_name() -> None:
    drawing = "start -> user:Call(groups=care; prop.escalateTo=care_head; prop.remnd=50 %) -> end"
    assert found(drawing) == [
        ("warning", "Call", "There is no property 'escalateTo'.", "Is it 'escalate.to'?"),
        ("warning", "Call", "There is no property 'remnd'.", "Is it 'remind'?"),
    ]


def test_properties_of_other_tools_are_left_alone() -> None:
    drawing = "start -> user:Call(groups=care; prop.io.camunda.tasklist=1; prop.colour=red) -> end"
    assert found(drawing) == []


def test_a_property_in_the_wrong_place_is_told_where_it_belongs() -> None:
    drawing = "start -> service:Note(type=x; prop.due=4 bh) -> end"
    assert found(drawing, not_by="Note") == [
        (
            "warning",
            "p",
            "The property 'not.by' has no effect at a process.",
            "Put it at a user task.",
        ),
        (
            "warning",
            "Note",
            "The property 'due' has no effect at an activity.",
            "Put it at a user task.",
        ),
    ]


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("due", "4 hours", "'4 hours' is no time; write '4 bh', '2 bd', 'P2D' or FEEL"),
        ("due", "= 4 +", "expected an expression"),
        ("remind", "150 %", "'150 %' is more than the whole time"),
        ("remind", "soon", "'soon' is not a duration"),
        ("escalate.to", "care head", "'care head' is no group"),
        ("escalate.to", "care_head +soon", "'soon' is not a duration"),
        ("stop.on", "erased, moved", "'moved' is none of erased, do_not_contact"),
        ("strict", "yes", "'yes' is neither true nor false"),
        ("customer", "customer_id", "'customer_id' is a text; an expression begins with '='"),
        ("time.zone", "Mars/Olympus", "there is no time zone 'Mars/Olympus'"),
        ("retention.days", "-1", "'-1' is no whole number"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_with_the_reason(
    name: str, value: str, why: str
) -> None:
    known = ENGINE.get(name)
    assert known is not None
    assert why.casefold() in problem(known, value).casefold()


@pytest.mark.parametrize("known", list(ENGINE), ids=lambda known: known.name)
def test_each_example_is_a_value_of_its_property(known: Property) -> None:
    assert problem(known, known.example) == ""
    assert known.sentence.endswith(".")


def test_a_former_spelling_is_still_read() -> None:
    told = properties({"prop.timeZone": "Asia/Tehran"})
    story = Story("start -> user:Call -> end", attributes=told)
    assert story.definition.zone == "Asia/Tehran"
    assert present_names({"timeZone": "UTC", "time.zone": "Asia/Tehran"}) == {
        "time.zone": "Asia/Tehran"
    }


def test_a_subject_adds_its_own_and_two_of_one_name_are_refused() -> None:
    tone = Property("tone", frozenset({Place.ELEMENT}), Type.TEXT, "How it speaks.", "warm")
    own = Catalogue([*ENGINE, tone])
    assert list(own.check(Place.ELEMENT, {"tone": ""})) == [
        Problem(
            "The property 'tone' cannot be read: it is empty.",
            rule="property-value",
            hint="For example: warm",
        )
    ]
    with pytest.raises(ValueError, match="'tone'"):
        Catalogue([*own, tone])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("accepted -> answered, 2 bd, 95 %", Standard("accepted", "answered", "2 bd", 0.95)),
        ("accepted -> answered, PT15M", Standard("accepted", "answered", "PT15M")),
        ("95 % of answers within 4 bh.", None),
    ],
)
def test_a_standard_is_measured_where_it_names_two_elements(
    text: str, expected: Standard | None
) -> None:
    assert Standard.parse(text) == expected


def test_the_page_of_properties_is_what_the_catalogue_says() -> None:
    page = DOCS.read_text("utf-8")
    for known in ENGINE:
        places = ", ".join(sorted(known.places))
        former = "".join(f"; formerly `{name}`" for name in known.former)
        row = (
            f"| `{known.name}`{former} | {places} | {known.type} | {known.sentence} "
            f"| `{known.example}` | {known.default or '–'} |"
        )
        assert row in page, f"docs/properties.md needs the row:\n{row}"
