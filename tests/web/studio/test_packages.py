"""A process moves between houses as one file, and comes in as a draft."""

import io
import re
import zipfile
from collections.abc import Callable

from flask import Flask

from engine import reads, store
from tests.web.conftest import DATA
from tests.web.studio.conftest import Desk

Begin = Callable[..., Desk]


def test_a_process_goes_out_as_one_file_and_comes_in_as_a_draft(app: Flask, begin: Begin) -> None:
    otto = begin()
    with store.reading(app.extensions["peyvand"].database) as connection:
        key = reads.definition(connection, process_id="parcel").key
    packed = otto.browser.client.get(f"/studio/versions/{key}/archive")
    assert packed.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(packed.data)) as found:
        assert sorted(found.namelist()) == ["parcel.bpmn", "parcel.form", "parcel_start.form"]

    place = upload(otto, packed.data)
    draft = Desk(otto.browser, int(place.rpartition("/")[2]))
    assert draft.file("parcel.bpmn")[0].encode() == (DATA / "parcel.bpmn").read_bytes()
    assert "No change in what happens." in draft.check()


def test_what_is_no_archive_or_leaves_its_folder_is_refused(begin: Begin) -> None:
    otto = begin()
    assert upload(otto, b"no archive", 422) == ""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as out:
        out.writestr("../../outside.bpmn", b"x")
    assert upload(otto, packed.getvalue(), 422) == ""


def upload(desk: Desk, data: bytes, status: int = 303) -> str:
    page = desk.browser.get("/studio/new")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    answer = desk.browser.client.post(
        "/studio/drafts",
        data={"csrf_token": token.group(1), "files": (io.BytesIO(data), "parcel.zip")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == status, answer.text
    return answer.headers.get("Location", "")
