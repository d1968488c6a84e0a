"""The tables D-01 and D-02 row by row; every case is one line of data."""

from pathlib import Path
from typing import Any

import pytest

from engine import dmn

SHARED = Path(__file__).parents[2] / "processes" / "shared"
D01 = dmn.parse((SHARED / "d01_contact_gate.dmn").read_bytes())
D02 = dmn.parse((SHARED / "d02_channel.dmn").read_bytes())

WELCOME: dict[str, Any] = {
    "purpose": "marketing",
    "priority": 3,
    "deceased": False,
    "erased": False,
    "control_member": False,
    "channel": "email",
    "channels_allowed": ["email"],
    "agent_slot_free": True,
    "do_not_contact": False,
    "local_time": "12:00",
    "local_holiday": False,
    "hours_from": "09:00",
    "hours_to": "20:00",
    "next_window": "WINDOW",
    "next_phone_window": "PHONE WINDOW",
    "open_complaint": False,
    "intensive_care": False,
    "days_since_complaint": None,
    "complaint_rest_days": 14,
    "days_since_survey": None,
    "survey_rest_days": 30,
    "relationship_survey_rest_days": 180,
    "touches_7d": 0,
    "touches_30d": 0,
    "contacts_7d": 0,
    "cap_contacts_7d": 2,
    "contacts_room_at": "ALL DAY 8",
    "cap_7d": 2,
    "cap_30d": 4,
    "own_limit": None,
    "segment_cap": None,
    "room_at": "DAY 8",
    "queued_priority": None,
    "behind_at": "BEHIND",
    "relevance": 0.05,
    "relevance_threshold": 0.02,
    "margin_per_response": 500,
    "cost_per_contact": {"email": 2, "phone": 350},
}
PHONE = {"channel": "phone", "channels_allowed": ["phone"], "relevance": 0.9}
SERVICE = {"purpose": "service_essential"}
SURVEY = {"purpose": "survey"}


@pytest.mark.parametrize(
    ("row", "change", "decision", "not_before"),
    [
        ("1c", {"deceased": True}, "block", None),
        ("1c", SERVICE | {"deceased": True}, "block", None),
        ("2d", {"purpose": "case_handling", "deceased": True}, "send", None),
        (12, {"legal_hold": True}, "send", None),
        (1, {"erased": True}, "block", None),
        (1, {"purpose": "case_handling", "erased": True}, "block", None),
        ("1b", {"control_member": True}, "block", None),
        (2, {"channels_allowed": []}, "next channel", None),
        (2, {"channel": None}, "next channel", None),
        (2, {"channel": "phone"}, "next channel", None),
        (2, {"priority": 5, "relevance": 1, "channel": "phone"}, "next channel", None),
        (2, PHONE | {"agent_slot_free": False}, "next channel", None),
        (2, SERVICE | {"channel": "sms"}, "next channel", None),
        (3, {"do_not_contact": True}, "block", None),
        (3, SURVEY | {"do_not_contact": True}, "block", None),
        (3, {"purpose": "service_recovery", "do_not_contact": True}, "block", None),
        (4, SERVICE | {"do_not_contact": True}, "send", None),
        (4, SERVICE | {"local_time": "03:00"}, "send", None),
        (4, SERVICE | {"open_complaint": True, "touches_7d": 9}, "send", None),
        (5, {"local_time": "08:59"}, "defer", "WINDOW"),
        (5, {"local_time": "20:00"}, "defer", "WINDOW"),
        (12, {"local_time": "09:00"}, "send", None),
        (12, {"local_time": "19:59"}, "send", None),
        (12, {"local_holiday": True}, "send", None),
        (5, PHONE | {"local_holiday": True}, "defer", "PHONE WINDOW"),
        (6, {"open_complaint": True}, "block", None),
        (6, {"intensive_care": True}, "block", None),
        (6, {"days_since_complaint": 13.9}, "block", None),
        (12, {"days_since_complaint": 14}, "send", None),
        (12, SURVEY | {"open_complaint": True}, "send", None),
        (7, SURVEY | {"days_since_survey": 29}, "block", None),
        (12, SURVEY | {"days_since_survey": 30}, "send", None),
        (7, SURVEY | {"days_since_survey": 179, "survey_kind": "relationship"}, "block", None),
        (12, SURVEY | {"days_since_survey": 180, "survey_kind": "relationship"}, "send", None),
        (12, {"days_since_survey": 1}, "send", None),
        (12, {"touches_7d": 1}, "send", None),
        (8, {"touches_7d": 2}, "defer", "DAY 8"),
        (8, {"touches_7d": 2, "touches_30d": 9}, "defer", "DAY 8"),
        (12, SURVEY | {"touches_7d": 9, "touches_30d": 9}, "send", None),
        ("8b", {"contacts_7d": 2}, "defer", "ALL DAY 8"),
        ("8b", SURVEY | {"contacts_7d": 2}, "defer", "ALL DAY 8"),
        ("8b", {"purpose": "service_recovery", "contacts_7d": 2}, "defer", "ALL DAY 8"),
        ("8b", {"purpose": "relationship", "contacts_7d": 3}, "defer", "ALL DAY 8"),
        (12, {"purpose": "service_response", "contacts_7d": 9}, "send", None),
        (4, SERVICE | {"contacts_7d": 9}, "send", None),
        ("2e", {"asked_here": ["email"], "do_not_contact": True}, "send", None),
        (3, {"asked_here": ["phone"], "do_not_contact": True}, "block", None),
        (12, SURVEY | {"days_since_survey": 7, "reminder": True}, "send", None),
        (7, SURVEY | {"days_since_survey": 7, "reminder": False}, "block", None),
        (9, {"touches_30d": 4}, "skip", None),
        (9, {"touches_30d": 1, "own_limit": 1}, "skip", None),
        (9, {"touches_30d": 3, "segment_cap": 3}, "skip", None),
        (12, {"touches_30d": 3, "own_limit": 9, "segment_cap": 9}, "send", None),
        (10, {"queued_priority": 4}, "defer", "BEHIND"),
        (12, {"queued_priority": 3}, "send", None),
        (11, {"relevance": 0.0199}, "skip", None),
        (12, {"relevance": 0.02}, "send", None),
        (11, {"relevance": 0.5, "cost_per_contact": {"email": 251}}, "skip", None),
        (12, {"margin_per_response": None}, "send", None),
        (12, {"relevance": None}, "send", None),
        (13, {"contacts_7d": None}, "block", None),
        (13, {"touches_7d": None}, "block", None),
        (13, {"local_time": None}, "block", None),
        (12, {}, "send", None),
    ],
)
def test_d01(row: int | str, change: dict[str, Any], decision: str, not_before: str | None) -> None:
    outcome = D01.evaluate("d01_contact_gate", WELCOME | change)

    assert outcome.failure is None
    assert matched(outcome) == f"d01_contact_gate_row_{row}"
    assert outcome.json["decision"] == decision
    assert outcome.json["not_before"] == not_before


