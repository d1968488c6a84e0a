"""Filters, counts of saved views, misspelt searches, the work of groups, moving work."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from engine import store
from tests.web.browser import Browser
from tests.web.conftest import PASSWORD
from tests.web.test_budget import counted
from tests.web.test_colleagues import holder, parcel
from web import accounts
from web.app import audit

Opens = Callable[[str], Browser]


def people(app: Flask, *names: str) -> None:
    with app.app_context():
        for name in names:
            accounts.create(name, PASSWORD, display_name=name.title(), groups=["care_agent"])


def test_filters_narrow_a_list_together_and_have_an_address(app: Flask, enter: Opens) -> None:
    services = app.extensions["peyvand"]
    first, second = parcel(app, "Dara", "charlie"), parcel(app, "Eda", "charlie")
    soon = {"due_at": (services.clock() + timedelta(hours=2)).isoformat(), "priority": 80}
    services.engine.by("charlie").tasks.update(first, soon)
    with store.writing(services.database) as connection:
        task = store.user_task.c
        of_second = store.user_task.select().where(task.key == second)
        instance = connection.execute(of_second).one().instance_key
        about = store.instance.update().where(store.instance.c.key == instance)
        connection.execute(about.values(customer="17"))
    charlie = enter("charlie")

    def shown(query: str) -> list[str]:
        page = charlie.get(f"/?view=mine&{query}")
        return [name for name in ("P-Dara", "P-Eda") if name in page]

    assert shown("due=today") == ["P-Dara"]
    assert shown("due=week&priority=70") == ["P-Dara"]
    assert shown("customer=۱۷") == ["P-Eda"]
    assert shown("customer=17&due=today") == []
    assert "Nothing here passes the filter." in charlie.page
    assert shown("group=care_agent") == ["P-Dara", "P-Eda"]
    assert shown("group=finance") == []
    assert shown("process=stumble") == []


def test_saved_views_show_how_many_tasks_they_have(app: Flask, enter: Opens) -> None:
    parcel(app, "Dara", "charlie")
    key = parcel(app, "Eda", "charlie")
    app.extensions["peyvand"].engine.by("charlie").tasks.update(key, {"priority": 80})
    charlie = enter("charlie")
    charlie.get("/?view=mine")
    charlie.post("/views", name="Burning", view="mine", priority="70")
    charlie.post("/views", name="All of it", view="mine")
    part = charlie.get("/views/counts")
    assert 'Burning</bdi> <span class="count">1' in part
    assert 'All of it</bdi> <span class="count">2' in part


def test_a_misspelt_search_offers_what_was_meant(app: Flask, enter: Opens) -> None:
    parcel(app, "Dara", "charlie")
    charlie = enter("charlie")
    assert "Did you mean “check the parcel”?" in charlie.get("/?view=mine&q=chek+the+parsel")
    assert "Did you mean" not in charlie.get("/?view=mine&q=zzz")


def test_groups_of_five_show_their_work_and_nobody_sees_a_colleagues_figures(
    app: Flask, enter: Opens
) -> None:
    parcel(app, "Dara", "charlie")
    parcel(app, "Eda")
    small = enter("charlie").get("/team")
    assert '<td class="num">2</td>' not in small
    people(app, "farid", "gita", "hana", "iman")
    page = enter("charlie").get("/team")
    assert '<td class="num">2</td>' in page  # open in the group
    assert "Farid" not in page
    enter("bob").get("/team")
    with app.app_context(), store.reading(app.extensions["peyvand"].database) as connection:
        [entry] = audit.entries(connection, action="team.seen")
    assert entry.actor == "bob"


def test_a_head_of_a_group_moves_work_and_others_do_not(app: Flask, enter: Opens) -> None:
    people(app, "farid", "gita")
    key = parcel(app, "Dara", "farid")
    bob, gita = enter("bob"), enter("gita")
    assert "P-Dara" in bob.get("/?view=team")
    fields = {"what": "assign", "to": "gita", "task": [key], "view": "team"}
    gita.get("/?view=team")
    assert (
        "This is not yours to see or do"
        in gita.send("/tasks/many", {"csrf_token": gita.token(), **fields}).text
    )
    assert holder(app, key) == "farid"
    bob.send("/tasks/many", {"csrf_token": bob.token(), **fields})
    assert holder(app, key) == "gita"


@pytest.mark.parametrize("view", ["mine", "claimable", "overdue", "snoozed", "done", "team"])
def test_a_list_asks_the_same_few_questions_however_long_it_is(
    app: Flask, enter: Opens, view: str
) -> None:
    charlie = enter("charlie")
    parcel(app, "Dara", "charlie")
    charlie.get(f"/?view={view}")

    def asked() -> list[str]:
        with counted(app) as found:
            charlie.get(f"/?view={view}", 200, **{"HX-Request": "true"})
        return found["asked"]

    few = asked()
    for number in range(20):
        parcel(app, f"More {number}", "charlie" if number % 2 else "")
    many = asked()
    assert len(many) <= len(few) + 3, "\n\n".join(many)  # titles, names of colleagues, waits
