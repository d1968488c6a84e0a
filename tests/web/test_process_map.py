"""The process map and traceability: read from the drawings, so they say what runs."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engine.model import StartRequest
from tasks.company.assessing import close_assessment, open_assessment
from tests.support.crm import NOON
from tests.support.town import processes
from tests.web.browser import Browser
from web.reads import process_map, traces
from web.reads.drawing_facts import Facts, facts_of

Opens = Callable[..., Browser]
ROOT = Path(__file__).parents[2]
FOLDERS = ("shared", "development", "welcoming", "problems", "win_back", "enquiry")


def drawn() -> list[Facts]:
    return [one.facts for one in traces.shipped()]


@pytest.fixture
def house(app: Flask) -> Flask:
    app.extensions["peyvand"].engine.by("bob").definitions.deploy(processes(FOLDERS))
    return app


def test_the_map_shows_what_runs_in_its_cell_and_who_hands_over(house: Flask, enter: Opens) -> None:
    engine = house.extensions["peyvand"].engine
    engine.by("bob").instances.start(StartRequest("silence_watch"))

    page = enter("bob").get("/process-map")

    assert "Intensive care" in page
    assert "running: 1" in page
    assert "care.wanted" in page
    assert "/decisions/d17_what_is_done" in page


def test_the_map_says_what_is_not_drawn_yet(enter: Opens) -> None:
    page = enter("bob").get("/process-map")

    assert "Not drawn yet" in page


def test_the_traces_show_source_rules_and_scenarios(enter: Opens) -> None:
    page = enter("bob").get("/process-map/traceability")

    assert "R-14" in page
    assert "problems/scenarios/care_trust_is_rebuilt.toml" in page


def test_links_are_calls_and_messages_of_the_drawings() -> None:
    found = {(link.source, link.target, link.message) for link in process_map.links(drawn())}

    assert ("risk_triggers", "intensive_care", "care.wanted") in found
    assert ("intensive_care", "lapsed_register", "customer.separated") in found
    assert ("intensive_care", "identify_new", "relationship.improved") in found
    assert ("enquiry", "ownership", "") in found


@pytest.mark.parametrize(
    ("place", "cells"),
    [
        (
            "service, collaborative and analytical",
            [("service", "collaborative"), ("service", "analytical")],
        ),
        ("marketing/operational", [("marketing", "operational")]),
        ("marketing, analytical; sales", [("marketing", "analytical"), ("sales", "analytical")]),
        ("", []),
    ],
)  # fmt: skip
def test_a_place_is_one_or_more_cells(place: str, cells: list[tuple[str, str]]) -> None:
    assert list(Facts("p", "P", "", {"place": place}).places) == cells


def test_a_drawing_of_another_tool_has_facts_too() -> None:
    assert facts_of(b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>") == ()


def test_nothing_that_ships_is_untraced() -> None:
    """Each activity says where it comes from, who owns it, what is promised, and has scenarios."""
    assert {one.facts.id: one.lacks for one in traces.shipped() if one.lacks} == {}


def test_the_page_in_the_docs_is_what_the_files_say() -> None:
    written = (ROOT / "docs" / "traceability.md").read_text("utf-8")

    assert written == traces.as_markdown(traces.shipped(), traces.rule_tests(ROOT / "tests")), (
        "run `peyvand trace`"
    )


def test_the_self_assessment_shows_intention_reality_and_the_time_before(
    house: Flask, enter: Opens
) -> None:
    database = house.extensions["peyvand"].database
    bob = enter("bob")
    assert "has not assessed itself yet" in bob.get("/self-assessment")
    for turn, (reality, intention) in enumerate(((1, None), (2, 3))):
        judged = [
            {
                "activity": {"number": "5.1", "name": "Risk", "owner": "care_head"},
                "reality": reality,
                "reason": "It happens.",
            }
        ]
        with Session(database) as session, session.begin():
            opened = open_assessment(session, NOON, str(turn), judged)
            answers = [[{"number": "5.1", "intention": intention}]]
            close_assessment(session, NOON, opened["assessment_id"], answers)

    page = bob.get("/self-assessment")
    row = page[page.index(">5.1<") :]
    assert [int(cell) for cell in re.findall(r">(\d)<", row)[:3]] == [3, 2, 1]
    assert "66.7" in page  # per cent of the points of one activity
