"""The two styles of the house: FIRST with a catch-all for choices, COLLECT SUM for points."""

from engine import dmn
from tests.core.dmn.writing import decision, file, table

GATE = file(
    decision(
        table(
            ["purpose:string", "open_complaint:boolean", "touches_7d:number"],
            ["decision:string", "reason:string"],
            [
                ['"service_essential"', "-", "-", '"send"', '"essential"'],
                ['"marketing"', "true", "-", '"block"', '"not while something is wrong"'],
                ['"marketing"', "-", ">= 2", '"defer"', '"enough for this week"'],
                ["-", "-", "-", '"send"', '"nothing against it"'],
            ],
            policy="FIRST",
        ),
        name="D-01",
    )
)
POINTS = file(
    decision(
        table(
            ["days_silent", "complaints", "share"],
            ["points"],
            [
                ["> 90", "-", "-", "30"],
                ["-", ">= 1", "-", "20"],
                ["-", "-", "< 0.25", "12.5"],
            ],
            policy="COLLECT",
            aggregation="SUM",
            defaults=["0"],
        ),
        name="risk",
    )
)


def test_a_first_table_takes_the_first_row_that_matches() -> None:
    gate = dmn.parse(GATE)

    outcome = gate.evaluate(
        "D-01", {"purpose": "marketing", "open_complaint": False, "touches_7d": 3}
    )

    assert outcome.json == {"decision": "defer", "reason": "enough for this week"}
    assert outcome.failure is None


def test_the_catch_all_takes_what_no_other_row_takes_also_null() -> None:
    outcome = dmn.parse(GATE).evaluate("D-01", {"purpose": "survey", "touches_7d": None})

    assert outcome.json["decision"] == "send"
    assert outcome.failure is None


def test_the_record_names_inputs_and_the_row_for_the_audit() -> None:
    outcome = dmn.parse(GATE).evaluate(
        "D-01", {"purpose": "marketing", "open_complaint": True, "touches_7d": 0, "other": 1}
    )

    [record] = outcome.evaluated
    assert record["decisionDefinitionId"] == "D-01"
    assert record["decisionDefinitionType"] == "DECISION_TABLE"
    assert record["output"] == {"decision": "block", "reason": "not while something is wrong"}
    assert [each["inputValue"] for each in record["evaluatedInputs"]] == ["marketing", True, 0]
    [rule] = record["matchedRules"]
    assert (rule["ruleId"], rule["ruleIndex"]) == ("rule2", 2)
    assert rule["evaluatedOutputs"][0] == {
        "outputId": "out1",
        "outputName": "decision",
        "outputValue": "block",
    }
    assert outcome.inputs == {"open_complaint": True, "purpose": "marketing", "touches_7d": 0}


def test_the_explanation_reads_as_sentences() -> None:
    outcome = dmn.parse(GATE).evaluate(
        "D-01", {"purpose": "marketing", "open_complaint": True, "touches_7d": 0}
    )

    assert outcome.explanation == [
        "“D-01” looked at purpose = “marketing”, open_complaint = true, touches_7d = 0.",
        "Row 2 of 4 matches (the first row that matches wins): decision = “block”,"
        " reason = “not while something is wrong”.",
        "So “D-01” is {decision: “block”, reason: “not while something is wrong”}.",
    ]


def test_points_of_all_matching_rows_add_up_exactly() -> None:
    points = dmn.parse(POINTS)

    outcome = points.evaluate("risk", {"days_silent": 120, "complaints": 0, "share": 0.2})

    assert outcome.json == 42.5
    assert [rule["ruleIndex"] for rule in outcome.evaluated[0]["matchedRules"]] == [1, 3]


def test_no_points_are_the_default_output() -> None:
    outcome = dmn.parse(POINTS).evaluate("risk", {"days_silent": 1, "complaints": 0, "share": 1})

    assert outcome.json == 0


def test_a_decision_is_found_by_id_and_by_name() -> None:
    model = dmn.parse(GATE.replace(b'name="D-01"', b'name="May we contact?"'))

    assert list(model.decisions) == ["D-01"]
    assert model.decisions["May we contact?"].id == "D-01"
    assert "May we contact?" in model.decisions
    assert model.evaluate("May we contact?", {}).json["decision"] == "send"
