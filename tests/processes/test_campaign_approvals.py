"""Table D-03: everybody who must approve is collected, none hides another."""

from pathlib import Path
from typing import Any

from engine import dmn

TARGETING = Path(__file__).parents[2] / "processes" / "targeting"
D03 = dmn.parse((TARGETING / "d03_approvals.dmn").read_bytes())
MODEST: dict[str, Any] = {
    "expected_response": 4,
    "break_even_response": 2,
    "over_cap_percent": 0,
    "over_cap_limit": 10,
    "discount_percent": 10,
    "discount_limit": 15,
    "audience_percent": 5,
    "audience_limit": 25,
    "budget": 100,
    "budget_limit": 5_000,
}


def rows(**changes: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = D03.evaluate("d03_approvals", MODEST | changes).value
    return found


def test_c16_an_audience_over_its_caps_does_not_hide_discount_and_budget() -> None:
    asked = [r for r in rows(over_cap_percent=20, discount_percent=30, budget=9_000)
             if r["route"] == "ask"]  # fmt: skip

    assert [each["approvers"] for each in asked] == [
        ["care_head"],
        ["finance", "marketing_head"],
        ["finance"],
    ]


def test_c16_a_brief_below_break_even_is_told_beside_who_would_be_asked() -> None:
    routes = [each["route"] for each in rows(expected_response=1, budget=9_000)]

    assert routes[:2] == ["brief", "ask"]


def test_c16_nothing_touched_is_released() -> None:
    assert [each["route"] for each in rows()] == ["release"]
