"""Drafts: begun, saved, compared, restored, put away; nobody's work is lost, files stay files."""

import io
import json
import zipfile
from collections.abc import Callable

from tests.web.conftest import DATA
from tests.web.studio.conftest import Desk, Enter

Begin = Callable[..., Desk]


def test_a_draft_begins_with_the_files_of_a_version_as_they_were_deployed(begin: Begin) -> None:
    otto = begin()
    for name in ("parcel.bpmn", "parcel.form", "parcel_start.form"):
        assert otto.file(name)[0] == (DATA / name).read_text(encoding="utf-8"), name
    page = otto.browser.get("/studio")
    assert "Faster parcels" in page
    assert "<bdi>otto</bdi>" in page


def test_a_save_tells_the_problems_and_is_kept_with_who_and_when(begin: Begin) -> None:
    otto = begin()
    told = otto.change("parcel.bpmn", 'candidateGroups="care_agent"', 'candidateGroups=""')
    assert told["number"] == 2
    [problem] = told["problems"]  # type: ignore[misc]
    assert problem["where"] == "Hand it over"
    assert problem["message"] == "Nobody is asked to do it."
    assert problem["severity"] == "warning"
    assert len(otto.saves()) == 2
    assert "<bdi>parcel.bpmn</bdi>" in otto.browser.page


def test_a_file_that_cannot_run_is_saved_all_the_same(begin: Begin) -> None:
    told = begin().change("parcel.bpmn", 'targetRef="gone"', 'targetRef="nowhere"')
    assert any(each["severity"] == "error" for each in told["problems"])  # type: ignore[attr-defined]


def test_two_people_on_one_file_the_second_sees_the_difference(begin: Begin) -> None:
    otto = begin()
    petra = begin("petra", 1)
    text, etag = petra.file("parcel.bpmn")
    otto.change("parcel.bpmn", "Check the parcel", "Look at the parcel")

    status, told = petra.put("parcel.bpmn", text.replace("Hand it over", "Give it away"), etag)

    assert status == 409
    assert "Otto" in str(told["message"])
    assert told["changes"] == [
        "Look at the parcel (task for a person): "
        "Name: was “Check the parcel”, is now “Look at the parcel”"
    ]
    assert "Look at the parcel" in petra.file("parcel.bpmn")[0]
    status, _told = petra.put("parcel.bpmn", text, str(told["etag"]))  # hers over his, knowingly
    assert status == 200
    assert len(petra.saves()) == 3


def test_two_people_on_two_files_do_not_meet(begin: Begin) -> None:
    otto = begin()
    petra = begin("petra", 1)
    text, etag = petra.file("parcel.form")
    otto.change("parcel.bpmn", "Check the parcel", "Look at the parcel")
    status, _told = petra.put("parcel.form", text.replace("Weight", "Mass"), etag)
    assert status == 200


def test_mine_becomes_a_draft_of_its_own(begin: Begin) -> None:
    otto = begin()
    otto.browser.get(otto.place)
    answer = otto.browser.client.post(
        f"{otto.place}/copies/parcel.bpmn",
        data=b"<mine/>",
        headers={"X-CSRFToken": otto.browser.token()},
    )
    assert answer.get_json()["url"] == "/studio/drafts/2/files/parcel.bpmn"
    copy = Desk(otto.browser, 2)
    assert copy.file("parcel.form")[0] == otto.file("parcel.form")[0]


def test_presence_names_the_others_and_what_they_have_open(begin: Begin) -> None:
    otto = begin()
    petra = begin("petra", 1)
    for desk, window in ((otto, "w1"), (petra, "w2")):
        assert desk.post("presence", window=window, file="parcel.bpmn") == 200
    place = f"{otto.place}/presence?window=w1&file="
    same = otto.browser.client.get(f"{place}parcel.bpmn").get_json()
    other = otto.browser.client.get(f"{place}parcel.form").get_json()
    assert same["others"] == "also here: Petra"
    assert other["others"] == "in another file: Petra"
    assert same["etag"] == otto.file("parcel.bpmn")[1]


def test_an_earlier_save_comes_back_and_nothing_of_the_history_goes(begin: Begin) -> None:
    otto = begin()
    otto.change("parcel.bpmn", "Check the parcel", "Look at the parcel")
    assert otto.post("restoration", save="1") == 303
    assert "Check the parcel" in otto.file("parcel.bpmn")[0]
    assert len(otto.saves()) == 3
    page = otto.browser.get(f"{otto.place}/saves?from=1&to=2")
    assert "What only reads differently" in page
    assert "Look at the parcel" in page
    assert "No change in what happens." in page


