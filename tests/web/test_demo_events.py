"""The demo company is at work: what happened lately has begun its processes."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from engine import reads, store
from engine.worker import Worker
from tests.web.browser import Browser
from web.app.data_files import data_folder
from web.cli.processes import resources
from web.composition import demo, demo_events

TEN_AND_TEN = {
    "campaign_planning", "purchase_timing", "personalise_contact", "conversation",
    "pressure_control", "identify_new", "welcome", "shared_views", "choice_reason",
    "early_monitor", "info_priority", "listen", "trust", "key_customers", "health_check",
    "ownership", "segment_strategy", "key_account", "next_sale", "tailored_offer",
}  # fmt: skip
AT_LEAST = {
    "campaign_planning",
    "complaint_control",
    "conversation",
    "enquiry",
    "key_account",
    "lapse_reason",
    "ownership",
    "purchase_timing",
    "segment_strategy",
    "share_kudos",
    "tailored_offer",
}


def test_people_find_tasks_of_several_processes_and_nothing_has_failed(
    app: Flask, enter: Callable[[str], Browser]
) -> None:
    house = app.extensions["peyvand"]
    list(demo.load(app))
    house.engine.by("peyvand").definitions.deploy(resources((data_folder("processes"),)))

    told = list(demo_events.tell(house))
    list(demo_events.begin(house))
    again = [*demo_events.tell(house), *demo_events.begin(house)]
    Worker(house.engine).run_until_idle(300)

    assert len(told) > 10
    assert again == []
    with store.reading(house.database) as connection:
        assert list(reads.incidents(connection).items) == []
        query = select(store.user_task.c.process_id).where(store.user_task.c.state == "CREATED")
        open_tasks = set(connection.execute(query).scalars())
        running = {one.process_id for one in reads.instances(connection, limit=500).items}
        began = set(connection.execute(select(store.instance.c.process_id)).scalars())
    assert running >= AT_LEAST
    assert TEN_AND_TEN - began == set()
    assert len(open_tasks) >= 6
    charlie = enter("charlie").get("/")
    assert "Read what was said" in charlie or "Accept the customer" in charlie
