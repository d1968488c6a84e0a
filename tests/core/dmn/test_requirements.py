"""The requirement graph: inputs, decisions, knowledge models, services, imports, types."""

from datetime import UTC, datetime
from typing import Any

import pytest

from engine import dmn
from engine.errors import NotFound
from tests.core.dmn.writing import DMN15, decision, file, input_data, literal, table

VERSIONS = {
    "1.1": "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "1.2": "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "1.3": "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "1.4": "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "1.5": DMN15,
}
RATES = table(["tier"], ["rate:number"], [['"gold"', "0.2"], ["-", "0.1"]], policy="FIRST")
KNOWLEDGE = (
    '<businessKnowledgeModel id="rate" name="rate of"><variable name="rate of"/>'
    '<encapsulatedLogic><formalParameter name="tier" typeRef="string"/>'
    f"{RATES}</encapsulatedLogic></businessKnowledgeModel>"
)


@pytest.mark.parametrize("namespace", VERSIONS.values(), ids=VERSIONS.keys())
def test_every_version_of_the_standard_is_read(namespace: str) -> None:
    content = file(
        input_data("amount", "number"),
        decision(literal("amount * 2"), type_ref="number", needs=["input:amount"]),
        namespace=namespace,
    )

    assert dmn.parse(content).evaluate("answer", {"amount": 21}).json == 42


def test_types_of_version_1_1_carry_a_prefix() -> None:
    content = file(
        input_data("since", "feel:date"),
        decision(literal("since.year"), type_ref="feel:number", needs=["input:since"]),
        namespace=VERSIONS["1.1"],
    ).replace(b"<definitions ", b'<definitions xmlns:feel="http://www.omg.org/spec/FEEL/20140401" ')

    assert dmn.parse(content).evaluate("answer", {"since": "2024-02-29"}).json == 2024


def test_decisions_build_on_each_other_and_each_is_recorded_once() -> None:
    content = file(
        decision(literal("amount * 0.2"), name="tax", needs=[]),
        decision(literal("amount + tax"), name="gross", needs=["tax"]),
        decision(literal("gross - tax"), name="answer", needs=["gross", "tax"]),
    )

    outcome = dmn.parse(content).evaluate("answer", {"amount": 100})

    assert outcome.json == 100
    ids = [record["decisionDefinitionId"] for record in outcome.evaluated]
    assert ids == ["tax", "gross", "answer"]
    assert outcome.explanation[0] == "“tax” is 20, from amount = 100."


def test_names_with_spaces_are_read_as_one_name() -> None:
    content = file(
        input_data("Monthly Salary", "number"),
        '<decision id="d" name="Yearly Salary"><variable name="Yearly Salary"/>'
        '<informationRequirement><requiredInput href="#Monthly Salary"/></informationRequirement>'
        f"{literal('Monthly Salary * 12')}</decision>",
    )

    assert dmn.parse(content).evaluate("Yearly Salary", {"Monthly Salary": 1000}).json == 12_000


def test_a_knowledge_model_is_a_function_and_its_rows_are_explained() -> None:
    content = file(KNOWLEDGE, decision(literal("100 * rate of(tier)"), needs=["bkm:rate"]))

    outcome = dmn.parse(content).evaluate("answer", {"tier": "gold"})

    assert outcome.json == 20
    assert any("Row 1 of 2 matches" in sentence for sentence in outcome.explanation)


def test_a_knowledge_model_can_be_invoked_directly() -> None:
    assert dmn.parse(file(KNOWLEDGE)).invoke("rate", {"tier": "silver"}).json == 0.1


def test_an_argument_of_the_wrong_type_is_null_and_noted() -> None:
    content = file(KNOWLEDGE, decision(literal("rate of(1)"), needs=["bkm:rate"]))

    outcome = dmn.parse(content).evaluate("answer", {})

    assert outcome.value is None
    assert any("argument 'tier' does not fit" in sentence for sentence in outcome.explanation)


SERVICE = (
    '<decisionService id="price" name="price"><variable name="price"/>'
    '<outputDecision href="#gross"/><encapsulatedDecision href="#tax"/>'
    '<inputData href="#net"/></decisionService>'
)
PRICES = (
    input_data("net", "number"),
    decision(literal("net * 0.2"), name="tax", needs=["input:net"]),
    decision(literal("net + tax"), name="gross", needs=["input:net", "tax"]),
)


def test_a_decision_service_is_evaluated_with_nothing_but_its_inputs() -> None:
    content = file(
        *PRICES, SERVICE, decision(literal("price(50) + price(net: 100)"), needs=["bkm:price"])
    )
    model = dmn.parse(content)

    assert model.evaluate("answer", {"net": 7}).json == 180
    assert model.invoke("price", {"net": 10}).json == 12


def test_a_service_with_several_outputs_answers_a_context() -> None:
    both = SERVICE.replace("encapsulatedDecision", "outputDecision")

    assert dmn.parse(file(*PRICES, both)).invoke("price", {"net": 10}).json == {
        "gross": 12,
        "tax": 2,
    }


