"""Starting a chosen version, and asking decisions and expressions."""

import pytest

from engine import store
from engine.errors import Invalid, NotFound
from engine.model import Resource, StartRequest
from tests.engine.house import House
from tests.support.bpmn import resource

DMN = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
  namespace="n"><decision id="double" name="Double"><variable name="double"/>
  <literalExpression><text>2 * amount</text></literalExpression></decision></definitions>"""


def tagged(drawing: str, tag: str) -> Resource:
    return resource(drawing, "p", f'<zeebe:versionTag value="{tag}"/>')


def test_a_version_is_chosen_by_number_tag_or_key(house: House) -> None:
    house.engine.definitions.deploy([tagged("start -> user:Old -> end", "stable")])
    house.engine.definitions.deploy([tagged("start -> user:New -> end", "next")])

    newest = house.engine.instances.start(StartRequest("p"))
    chosen = [
        newest,
        house.engine.instances.start(StartRequest("p", version=1)),
        house.engine.instances.start(StartRequest("p", version_tag="stable")),
        house.engine.instances.start(StartRequest(definition_key=newest.definition_key)),
    ]

    assert [each.version for each in chosen] == [2, 1, 1, 2]
    for wrong in ({"version_tag": "gone"}, {"version": 3}):
        with pytest.raises(NotFound):
            house.engine.instances.start(StartRequest("p", **wrong))  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        house.engine.instances.start(StartRequest(definition_key=1))
    with pytest.raises(Invalid):
        house.engine.instances.start(StartRequest())


def test_an_instance_begins_where_it_is_told_with_its_tags(house: House) -> None:
    house.deploy("start -> user:A -> user:B -> end")

    instance = house.engine.instances.start(
        StartRequest("p", tags=["vip", "spring"], start_instructions=["B"])
    )

    assert list(house.waits(instance)) == ["B"]
    assert house.look(instance).tags == ["vip", "spring"]
    with pytest.raises(NotFound):
        house.engine.instances.start(StartRequest("p", start_instructions=["Nowhere"]))


def test_a_decision_is_asked_and_the_answer_is_on_record(house: House) -> None:
    house.engine.definitions.deploy([Resource("d.dmn", DMN)])

    answer = house.engine.by("alice").decisions.evaluate("double", variables={"amount": 21})

    assert answer["output"] == 42
    with store.reading(house.database) as connection:
        row = connection.execute(store.decision_instance.select()).one()
    assert (row.evaluated_by, row.inputs, row.output) == ("alice", {"amount": 21}, 42)
    with pytest.raises(NotFound):
        house.engine.decisions.evaluate("gone")
    with pytest.raises(Invalid):
        house.engine.decisions.evaluate()


def test_an_expression_sees_the_variables_of_a_scope(house: House) -> None:
    house.deploy("start -> user:A -> end")
    instance = house.start(amount=20)

    seen = house.engine.decisions.evaluate_expression(
        "=amount + more", {"more": 1}, scope_key=instance.instance_key
    )

    assert seen.value == 21
    with pytest.raises(Invalid, match="cannot be read"):
        house.engine.decisions.evaluate_expression("1 +")
