"""A cell of a table fits a text in every spelling of it; plain ASCII fits exactly."""

from typing import Any

import pytest

from engine import dmn

TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
 namespace="d"><decision id="kind" name="kind"><decisionTable hitPolicy="FIRST">
 <input id="i"><inputExpression typeRef="string"><text>city</text></inputExpression></input>
 <output id="o" name="kind" typeRef="string"/>
 <rule id="r1"><inputEntry id="a"><text>"تهران", "كرج"</text></inputEntry>
 <outputEntry id="b"><text>"كنار"</text></outputEntry></rule>
 <rule id="r2"><inputEntry id="c"><text>not("Šiauliai", "a b")</text></inputEntry>
 <outputEntry id="e"><text>"other"</text></outputEntry></rule>
 <rule id="r3"><inputEntry id="f"><text>-</text></inputEntry>
 <outputEntry id="g"><text>"north"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


@pytest.mark.parametrize(
    ("city", "kind"),
    [
        ("تهران", "كنار"),
        ("کرج", "كنار"),
        ("كرج\u200f", "كنار"),
        ("Šiauliai", "north"),
        ("S\u030ciauliai", "north"),
        ("a b", "north"),
        ("a  b", "other"),
        ("šiauliai", "other"),
    ],
)
def test_b4_a_cell_fits_every_spelling_of_its_text(city: str, kind: Any) -> None:
    model = dmn.parse(TABLE.encode())
    assert model.evaluate("kind", {"city": city}).value == kind