def test_what_is_no_service_cannot_be_invoked() -> None:
    with pytest.raises(NotFound):
        dmn.parse(file(*PRICES)).invoke("tax", {})


@pytest.mark.parametrize("name", ["lib", ""])
def test_imported_decisions_knowledge_and_types_are_seen_under_the_prefix(name: str) -> None:
    library = file(
        '<itemDefinition name="tTier"><typeRef>string</typeRef><allowedValues>'
        '<text>"gold", "silver"</text></allowedValues></itemDefinition>',
        KNOWLEDGE,
        own="urn:lib",
    )
    prefix = f"{name}." if name else ""
    content = file(
        f'<import name="{name}" namespace="urn:lib" importType="{DMN15}"/>',
        input_data("tier", f"{prefix}tTier"),
        decision(literal(f"{prefix}rate of(tier)"), needs=["input:tier", "bkm:rate"]).replace(
            'requiredKnowledge href="#rate"', 'requiredKnowledge href="urn:lib#rate"'
        ),
    )
    model = dmn.parse(content, dmn.imports_from([content, library]))

    assert model.evaluate("answer", {"tier": "gold"}).json == 0.2
    assert "allowed values" in (model.evaluate("answer", {"tier": "tin"}).failure or "")


def typed(type_definition: str, expression: str, variables: dict[str, Any]) -> dmn.DecisionOutcome:
    content = file(type_definition, decision(literal(expression), type_ref="t"))
    return dmn.parse(content).evaluate("answer", variables)


NUMBERS = '<itemDefinition name="t" isCollection="true"><typeRef>number</typeRef></itemDefinition>'
SMALL = (
    '<itemDefinition name="t"><typeRef>number</typeRef>'
    "<allowedValues><text>[0..255]</text></allowedValues></itemDefinition>"
)
SHORT = (
    '<itemDefinition name="t" isCollection="true"><typeRef>string</typeRef>'
    '<allowedValues><text>"a", "b"</text></allowedValues>'
    "<typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>"
)
PERSON = (
    '<itemDefinition name="t"><itemComponent name="name"><typeRef>string</typeRef></itemComponent>'
    '<itemComponent name="age"><typeRef>number</typeRef></itemComponent></itemDefinition>'
)


@pytest.mark.parametrize(
    ("definition", "expression", "expected"),
    [
        (NUMBERS, "[1, 2]", [1, 2]),
        (NUMBERS, "7", [7]),
        (NUMBERS, "null", None),
        (SMALL, "255", 255),
        (SMALL, "[12]", 12),
        (SHORT, '["a", "b"]', ["a", "b"]),
        (PERSON, '{name: "Ann", age: 3, more: true}', {"name": "Ann", "age": 3, "more": True}),
    ],
)
def test_values_of_a_type_are_taken_or_converted(
    definition: str, expression: str, expected: Any
) -> None:
    outcome = typed(definition, expression, {})

    assert outcome.json == expected
    assert outcome.failure is None


@pytest.mark.parametrize(
    ("definition", "expression", "reason"),
    [
        (NUMBERS, '[1, "x"]', "“x” is a string, not a number"),
        (SMALL, "256", "256 is not one of the allowed values"),
        (SMALL, '"x"', "“x” is a string, not a number"),
        (SHORT, '["a", "c"]', "“c” is not one of the allowed values"),
        (SHORT, '["a", "a", "a"]', "not one of the allowed values (count(?) < 3)"),
        (PERSON, '{name: "Ann"}', "the entry 'age' is missing"),
        (PERSON, '{name: "Ann", age: "3"}', "age: “3” is a string, not a number"),
    ],
)
def test_a_value_that_does_not_fit_is_null_and_says_why(
    definition: str, expression: str, reason: str
) -> None:
    outcome = typed(definition, expression, {})

    assert outcome.value is None
    assert reason in (outcome.failure or "")


def test_json_text_is_read_as_a_date_where_the_input_declares_one() -> None:
    content = file(
        input_data("start", "date"),
        input_data("wait", "dayTimeDuration"),
        decision(literal("start + wait"), needs=["input:start", "input:wait"]),
    )

    outcome = dmn.parse(content).evaluate("answer", {"start": "2026-02-28", "wait": "P1D"})

    assert outcome.json == "2026-03-01"


def test_the_time_is_an_argument() -> None:
    now = datetime(2026, 3, 1, 8, tzinfo=UTC)

    assert dmn.parse(file(decision(literal("today()")))).evaluate("answer", {}, now).json == (
        "2026-03-01"
    )


def test_version_tags_are_read_from_the_extension() -> None:
    tag = (
        '<extensionElements><z:versionTag xmlns:z="http://camunda.org/schema/zeebe/1.0"'
        ' value="v7"/></extensionElements>'
    )
    content = file(f'<decision id="d" name="d">{tag}{literal("1")}</decision>')

    assert dmn.parse(content).decisions["d"].version_tag == "v7"