OPEN: dict[str, Any] = {
    "preferred": None,
    "channels_allowed": ["email", "phone"],
    "channels_permitted": ["email", "phone"],
    "message_channels": ["email", "phone"],
    "ranked": ["phone", "email"],
    "agent_slot_free": True,
    "next_agent_slot": "TOMORROW",
}
ONLY_PHONE = {"channels_allowed": ["phone"], "channels_permitted": ["phone"], "ranked": ["phone"]}
NONE = {"channels_allowed": [], "ranked": []}


@pytest.mark.parametrize(
    ("row", "change", "decision", "channel"),
    [
        (1, {"preferred": "email"}, "go on", "email"),
        (2, {}, "go on", "phone"),
        (2, {"preferred": "sms"}, "go on", "phone"),
        (2, {"agent_slot_free": False}, "go on", "email"),
        (2, {"preferred": "phone", "agent_slot_free": False}, "go on", "email"),
        (3, ONLY_PHONE | {"agent_slot_free": False}, "defer", None),
        (4, NONE | {"message_channels": []}, "block", None),
        (5, NONE, "block", None),
        (6, NONE | {"channels_permitted": []}, "block", None),
        (6, NONE | {"channels_permitted": [], "preferred": "phone"}, "block", None),
    ],
)
def test_d02(row: int, change: dict[str, Any], decision: str, channel: str | None) -> None:
    outcome = D02.evaluate("d02_channel", OPEN | change)

    assert outcome.failure is None
    assert matched(outcome) == f"d02_channel_row_{row}"
    assert (outcome.json["decision"], outcome.json["channel"]) == (decision, channel)
    assert outcome.json["not_before"] == ("TOMORROW" if decision == "defer" else None)


def test_without_any_fact_nobody_is_contacted() -> None:
    assert D01.evaluate("d01_contact_gate", {}).json["decision"] == "next channel"
    assert D02.evaluate("d02_channel", {}).json["decision"] == "block"


def test_the_linter_has_nothing_to_say() -> None:
    assert [*D01.lint(), *D02.lint()] == []


def matched(outcome: dmn.DecisionOutcome) -> str:
    [rule] = outcome.evaluated[-1]["matchedRules"]
    return str(rule["ruleId"])
