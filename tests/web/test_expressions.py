"""`peyvand feel` and `peyvand decide`, as somebody at a shell meets them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from web.cli import main

TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="sales" name="sales"
  namespace="urn:sales">
  <decision id="discount" name="discount"><decisionTable hitPolicy="FIRST">
    <input><inputExpression typeRef="number"><text>amount</text></inputExpression></input>
    <output name="percent"/>
    <rule><inputEntry><text>&gt;= 100</text></inputEntry>
      <outputEntry><text>15</text></outputEntry></rule>
    <rule><inputEntry><text>-</text></inputEntry><outputEntry><text>0</text></outputEntry></rule>
  </decisionTable></decision>
</definitions>"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "sales.dmn"
    file.write_text(TABLE, encoding="utf-8")
    return file


def peyvand(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments])


def test_alice_tries_an_expression() -> None:
    done = peyvand("feel", "amount * 1.2 > limit", "--vars", '{"amount": 100, "limit": 110}')

    assert (done.exit_code, done.stdout, done.stderr) == (0, "true\n", "")


def test_decimals_of_json_stay_decimals() -> None:
    done = peyvand("feel", "price * 3 = 0.3", "--vars", '{"price": 0.1}')

    assert done.stdout == "true\n"


def test_what_is_null_says_why_and_where() -> None:
    done = peyvand("feel", "1 + amuont")

    assert (done.exit_code, done.stdout) == (0, "null\n")
    assert "No variable found with name 'amuont'\n  1 + amuont\n      ^" in done.stderr


def test_what_is_not_feel_shows_the_place() -> None:
    done = peyvand("feel", "if 1 > 2\nthen 3 otherwise 4")

    assert done.exit_code == 1
    assert "expected 'else', found 'otherwise'" in done.stderr
    assert "  then 3 otherwise 4\n         ^" in done.stderr


def test_an_expression_without_end_is_stopped() -> None:
    done = peyvand("feel", "for i in 1..1000000000 return i")

    assert done.exit_code == 1
    assert "more steps than it may" in done.stderr


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ("nope", "not JSON"),
        ("[1]", "must be a JSON object"),
        ("[" * 100_000, "not JSON"),
        ("@/no/such/file", "cannot be read"),
    ],
)
def test_variables_that_are_none_are_refused(variables: str, message: str) -> None:
    done = peyvand("feel", "1", "--vars", variables)

    assert done.exit_code == 2
    assert message in done.stderr


def test_variables_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "variables.json"
    file.write_text(json.dumps({"a": 20}), encoding="utf-8")

    assert peyvand("feel", "a + 1", "--vars", f"@{file}").stdout == "21\n"


def test_bob_asks_a_table_and_why(table: Path) -> None:
    done = peyvand("decide", table, "--input", '{"amount": 120}', "--explain")

    assert (done.exit_code, done.stdout) == (0, "15\n")
    assert "Row 1 of 2 matches" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--input", "{"], 2, "not JSON"),
        (["--decision", "bonus"], 1, "bonus"),
        (["--input", '{"amount": "much"}'], 1, "amount"),
    ],
)
def test_bad_input_for_a_table_is_refused(
    table: Path, arguments: list[str], code: int, message: str
) -> None:
    done = peyvand("decide", table, *arguments)

    assert done.exit_code == code
    assert message in done.stderr


def test_a_file_that_is_no_table_is_refused_with_its_name(tmp_path: Path) -> None:
    file = tmp_path / "letter.dmn"
    file.write_text("Dear Bob", encoding="utf-8")

    done = peyvand("decide", file)

    assert done.exit_code == 1
    assert "letter.dmn: This is not well-formed XML" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_table_is_chosen_where_there_are_several(table: Path, tmp_path: Path) -> None:
    second = TABLE.replace("</definitions>", "").replace('id="sales"', 'id="two"')
    second += '<decision id="other" name="other"><literalExpression><text>1</text>'
    second += "</literalExpression></decision></definitions>"
    file = tmp_path / "two" / "both.dmn"
    file.parent.mkdir()
    file.write_text(second, encoding="utf-8")

    done = peyvand("decide", file)

    assert done.exit_code == 2
    assert "choose one with --decision: discount, other" in done.stderr
