"""One's own password and sessions; what a batch and an instance say is true."""

from collections.abc import Callable

import pytest
from flask import Flask

from engine.engine import Engine
from engine.errors import Invalid
from engine.model import StartRequest
from engine.worker import Worker
from tests.web.browser import Browser
from tests.web.conftest import PASSWORD
from web import accounts

Opens = Callable[..., Browser]
NEW = "nine blue horses"


def test_e3_a_changed_password_signs_out_every_other_browser(enter: Opens) -> None:
    here, there = enter("bob"), enter("bob")
    page = here.get("/account")
    assert page.count("since ") >= 2
    wrong = here.post("/account/password", old="not this one", new=NEW)
    assert wrong.status_code == 422
    assert here.post("/account/password", old=PASSWORD, new="password").status_code == 422
    there.get("/account")

    assert here.post("/account/password", old=PASSWORD, new=NEW).status_code == 303

    here.get("/account")
    there.get("/account", status=302)
    assert enter().sign_in("bob", PASSWORD).status_code == 422
    assert enter().sign_in("bob", NEW).status_code == 303


def test_e3_other_browsers_are_seen_and_signed_out(enter: Opens) -> None:
    here, there = enter("bob"), enter("bob")
    here.get("/account")
    assert here.post("/account/sessions/end").status_code == 303
    assert "One browser was signed out." in here.get("/account")
    there.get("/account", status=302)


@pytest.mark.parametrize(
    "password", ["password", "Password1!", "qwerty123", "11111111", "12345678", "zoe", "zoezoezoe"]
)
def test_e3_a_password_that_everybody_guesses_is_refused(app: Flask, password: str) -> None:
    with app.app_context(), pytest.raises(Invalid):
        accounts.create("zoe", password)


def test_f5_what_failed_again_is_not_called_done(app: Flask, enter: Opens) -> None:
    engine = app.extensions["peyvand"].engine
    keys = [engine.instances.start(StartRequest("stumble")).instance_key for _ in range(3)]
    _fail(engine)
    olga = enter("olga")
    assert "needs help" in olga.get(f"/instances/{keys[0]}").split("<h1>")[1].split("</p>")[0]
    olga.get("/incidents")
    batch = olga.post("/batches/resolutions").location
    Worker(engine).run_until_idle()
    _fail(engine)
    page = olga.get(batch)
    assert "3 of 3 done" in page
    assert "3 of the instances stand still again." in page


def _fail(engine: Engine) -> None:
    for job in engine.by("w").jobs.activate("stumble.work", 5, 60_000):
        engine.jobs.fail(job["key"], "no", retries=0)