def test_a_session_that_has_ended_says_so_and_the_next_one_goes_on(
    begin: Begin, enter: Enter
) -> None:
    otto = begin()
    text, etag = otto.file("parcel.bpmn")
    otto.browser.get(otto.place)
    token = otto.browser.token()
    otto.browser.post("/session/end")
    answer = otto.browser.client.put(
        f"{otto.place}/contents/parcel.bpmn", data=text, headers={"If-Match": etag}
    )
    assert answer.status_code in {400, 401}
    fresh = Desk(enter("otto"), 1)
    told = fresh.browser.client.get(f"{fresh.place}/presence").get_json()
    assert told["csrf"] != token
    saved = fresh.browser.client.put(
        f"{fresh.place}/contents/parcel.bpmn",
        data=text.replace("Parcel gone", "Parcel left"),
        headers={"If-Match": etag, "X-CSRFToken": told["csrf"]},
    )
    assert saved.status_code == 200


def test_files_come_in_and_go_out_as_they_are(begin: Begin) -> None:
    otto = begin()
    odd = "# Ä scenario\ntitle = 'x'\n".encode("utf-16")
    otto.browser.get(otto.place)
    sent = {
        "csrf_token": otto.browser.token(),
        "files": [(io.BytesIO(odd), "odd.txt")],
    }
    answer = otto.browser.client.post(
        f"{otto.place}/files", data=sent, content_type="multipart/form-data"
    )
    assert answer.status_code == 303
    packed = otto.browser.client.get(f"{otto.place}/archive").data
    with zipfile.ZipFile(io.BytesIO(packed)) as found:
        assert found.read("odd.txt") == odd
        assert found.read("parcel.bpmn") == (DATA / "parcel.bpmn").read_bytes()
    one = otto.browser.client.get(f"{otto.place}/files/odd.txt/download")
    assert one.data == odd
    assert one.headers["Content-Disposition"] == "attachment; filename=odd.txt"


def test_a_name_that_leads_elsewhere_is_refused(begin: Begin) -> None:
    otto = begin()
    status, _told = otto.put("../../etc/passwd", "x")
    assert status in {404, 422}
    assert otto.post("files", new="../up", kind="form") == 422


def test_a_form_a_table_and_a_scenario_are_made_empty(begin: Begin) -> None:
    otto = begin()
    for kind, name in (("form", "ask.form"), ("table", "who.dmn"), ("scenario", "way.toml")):
        assert otto.post("files", new=name.partition(".")[0], kind=kind) == 303
    assert json.loads(otto.file("ask.form")[0])["id"] == "ask"
    assert 'decision id="who"' in otto.file("who.dmn")[0]
    assert "[expect]" in otto.file("scenarios/way.toml")[0]


def test_a_draft_is_put_away_and_taken_up_again(begin: Begin) -> None:
    otto = begin()
    assert otto.post("discarding") == 303
    text, etag = otto.file("parcel.bpmn")
    assert otto.put("parcel.bpmn", text + "\n", etag)[0] == 409
    assert otto.post("reopening") == 303
    assert otto.put("parcel.bpmn", text + "\n", etag)[0] == 200


def test_examples_and_nothing_are_beginnings_too(begin: Begin) -> None:
    otto = begin()
    otto.browser.get("/studio/new")
    otto.browser.post("/studio/drafts", example="targeting")
    assert "campaign_planning" in Desk(otto.browser, 2).file("campaign_planning.bpmn")[0]
    otto.browser.get("/studio/new")
    otto.browser.post("/studio/drafts", name="Ask “why” & how")
    drawn = Desk(otto.browser, 3).file("ask_why_how.bpmn")[0]
    assert 'name="Ask “why” &amp; how"' in drawn


def test_the_studio_is_for_process_owners(begin: Begin, enter: Enter) -> None:
    begin()
    for who in ("charlie", "olga"):
        browser = enter(who)
        for place in ("/studio", "/studio/new", "/studio/drafts/1", "/studio/drafts/1/check"):
            browser.get(place, 403)
        browser.get("/")
        answer = browser.client.put(
            "/studio/drafts/1/contents/parcel.bpmn",
            data=b"x",
            headers={"X-CSRFToken": browser.token()},
        )
        assert answer.status_code == 403
