"""From a draft to a running version: the check, a second person, deploying, taking over."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import update

from engine import reads, store
from engine.model import Resource, StartRequest
from tests.web.conftest import DATA, PASSWORD
from tests.web.studio.conftest import Desk
from web import accounts
from web.app.tables import account
from web.studio import approvals

Begin = Callable[..., Desk]
WHO = 'candidateGroups="care_agent,care_head"'


def versions(app: Flask) -> list[tuple[int, str]]:
    with store.reading(app.extensions["peyvand"].database) as connection:
        return [(one.version, one.deployed_by) for one in reads.versions(connection, "parcel")]


def test_nothing_is_different_before_anything_was_changed(begin: Begin) -> None:
    page = begin().check()
    assert "No change in what happens." in page
    assert "Nothing to complain about." in page


def test_the_check_says_what_happens_differently_and_who_is_on_the_way(
    app: Flask, begin: Begin
) -> None:
    engine = app.extensions["peyvand"].engine
    engine.instances.start(StartRequest("parcel", variables={"customer": "Dara"}))
    otto = begin()
    otto.change("parcel.bpmn", 'id="check" name="Check the parcel"', 'id="check_2" name="Look"')
    otto.change("parcel.bpmn", 'targetRef="check"', 'targetRef="check_2"')
    otto.change("parcel.bpmn", 'sourceRef="check"', 'sourceRef="check_2"')
    otto.change("parcel.bpmn", 'bpmnElement="check"', 'bpmnElement="check_2"')
    page = otto.check()
    assert "New, after “Parcel arrived” and before “Hand it over”." in page
    assert "<strong>1</strong><span>would stay</span>" in page.replace("\n", "")
    assert "Why not" in page


def test_an_error_keeps_it_from_being_deployed(app: Flask, begin: Begin) -> None:
    otto = begin()
    otto.change("parcel.bpmn", 'targetRef="gone"', 'targetRef="nowhere"')
    assert "disabled" in otto.check()
    assert otto.post("deployment", save="2") == 422
    assert len(versions(app)) == 1


def test_a_new_text_is_deployed_without_asking_anybody(app: Flask, begin: Begin) -> None:
    otto = begin()
    otto.change("parcel.bpmn", "Check the parcel", "Look at the parcel")
    assert "A second person" not in otto.check()
    assert otto.post("deployment", save="2") == 303
    assert versions(app) == [(2, "otto"), (1, "bob")]
    assert otto.put("parcel.bpmn", "x")[0] == 409  # what is deployed stays as it was looked at


def test_who_may_do_what_needs_a_second_person(app: Flask, begin: Begin) -> None:
    otto = begin()
    otto.change("parcel.bpmn", WHO, 'candidateGroups="care_head"')
    assert "who may do what" in otto.check()
    assert otto.post("deployment", save="2") == 403
    assert otto.post("approval-requests") == 303
    assert otto.post("approvals", save="2", verdict="approve") == 403  # not oneself

    petra = begin("petra", 1)
    assert "waits for approval" in petra.browser.get("/studio")
    assert petra.post("approvals", save="2", verdict="approve", comment="good") == 303

    assert "Approved by petra" in otto.check()
    assert otto.post("deployment", save="2") == 303
    assert versions(app)[0] == (2, "otto")


def test_a_no_goes_back_with_its_reason(begin: Begin) -> None:
    otto = begin()
    otto.change("parcel.bpmn", WHO, 'candidateGroups="care_head"')
    otto.post("approval-requests")
    begin("petra", 1).post("approvals", save="2", verdict="refuse", comment="ask the agents")
    assert "ask the agents" in otto.check()
    assert otto.post("deployment", save="2") == 403


def test_an_approval_is_for_what_was_looked_at(begin: Begin) -> None:
    otto = begin()
    otto.change("parcel.bpmn", WHO, 'candidateGroups="care_head"')
    otto.post("approval-requests")
    petra = begin("petra", 1)
    otto.change("parcel.bpmn", 'candidateGroups="care_head"', 'candidateGroups="everybody"')
    assert petra.post("approvals", save="2", verdict="approve") == 409
    assert otto.post("deployment", save="3") == 403


def test_a_company_of_one_confirms_to_itself_and_that_is_written_down(
    app: Flask, begin: Begin
) -> None:
    otto = begin()
    with store.writing(app.extensions["peyvand"].database) as connection:
        gone = update(account).where(account.c.username == "petra").values(active=False)
        connection.execute(gone)
    otto.change("parcel.bpmn", WHO, 'candidateGroups="care_head"')
    otto.post("approval-requests")
    assert "you confirm it yourself" in otto.check()
    assert otto.post("approvals", save="2", verdict="approve") == 303
    assert "alone: nobody else may approve here" in otto.check()
    assert otto.post("deployment", save="2") == 303
    assert versions(app)[0] == (2, "otto")


def test_what_somebody_else_deployed_meanwhile_is_said(app: Flask, begin: Begin) -> None:
    otto = begin()
    drawn = (DATA / "parcel.bpmn").read_bytes().replace(b"Parcel gone", b"Parcel left")
    engine = app.extensions["peyvand"].engine
    engine.by("petra").definitions.deploy([Resource("parcel.bpmn", drawn)])
    page = otto.check()
    assert "Somebody deployed another version meanwhile" in page
    assert "was “Parcel left”, is now “Parcel gone”" in page


def test_a_form_that_is_nowhere_is_an_error_with_a_way_out(begin: Begin) -> None:
    told = begin().change("parcel.bpmn", 'formId="parcel_check"', 'formId="parcel_look"')
    problems: list[dict[str, str]] = told["problems"]  # type: ignore[assignment]
    [problem] = [each for each in problems if each["severity"] == "error"]
    assert [each["severity"] for each in problems].count("warning") == len(problems) - 1 == 1
    assert problem["message"] == "There is no form “parcel_look”, neither here nor deployed."
    assert problem["hint"] == "Add it to this draft, or name another one."


def test_scenarios_of_the_draft_run_from_the_page(begin: Begin) -> None:
    otto = begin()
    scenario = (
        'title = "A parcel goes through"\nprocess = "parcel"\nstart = { customer = "Dara" }\n'
        '[[do]]\ntask = "check"\nvalues = { weight = 2, state = "whole" }\n'
        '[[do]]\ntask = "hand"\n[expect]\nended = "Parcel gone"\n'
    )
    assert otto.put("scenarios/through.toml", scenario)[0] == 200
    assert otto.put("scenarios/wrong.toml", scenario.replace("gone", "lost"))[0] == 200
    otto.check()
    answer = otto.browser.post(f"{otto.place}/scenario-runs")
    assert answer.text.count('<span class="tag good">passed</span>') == 1
    assert answer.text.count('<span class="tag late">failed</span>') == 1
    assert "not in &#39;Parcel lost&#39;" in answer.text


def test_only_who_may_approve_counts_as_a_second_person(app: Flask) -> None:
    with app.app_context():
        for name, roles in (("ida", ["integrator"]), ("otto", ["process_owner"])):
            accounts.create(name, PASSWORD, roles=roles)
        assert approvals.others("otto") == []
        assert [each.username for each in approvals.others("ida")] == ["otto"]


def test_a_deployment_is_taken_back_in_one_step(app: Flask, begin: Begin) -> None:
    otto = begin()
    otto.change("parcel.bpmn", 'id="check" name="Check the parcel"', 'id="check" name="Look"')
    otto.post("deployment", save="2")
    engine = app.extensions["peyvand"].engine
    running = engine.instances.start(StartRequest("parcel", variables={"customer": "Dara"}))

    page = otto.browser.get("/processes/parcel")
    link = page.split("/studio/deployments/")[1].split('"')[0]
    page = otto.browser.get(f"/studio/deployments/{link}")
    assert "was “Look”, is now “Check the parcel”" in page
    assert "parcel.bpmn" in page
    answer = otto.browser.post(f"/studio/deployments/{link}/taking-back")
    assert answer.status_code == 303, answer.text

    page = otto.browser.get("/processes/parcel")
    assert "1 instance began meanwhile" in page
    assert versions(app)[0] == (3, "otto")
    with store.reading(app.extensions["peyvand"].database) as connection:
        drawn = reads.resource_xml(
            connection, reads.definition(connection, process_id="parcel").key
        )
        assert drawn == (DATA / "parcel.bpmn").read_bytes()
        assert reads.instance(connection, running.instance_key).state == "ACTIVE"


def test_what_was_new_has_nothing_to_go_back_to(app: Flask, begin: Begin) -> None:
    otto = begin()
    with store.reading(app.extensions["peyvand"].database) as connection:
        key = reads.definition(connection, process_id="parcel").key
    assert "there is nothing to go back to" in otto.browser.get(f"/studio/deployments/{key}")
    assert otto.browser.post(f"/studio/deployments/{key}/taking-back").status_code == 409
